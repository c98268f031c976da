"""Stored files of the kit: what was uploaded, and where it lies.

Revision: talent_0005f, after talent_0005t
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "talent_0005f"
down_revision: str | None = "talent_0005t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
