"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: social_insurance_0004, after social_insurance_0004b
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "social_insurance_0004"
down_revision: str | None = "social_insurance_0004b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
