"""Stored files of the kit: what was uploaded, and where it lies.

Revision: labor_inspection_0009f, after labor_inspection_0009b
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "labor_inspection_0009f"
down_revision: str | None = "labor_inspection_0009b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
