"""Work items and claims of the kit: what waits for somebody, and who holds it.

Revision: social_insurance_0008w, after social_insurance_0007b
"""

from collections.abc import Sequence

from hrss_kit import tables_v5

revision: str = "social_insurance_0008w"
down_revision: str | None = "social_insurance_0007b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v5.create()


def downgrade() -> None:
    tables_v5.drop()
