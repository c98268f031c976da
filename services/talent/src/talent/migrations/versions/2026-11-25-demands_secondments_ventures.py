"""Demands and resources, sharing, secondments, the joint venture, continuing education.

Revision: talent_0009, after talent_0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "talent_0009"
down_revision: str | None = "talent_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "cpd_credits",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("org", sa.String(length=120), nullable=False),
        sa.Column("certificate_no", sa.String(length=60), nullable=True),
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
        sa.CheckConstraint("kind IN ('PUBLIC', 'PROFESSIONAL')", name=op.f("ck_cpd_credits_kind")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_cpd_credits_hours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cpd_credits")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_cpd_credits_biz_no")),
    )
    op.create_index(op.f("ix_cpd_credits_id_hash"), "cpd_credits", ["id_hash"], unique=False)
    op.create_index(op.f("ix_cpd_credits_owner_city"), "cpd_credits", ["owner_city"], unique=False)
    op.create_index("ix_cpd_credits_person_year", "cpd_credits", ["id_hash", "year"], unique=False)
    op.create_table(
        "cpd_years",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_cpd_years_hours")),
        sa.PrimaryKeyConstraint("id_hash", "year", name=op.f("pk_cpd_years")),
    )
    op.create_table(
        "joint_ventures",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("shareholders", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shares_total", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "state IN ('STUDY', 'FILED', 'APPROVED', 'INCORPORATED', 'OPERATING', 'CLOSED')",
            name=op.f("ck_joint_ventures_state"),
        ),
        sa.CheckConstraint("shares_total = 100.00", name=op.f("ck_joint_ventures_shares_total")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_ventures")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_joint_ventures_biz_no")),
    )
    op.create_index(
        op.f("ix_joint_ventures_owner_city"), "joint_ventures", ["owner_city"], unique=False
    )
    op.create_table(
        "science_resources",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=True),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("ladder", sa.String(length=1), nullable=True),
        sa.Column("modes", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("last_outcome_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "kind IN ('UNIVERSITY', 'LAB', 'TEAM', 'PROJECT')",
            name=op.f("ck_science_resources_kind"),
        ),
        sa.CheckConstraint(
            "ladder IN ('A', 'B', 'C', 'D', 'E', 'F')", name=op.f("ck_science_resources_ladder")
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'CLOSED')", name=op.f("ck_science_resources_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_science_resources")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_science_resources_biz_no")),
    )
    op.create_index(
        "ix_science_resources_fields",
        "science_resources",
        ["fields"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_science_resources_owner_city"), "science_resources", ["owner_city"], unique=False
    )
    op.create_table(
        "secondment_posts",
        sa.Column("host_org", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("duties", sa.String(length=2000), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
        sa.CheckConstraint("state IN ('OPEN', 'CLOSED')", name=op.f("ck_secondment_posts_state")),
        sa.CheckConstraint("months > 0", name=op.f("ck_secondment_posts_months")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondment_posts")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_secondment_posts_biz_no")),
    )
    op.create_index(
        op.f("ix_secondment_posts_owner_city"), "secondment_posts", ["owner_city"], unique=False
    )
    op.create_table(
        "talent_demands",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("requirements", sa.String(length=4000), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("ladder", sa.String(length=1), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "ladder IN ('A', 'B', 'C', 'D', 'E', 'F')", name=op.f("ck_talent_demands_ladder")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PUBLISHED', 'MATCHING', 'CONTACTED', 'SIGNED', 'UNFILLED')",
            name=op.f("ck_talent_demands_state"),
        ),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_talent_demands_headcount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talent_demands")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_talent_demands_biz_no")),
    )
    op.create_index(
        "ix_talent_demands_employer_uscc", "talent_demands", ["employer_uscc"], unique=False
    )
    op.create_index(
        "ix_talent_demands_fields",
        "talent_demands",
        ["fields"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_talent_demands_owner_city"), "talent_demands", ["owner_city"], unique=False
    )
    op.create_table(
        "cooperation_projects",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=True),
        sa.Column("partner_name", sa.String(length=200), nullable=False),
        sa.Column("partner_uscc", sa.String(length=18), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("outcome", sa.String(length=2000), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "state IN ('SIGNED', 'RUNNING', 'COMPLETED', 'TERMINATED')",
            name=op.f("ck_cooperation_projects_state"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= signed_on", name=op.f("ck_cooperation_projects_period")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["science_resources.id"],
            name=op.f("fk_cooperation_projects_resource_id_science_resources"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperation_projects")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_cooperation_projects_biz_no")),
    )
    op.create_index(
        op.f("ix_cooperation_projects_owner_city"),
        "cooperation_projects",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_cooperation_projects_resource_id", "cooperation_projects", ["resource_id"], unique=False
    )
    op.create_table(
        "demand_matches",
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("talent_id", sa.Uuid(), nullable=True),
        sa.Column("candidate_city", sa.String(length=6), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "state IN ('SUGGESTED', 'CONTACTED', 'SIGNED', 'DECLINED')",
            name=op.f("ck_demand_matches_state"),
        ),
        sa.CheckConstraint(
            "(resource_id IS NULL) <> (talent_id IS NULL)", name=op.f("ck_demand_matches_candidate")
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["talent_demands.id"],
            name=op.f("fk_demand_matches_demand_id_talent_demands"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["science_resources.id"],
            name=op.f("fk_demand_matches_resource_id_science_resources"),
        ),
        sa.ForeignKeyConstraint(
            ["talent_id"], ["talents.id"], name=op.f("fk_demand_matches_talent_id_talents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_matches")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_demand_matches_biz_no")),
    )
    op.create_index(
        op.f("ix_demand_matches_owner_city"), "demand_matches", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_demand_matches_resource",
        "demand_matches",
        ["demand_id", "resource_id"],
        unique=True,
        postgresql_where=sa.text("resource_id IS NOT NULL"),
    )
    op.create_index(
        "uq_demand_matches_talent",
        "demand_matches",
        ["demand_id", "talent_id"],
        unique=True,
        postgresql_where=sa.text("talent_id IS NOT NULL"),
    )
    op.create_table(
        "jv_milestones",
        sa.Column("venture_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
        sa.CheckConstraint("state IN ('PLANNED', 'DONE')", name=op.f("ck_jv_milestones_state")),
        sa.ForeignKeyConstraint(
            ["venture_id"],
            ["joint_ventures.id"],
            name=op.f("fk_jv_milestones_venture_id_joint_ventures"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jv_milestones")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_jv_milestones_biz_no")),
    )
    op.create_index(
        op.f("ix_jv_milestones_owner_city"), "jv_milestones", ["owner_city"], unique=False
    )
    op.create_index("uq_jv_milestones_step", "jv_milestones", ["venture_id", "step"], unique=True)
    op.create_table(
        "jv_service_orders",
        sa.Column("venture_id", sa.Uuid(), nullable=False),
        sa.Column("client_name", sa.String(length=200), nullable=False),
        sa.Column("client_uscc", sa.String(length=18), nullable=True),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "state IN ('ORDERED', 'ACCEPTED', 'DELIVERED', 'CANCELLED')",
            name=op.f("ck_jv_service_orders_state"),
        ),
        sa.CheckConstraint(
            "amount IS NULL OR amount >= 0", name=op.f("ck_jv_service_orders_amount")
        ),
        sa.ForeignKeyConstraint(
            ["venture_id"],
            ["joint_ventures.id"],
            name=op.f("fk_jv_service_orders_venture_id_joint_ventures"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jv_service_orders")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_jv_service_orders_biz_no")),
    )
    op.create_index(
        op.f("ix_jv_service_orders_owner_city"), "jv_service_orders", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_jv_service_orders_venture_id", "jv_service_orders", ["venture_id"], unique=False
    )
    op.create_table(
        "secondments",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("host_city", sa.String(length=6), nullable=False),
        sa.Column("home_org", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("nominated_by", sa.String(length=80), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("extended_from", sa.Date(), nullable=True),
        sa.Column("appraisal", sa.String(length=10), nullable=True),
        sa.Column("appraisal_note", sa.String(length=2000), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
        postgresql.ExcludeConstraint(
            (sa.column("id_hash"), "="),
            (sa.literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("state <> 'WITHDRAWN'"),
            using="gist",
            name="ex_secondments_period",
        ),
        sa.CheckConstraint(
            "state IN ('NOMINATED', 'APPROVED_HOME', 'APPROVED_HOST', 'ACTIVE', 'EXTENDED', 'APPRAISED', 'ENDED', 'RECALLED', 'WITHDRAWN')",
            name=op.f("ck_secondments_state"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_secondments_period")),
        sa.CheckConstraint("host_city <> owner_city", name=op.f("ck_secondments_cities")),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["secondment_posts.id"],
            name=op.f("fk_secondments_post_id_secondment_posts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondments")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_secondments_biz_no")),
    )
    op.create_index("ix_secondments_host_city", "secondments", ["host_city", "state"], unique=False)
    op.create_index(op.f("ix_secondments_id_hash"), "secondments", ["id_hash"], unique=False)
    op.create_index(op.f("ix_secondments_owner_city"), "secondments", ["owner_city"], unique=False)
    op.create_table(
        "sharing_engagements",
        sa.Column("talent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("home_employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("host_city", sa.String(length=6), nullable=True),
        sa.Column("host_uscc", sa.String(length=18), nullable=True),
        sa.Column("host_name", sa.String(length=200), nullable=True),
        sa.Column("duties", sa.String(length=2000), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "kind IN ('PART_TIME', 'CONSULTANT', 'PROJECT')",
            name=op.f("ck_sharing_engagements_kind"),
        ),
        sa.CheckConstraint(
            "state = 'OFFERED' OR state = 'WITHDRAWN' OR host_uscc IS NOT NULL",
            name=op.f("ck_sharing_engagements_host"),
        ),
        sa.CheckConstraint(
            "state IN ('OFFERED', 'REQUESTED', 'AGREED', 'ACTIVE', 'ENDED', 'WITHDRAWN')",
            name=op.f("ck_sharing_engagements_state"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_sharing_engagements_period")
        ),
        sa.ForeignKeyConstraint(
            ["talent_id"], ["talents.id"], name=op.f("fk_sharing_engagements_talent_id_talents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_engagements")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_sharing_engagements_biz_no")),
    )
    op.create_index(
        "ix_sharing_engagements_host_city",
        "sharing_engagements",
        ["host_city", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sharing_engagements_owner_city"),
        "sharing_engagements",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_sharing_engagements_talent_id", "sharing_engagements", ["talent_id"], unique=False
    )
    op.create_table(
        "sharing_agreements",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=13), nullable=False),
        sa.Column("evidence_no", sa.String(length=60), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "party IN ('PERSON', 'HOME_EMPLOYER', 'HOST')", name=op.f("ck_sharing_agreements_party")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["sharing_engagements.id"],
            name=op.f("fk_sharing_agreements_engagement_id_sharing_engagements"),
        ),
        sa.PrimaryKeyConstraint("engagement_id", "party", name=op.f("pk_sharing_agreements")),
    )
    op.add_column(
        "talents",
        sa.Column(
            "consents",
            postgresql.ARRAY(sa.String(length=20)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("talents", "consents")
    op.drop_table("sharing_agreements")
    op.drop_index("ix_sharing_engagements_talent_id", table_name="sharing_engagements")
    op.drop_index(op.f("ix_sharing_engagements_owner_city"), table_name="sharing_engagements")
    op.drop_index("ix_sharing_engagements_host_city", table_name="sharing_engagements")
    op.drop_table("sharing_engagements")
    op.drop_index(op.f("ix_secondments_owner_city"), table_name="secondments")
    op.drop_index(op.f("ix_secondments_id_hash"), table_name="secondments")
    op.drop_index("ix_secondments_host_city", table_name="secondments")
    op.drop_table("secondments")
    op.drop_index("ix_jv_service_orders_venture_id", table_name="jv_service_orders")
    op.drop_index(op.f("ix_jv_service_orders_owner_city"), table_name="jv_service_orders")
    op.drop_table("jv_service_orders")
    op.drop_index("uq_jv_milestones_step", table_name="jv_milestones")
    op.drop_index(op.f("ix_jv_milestones_owner_city"), table_name="jv_milestones")
    op.drop_table("jv_milestones")
    op.drop_index(
        "uq_demand_matches_talent",
        table_name="demand_matches",
        postgresql_where=sa.text("talent_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_demand_matches_resource",
        table_name="demand_matches",
        postgresql_where=sa.text("resource_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_demand_matches_owner_city"), table_name="demand_matches")
    op.drop_table("demand_matches")
    op.drop_index("ix_cooperation_projects_resource_id", table_name="cooperation_projects")
    op.drop_index(op.f("ix_cooperation_projects_owner_city"), table_name="cooperation_projects")
    op.drop_table("cooperation_projects")
    op.drop_index(op.f("ix_talent_demands_owner_city"), table_name="talent_demands")
    op.drop_index("ix_talent_demands_fields", table_name="talent_demands", postgresql_using="gin")
    op.drop_index("ix_talent_demands_employer_uscc", table_name="talent_demands")
    op.drop_table("talent_demands")
    op.drop_index(op.f("ix_secondment_posts_owner_city"), table_name="secondment_posts")
    op.drop_table("secondment_posts")
    op.drop_index(op.f("ix_science_resources_owner_city"), table_name="science_resources")
    op.drop_index(
        "ix_science_resources_fields", table_name="science_resources", postgresql_using="gin"
    )
    op.drop_table("science_resources")
    op.drop_index(op.f("ix_joint_ventures_owner_city"), table_name="joint_ventures")
    op.drop_table("joint_ventures")
    op.drop_table("cpd_years")
    op.drop_index("ix_cpd_credits_person_year", table_name="cpd_credits")
    op.drop_index(op.f("ix_cpd_credits_owner_city"), table_name="cpd_credits")
    op.drop_index(op.f("ix_cpd_credits_id_hash"), table_name="cpd_credits")
    op.drop_table("cpd_credits")
