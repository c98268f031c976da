"""Stored files of the kit: what was uploaded, and where it lies.

Revision: employment_0006f, after employment_0006b
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "employment_0006f"
down_revision: str | None = "employment_0006b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
