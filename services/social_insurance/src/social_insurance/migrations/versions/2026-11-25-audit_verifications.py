"""What verifying the sealed audit log has found.

Revision: social_insurance_0009v, after social_insurance_0008w
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "social_insurance_0009v"
down_revision: str | None = "social_insurance_0008w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
