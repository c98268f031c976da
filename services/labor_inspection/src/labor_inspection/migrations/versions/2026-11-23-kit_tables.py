"""Tables of the kit: audit, outbox, inbox, deadlines, policy, timeline.

Revision: labor_inspection_0001, after None
"""

from collections.abc import Sequence

from hrss_kit import tables_v1

revision: str = "labor_inspection_0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v1.create()


def downgrade() -> None:
    tables_v1.drop()
