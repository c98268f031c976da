"""Import jobs of the kit: the job, the sealed file, the errors of its rows.

Revision: gateway_0002, after gateway_0001
"""

from collections.abc import Sequence

from hrss_kit import tables_v2

revision: str = "gateway_0002"
down_revision: str | None = "gateway_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v2.create()


def downgrade() -> None:
    tables_v2.drop()
