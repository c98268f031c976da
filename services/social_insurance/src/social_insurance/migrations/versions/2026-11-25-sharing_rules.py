"""Sharing rules of the kit: the copy that decides what the other city reads.

Revision: social_insurance_0008r, after social_insurance_0009v
"""

from collections.abc import Sequence

from hrss_kit import tables_v7

revision: str = "social_insurance_0008r"
down_revision: str | None = "social_insurance_0009v"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v7.create()


def downgrade() -> None:
    tables_v7.drop()
