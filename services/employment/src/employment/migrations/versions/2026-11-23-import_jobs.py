"""Import jobs of the kit: the job, the sealed file, the errors of its rows.

Revision: employment_0003, after employment_0002
"""

from collections.abc import Sequence

from hrss_kit import tables_v2

revision: str = "employment_0003"
down_revision: str | None = "employment_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v2.create()


def downgrade() -> None:
    tables_v2.drop()
