"""Making the pairs of a text is dear, but not so dear that a short search is compiled for it.

Revision: employment_0019a, after employment_0009b
"""

from collections.abc import Sequence

from alembic import op

revision: str = "employment_0019a"
down_revision: str | None = "employment_0009b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A thousand rows that are checked again cost 2 500, below where PostgreSQL starts workers and
    # a compiler; a million that are not found by the index still cost more than any other way.
    op.execute("ALTER FUNCTION bigrams(text) COST 1000")


def downgrade() -> None:
    op.execute("ALTER FUNCTION bigrams(text) COST 10000")
