"""Participations and their months.

Revision: social_insurance_0002, after social_insurance_0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "social_insurance_0002"
down_revision: str | None = "social_insurance_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "participations",
        sa.Column("scheme", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("person_kind", sa.String(length=8), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("to_month", sa.String(length=7), nullable=True),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("relation_kind", sa.String(length=6), nullable=False),
        sa.Column("deemed_months", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("biz_no", sa.String(length=40), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.Column("source_system", sa.String(length=60), nullable=True),
        sa.Column("source_ref", sa.String(length=120), nullable=True),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "from_month ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'",
            name=op.f("ck_participations_from_month"),
        ),
        sa.CheckConstraint(
            "person_kind IN ('STAFF', 'FLEX', 'RESIDENT')",
            name=op.f("ck_participations_person_kind"),
        ),
        sa.CheckConstraint(
            "relation_kind IN ('NORMAL', 'TEMP')", name=op.f("ck_participations_relation_kind")
        ),
        sa.CheckConstraint(
            "scheme IN ('EMP', 'INST', 'RES', 'UNEMP', 'INJ')",
            name=op.f("ck_participations_scheme"),
        ),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'PAUSED', 'STOPPED', 'BENEFIT')",
            name=op.f("ck_participations_status"),
        ),
        sa.CheckConstraint(
            "to_month ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$' AND to_month >= from_month",
            name=op.f("ck_participations_to_month"),
        ),
        sa.CheckConstraint("city = owner_city", name=op.f("ck_participations_city")),
        sa.CheckConstraint(
            "deemed_months BETWEEN 0 AND 600", name=op.f("ck_participations_deemed_months")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_participations_biz_no")),
    )
    op.create_index(
        "ix_participations_employer_uscc", "participations", ["employer_uscc"], unique=False
    )
    op.create_index(op.f("ix_participations_id_hash"), "participations", ["id_hash"], unique=False)
    op.create_index(
        op.f("ix_participations_owner_city"), "participations", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_participations_source",
        "participations",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "contribution_months",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scheme", sa.String(length=5), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=True),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("employer", sa.LargeBinary(), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("lump_sum_batch", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "month ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'", name=op.f("ck_contribution_months_month")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_contribution_months_participation_id_participations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_months")),
        sa.UniqueConstraint(
            "id_hash", "scheme", "city", "month", name="uq_contribution_months_person"
        ),
    )
    op.create_index(
        "ix_contribution_months_participation",
        "contribution_months",
        ["participation_id", "month"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_contribution_months_participation", table_name="contribution_months")
    op.drop_table("contribution_months")
    op.drop_index(
        "uq_participations_source",
        table_name="participations",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(op.f("ix_participations_owner_city"), table_name="participations")
    op.drop_index(op.f("ix_participations_id_hash"), table_name="participations")
    op.drop_index("ix_participations_employer_uscc", table_name="participations")
    op.drop_table("participations")
