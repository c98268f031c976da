"""Files of delegated cases.

Revision: social_insurance_0007b, after social_insurance_0007a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "social_insurance_0007b"
down_revision: str | None = "social_insurance_0007a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "delegated_attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("p_class", sa.String(length=2), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "p_class IN ('P1', 'P2', 'P3')", name=op.f("ck_delegated_attachments_p_class")
        ),
        sa.CheckConstraint(
            "sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_delegated_attachments_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["delegated_cases.id"],
            name=op.f("fk_delegated_attachments_case_id_delegated_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegated_attachments")),
    )
    op.create_index(
        "uq_delegated_attachments", "delegated_attachments", ["case_id", "sha256"], unique=True
    )


def downgrade() -> None:
    op.drop_index("uq_delegated_attachments", table_name="delegated_attachments")
    op.drop_table("delegated_attachments")
