"""Employers' credit: what they did, yearly grades and publications.

Revision: labor_inspection_0006, after labor_inspection_0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0006"
down_revision: str | None = "labor_inspection_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "credit_grades",
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("punished_acts", sa.Integer(), nullable=False),
        sa.Column("is_red_listed", sa.Boolean(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
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
        sa.CheckConstraint("grade IN ('A', 'B', 'C')", name=op.f("ck_credit_grades_grade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grades")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_credit_grades_biz_no")),
        sa.UniqueConstraint(
            "owner_city", "year", "employer_uscc", name="uq_credit_grades_employer"
        ),
    )
    op.create_index(
        "ix_credit_grades_employer_uscc", "credit_grades", ["employer_uscc"], unique=False
    )
    op.create_index(
        op.f("ix_credit_grades_owner_city"), "credit_grades", ["owner_city"], unique=False
    )
    op.create_table(
        "grade_publications",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("employers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        sa.CheckConstraint(
            "kind IN ('RED_LIST', 'C_LIST')", name=op.f("ck_grade_publications_kind")
        ),
        sa.CheckConstraint(
            "state IN ('WARNED', 'OVERDUE', 'PUBLISHED')", name=op.f("ck_grade_publications_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_publications")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_grade_publications_biz_no")),
        sa.UniqueConstraint("owner_city", "kind", "year", name="uq_grade_publications_year"),
    )
    op.create_index(
        op.f("ix_grade_publications_owner_city"), "grade_publications", ["owner_city"], unique=False
    )
    op.create_table(
        "credit_events",
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_no", sa.String(length=40), nullable=True),
        sa.Column("case_round", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=True),
        sa.Column("annulled_on", sa.Date(), nullable=True),
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
        sa.CheckConstraint(
            "kind IN ('PUNISHED', 'CORRECTED', 'DISOBEYED', 'REFUSED_ORDER', 'TRANSFERRED_POLICE', 'INCIDENT', 'CHILD_OR_FORCED', 'RESISTED', 'CONVICTED')",
            name=op.f("ck_credit_events_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_credit_events_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_events")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_credit_events_biz_no")),
    )
    op.create_index(
        "ix_credit_events_employer", "credit_events", ["employer_uscc", "year"], unique=False
    )
    op.create_index(
        op.f("ix_credit_events_owner_city"), "credit_events", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_credit_events_case",
        "credit_events",
        ["case_id", "case_round", "kind"],
        unique=True,
        postgresql_where=sa.text("case_id IS NOT NULL AND annulled_on IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_credit_events_case",
        table_name="credit_events",
        postgresql_where=sa.text("case_id IS NOT NULL AND annulled_on IS NULL"),
    )
    op.drop_index(op.f("ix_credit_events_owner_city"), table_name="credit_events")
    op.drop_index("ix_credit_events_employer", table_name="credit_events")
    op.drop_table("credit_events")
    op.drop_index(op.f("ix_grade_publications_owner_city"), table_name="grade_publications")
    op.drop_table("grade_publications")
    op.drop_index(op.f("ix_credit_grades_owner_city"), table_name="credit_grades")
    op.drop_index("ix_credit_grades_employer_uscc", table_name="credit_grades")
    op.drop_table("credit_grades")
