"""Evidence packages: which states of a case were signed.

Revision: labor_inspection_0011a, after labor_inspection_0011b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0011a"
down_revision: str | None = "labor_inspection_0011b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "evidence_packages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_evidence_packages_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_packages")),
        sa.UniqueConstraint(
            "case_id", "manifest_sha256", name=op.f("uq_evidence_packages_case_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("evidence_packages")
