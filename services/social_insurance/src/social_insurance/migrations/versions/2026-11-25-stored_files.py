"""Stored files of the kit: what was uploaded, and where it lies.

Revision: social_insurance_0005f, after social_insurance_0005b
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "social_insurance_0005f"
down_revision: str | None = "social_insurance_0005b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
