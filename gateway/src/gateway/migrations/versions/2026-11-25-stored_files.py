"""Stored files of the kit: what was uploaded, and where it lies.

Revision: gateway_0003f, after gateway_0003t
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "gateway_0003f"
down_revision: str | None = "gateway_0003t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
