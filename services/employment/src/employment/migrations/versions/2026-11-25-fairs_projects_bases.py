"""Fairs, labour projects, institutions, demonstration bases, gig markets, items, visits, exchange.

Revision: employment_0009b, after employment_0008a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "employment_0009b"
down_revision: str | None = "employment_0008a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# The seats of a programme are one object, {city: seats}; a check holds them to the total.
SEATS_SUM = """
CREATE FUNCTION seats_sum(seats jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text(seats)
$$
"""


def upgrade() -> None:
    op.execute(SEATS_SUM)
    op.create_table(
        "exchange_activities",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=2000), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("participants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cities_present", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.String(length=10000), nullable=True),
        sa.Column("minutes_ref", sa.String(length=120), nullable=True),
        sa.Column("summary", sa.String(length=4000), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "kind IN ('FORUM', 'VISIT', 'TRAINING', 'COMPETITION', 'OTHER')",
            name=op.f("ck_exchange_activities_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'COMPLETED' OR cities_present >= 2",
            name=op.f("ck_exchange_activities_both_cities"),
        ),
        sa.CheckConstraint(
            "state <> 'COMPLETED' OR summary IS NOT NULL",
            name=op.f("ck_exchange_activities_summary"),
        ),
        sa.CheckConstraint(
            "state IN ('CANCELLED', 'COMPLETED', 'HELD', 'MINUTED', 'PLANNED')",
            name=op.f("ck_exchange_activities_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('MINUTED', 'COMPLETED') OR minutes IS NOT NULL",
            name=op.f("ck_exchange_activities_minutes"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_activities")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_exchange_activities_biz_no")),
    )
    op.create_index(
        op.f("ix_exchange_activities_owner_city"),
        "exchange_activities",
        ["owner_city"],
        unique=False,
    )
    op.create_table(
        "gig_markets",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("town_code", sa.String(length=9), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("opening_hours", sa.String(length=120), nullable=False),
        sa.Column("hotline", sa.String(length=30), nullable=True),
        sa.Column("services", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("state IN ('CLOSED', 'OPEN')", name=op.f("ck_gig_markets_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gig_markets")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_gig_markets_biz_no")),
    )
    op.create_index("ix_gig_markets_district", "gig_markets", ["district"], unique=False)
    op.create_index(op.f("ix_gig_markets_owner_city"), "gig_markets", ["owner_city"], unique=False)
    op.create_index("uq_gig_markets_name", "gig_markets", ["owner_city", "name"], unique=True)
    op.create_table(
        "institutions",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("milestones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "kind IN ('TECHNICIAN_COLLEGE', 'VOCATIONAL_SCHOOL', 'TRAINING_BASE')",
            name=op.f("ck_institutions_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('APPROVED', 'CONSTRUCTION', 'ENROLMENT', 'INITIATED', 'PLANNED')",
            name=op.f("ck_institutions_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_institutions_biz_no")),
    )
    op.create_index(
        op.f("ix_institutions_owner_city"), "institutions", ["owner_city"], unique=False
    )
    op.create_index("uq_institutions_name", "institutions", ["name"], unique=True)
    op.create_table(
        "job_fairs",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("co_city", sa.String(length=6), nullable=False),
        sa.Column("venue_division", sa.String(length=12), nullable=True),
        sa.Column("venue_address", sa.String(length=200), nullable=True),
        sa.Column("online_url", sa.String(length=300), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("safety_plan_ref", sa.String(length=120), nullable=True),
        sa.Column("emergency_plan_ref", sa.String(length=120), nullable=True),
        sa.Column("expected_attendance", sa.Integer(), nullable=True),
        sa.Column("themes", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("cosigned_on", sa.Date(), nullable=True),
        sa.Column("cosigned_by", sa.String(length=80), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "mode = 'ONLINE' OR venue_division IS NOT NULL", name=op.f("ck_job_fairs_venue")
        ),
        sa.CheckConstraint(
            "mode IN ('ONLINE', 'OFFLINE', 'HYBRID')", name=op.f("ck_job_fairs_mode")
        ),
        sa.CheckConstraint(
            "state IN ('ANNOUNCED', 'CANCELLED', 'CLOSED', 'COSIGNED', 'DRAFT', 'OPEN', 'PROPOSED', 'REPORTED')",
            name=op.f("ck_job_fairs_state"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED', 'COSIGNED', 'CANCELLED') OR (cosigned_on IS NOT NULL AND (mode = 'ONLINE' OR (safety_plan_ref IS NOT NULL AND emergency_plan_ref IS NOT NULL)))",
            name=op.f("ck_job_fairs_announced"),
        ),
        sa.CheckConstraint("co_city <> owner_city", name=op.f("ck_job_fairs_cities")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_job_fairs_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_fairs")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_job_fairs_biz_no")),
    )
    op.create_index(op.f("ix_job_fairs_owner_city"), "job_fairs", ["owner_city"], unique=False)
    op.create_index(
        "ix_job_fairs_state_starts_at", "job_fairs", ["state", "starts_at"], unique=False
    )
    op.create_table(
        "service_items",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("materials", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("service_points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "kind IN ('REGISTRATION', 'GUIDANCE', 'POLICY_ADVICE', 'REFERRAL', 'OTHER')",
            name=op.f("ck_service_items_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PUBLISHED', 'WITHDRAWN')", name=op.f("ck_service_items_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_items")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_service_items_biz_no")),
    )
    op.create_index(
        op.f("ix_service_items_owner_city"), "service_items", ["owner_city"], unique=False
    )
    op.create_index("uq_service_items_code", "service_items", ["owner_city", "code"], unique=True)
    op.create_table(
        "booths",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("booth_no", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("state IN ('CANCELLED', 'REGISTERED')", name=op.f("ck_booths_state")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_booths_employer_id_employers")
        ),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["job_fairs.id"], name=op.f("fk_booths_fair_id_job_fairs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booths")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_booths_biz_no")),
    )
    op.create_index(op.f("ix_booths_employer_id"), "booths", ["employer_id"], unique=False)
    op.create_index(op.f("ix_booths_owner_city"), "booths", ["owner_city"], unique=False)
    op.create_index(
        "uq_booths_booth_no",
        "booths",
        ["fair_id", "booth_no"],
        unique=True,
        postgresql_where=sa.text("state = 'REGISTERED' AND booth_no IS NOT NULL"),
    )
    op.create_index(
        "uq_booths_employer",
        "booths",
        ["fair_id", "employer_id"],
        unique=True,
        postgresql_where=sa.text("state = 'REGISTERED'"),
    )
    op.create_table(
        "demo_bases",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.String(length=4000), nullable=False),
        sa.Column("joint_score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "state <> 'GRANTED' OR (granted_on IS NOT NULL AND valid_to > granted_on AND joint_score IS NOT NULL)",
            name=op.f("ck_demo_bases_granted"),
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'EXPIRED', 'GRANTED', 'REFUSED', 'REVOKED', 'SCORED')",
            name=op.f("ck_demo_bases_state"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["startup_spaces.id"], name=op.f("fk_demo_bases_space_id_startup_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_bases")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_demo_bases_biz_no")),
    )
    op.create_index(op.f("ix_demo_bases_owner_city"), "demo_bases", ["owner_city"], unique=False)
    op.create_index(
        "ix_demo_bases_state_valid_to", "demo_bases", ["state", "valid_to"], unique=False
    )
    op.create_index(
        "uq_demo_bases_name",
        "demo_bases",
        ["name"],
        unique=True,
        postgresql_where=sa.text("state IN ('APPLIED', 'SCORED', 'GRANTED')"),
    )
    op.create_table(
        "fair_results",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("employers", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("resumes", sa.Integer(), nullable=False),
        sa.Column("intents", sa.Integer(), nullable=False),
        sa.Column("hired_30d", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("state IN ('FILED')", name=op.f("ck_fair_results_state")),
        sa.CheckConstraint(
            "employers BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_employers")
        ),
        sa.CheckConstraint(
            "headcount BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_headcount")
        ),
        sa.CheckConstraint(
            "hired_30d BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_hired_30d")
        ),
        sa.CheckConstraint("intents BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_intents")),
        sa.CheckConstraint("postings BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_postings")),
        sa.CheckConstraint("resumes BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_resumes")),
        sa.CheckConstraint("visitors BETWEEN 0 AND 9999999", name=op.f("ck_fair_results_visitors")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["job_fairs.id"], name=op.f("fk_fair_results_fair_id_job_fairs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_results")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_fair_results_biz_no")),
        sa.UniqueConstraint("fair_id", "owner_city", name="uq_fair_results_fair_city"),
    )
    op.create_index(
        op.f("ix_fair_results_owner_city"), "fair_results", ["owner_city"], unique=False
    )
    op.create_table(
        "labour_projects",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("sending_city", sa.String(length=6), nullable=False),
        sa.Column("sending_org", sa.String(length=120), nullable=False),
        sa.Column("receiving_city", sa.String(length=6), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("work_division", sa.String(length=12), nullable=False),
        sa.Column("occupation", sa.String(length=12), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("poverty_reserved", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("arrived_poverty", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "state = 'DRAFT' OR state = 'TERMINATED' OR cardinality(agreed_by) >= 2",
            name=op.f("ck_labour_projects_agreed"),
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'AGREED', 'COMPLETED', 'DRAFT', 'TERMINATED')",
            name=op.f("ck_labour_projects_state"),
        ),
        sa.CheckConstraint(
            "arrived >= 0 AND arrived <= quota", name=op.f("ck_labour_projects_quota_kept")
        ),
        sa.CheckConstraint(
            "arrived_poverty BETWEEN 0 AND arrived AND arrived - arrived_poverty <= quota - poverty_reserved",
            name=op.f("ck_labour_projects_reserve_kept"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_labour_projects_period")),
        sa.CheckConstraint(
            "poverty_reserved BETWEEN 0 AND quota", name=op.f("ck_labour_projects_reserve")
        ),
        sa.CheckConstraint(
            "receiving_city <> sending_city", name=op.f("ck_labour_projects_cities")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_labour_projects_employer_id_employers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labour_projects")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_labour_projects_biz_no")),
    )
    op.create_index(
        op.f("ix_labour_projects_employer_id"), "labour_projects", ["employer_id"], unique=False
    )
    op.create_index(
        op.f("ix_labour_projects_owner_city"), "labour_projects", ["owner_city"], unique=False
    )
    op.create_table(
        "programmes",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("occupation", sa.String(length=12), nullable=True),
        sa.Column("skill_level", sa.String(length=2), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("total_seats", sa.Integer(), nullable=False),
        sa.Column("seats_by_city", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("field IN ('ELEC', 'AVLOG', 'OTHER')", name=op.f("ck_programmes_field")),
        sa.CheckConstraint(
            "state IN ('CLOSED', 'DRAFT', 'PUBLISHED')", name=op.f("ck_programmes_state")
        ),
        sa.CheckConstraint(
            "seats_sum(seats_by_city) = total_seats", name=op.f("ck_programmes_seats_sum")
        ),
        sa.CheckConstraint(
            "total_seats BETWEEN 1 AND 100000", name=op.f("ck_programmes_total_seats")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_programmes_institution_id_institutions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_programmes_biz_no")),
    )
    op.create_index(op.f("ix_programmes_owner_city"), "programmes", ["owner_city"], unique=False)
    op.create_index(
        "uq_programmes_title", "programmes", ["institution_id", "title", "starts_on"], unique=True
    )
    op.create_table(
        "service_visits",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("home_city", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "channel IN ('COUNTER', 'ONLINE', 'PHONE')", name=op.f("ck_service_visits_channel")
        ),
        sa.CheckConstraint("state IN ('RECORDED', 'VOIDED')", name=op.f("ck_service_visits_state")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["service_items.id"], name=op.f("fk_service_visits_item_id_service_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_visits")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_service_visits_biz_no")),
    )
    op.create_index(op.f("ix_service_visits_item_id"), "service_visits", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_service_visits_owner_city"), "service_visits", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_service_visits_visited_at", "service_visits", ["owner_city", "visited_at"], unique=False
    )
    op.create_index(
        "uq_service_visits_source",
        "service_visits",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "base_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["demo_bases.id"], name=op.f("fk_base_jobs_base_id_demo_bases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_jobs")),
        sa.UniqueConstraint("id_hash", name="uq_base_jobs_person"),
    )
    op.create_index(op.f("ix_base_jobs_base_id"), "base_jobs", ["base_id"], unique=False)
    op.create_table(
        "base_reviews",
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("kind IN ('SCORE', 'ANNUAL')", name=op.f("ck_base_reviews_kind")),
        sa.CheckConstraint("state IN ('FILED')", name=op.f("ck_base_reviews_state")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_base_reviews_score")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["demo_bases.id"], name=op.f("fk_base_reviews_base_id_demo_bases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_reviews")),
        sa.UniqueConstraint("base_id", "kind", "round", "owner_city", name="uq_base_reviews_city"),
        sa.UniqueConstraint("biz_no", name=op.f("uq_base_reviews_biz_no")),
    )
    op.create_index(
        op.f("ix_base_reviews_owner_city"), "base_reviews", ["owner_city"], unique=False
    )
    op.create_table(
        "dispatch_batches",
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("organised", sa.Boolean(), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("departs_on", sa.Date(), nullable=False),
        sa.Column("departed_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
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
            "state IN ('ARRIVED', 'CANCELLED', 'CLOSED', 'DEPARTED', 'FOLLOWUP_30', 'FOLLOWUP_90', 'PLANNED')",
            name=op.f("ck_dispatch_batches_state"),
        ),
        sa.CheckConstraint(
            "NOT organised OR project_id IS NOT NULL", name=op.f("ck_dispatch_batches_organised")
        ),
        sa.CheckConstraint("to_city <> owner_city", name=op.f("ck_dispatch_batches_cities")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["labour_projects.id"],
            name=op.f("fk_dispatch_batches_project_id_labour_projects"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_batches")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_dispatch_batches_biz_no")),
    )
    op.create_index(
        "ix_dispatch_batches_arrived_on", "dispatch_batches", ["arrived_on"], unique=False
    )
    op.create_index(
        op.f("ix_dispatch_batches_owner_city"), "dispatch_batches", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_dispatch_batches_project_id", "dispatch_batches", ["project_id"], unique=False
    )
    op.create_table(
        "fair_postings",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
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
        sa.CheckConstraint("state IN ('LINKED', 'REMOVED')", name=op.f("ck_fair_postings_state")),
        sa.ForeignKeyConstraint(
            ["fair_id"], ["job_fairs.id"], name=op.f("fk_fair_postings_fair_id_job_fairs")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_fair_postings_posting_id_postings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_postings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_fair_postings_biz_no")),
    )
    op.create_index(
        op.f("ix_fair_postings_owner_city"), "fair_postings", ["owner_city"], unique=False
    )
    op.create_index(
        op.f("ix_fair_postings_posting_id"), "fair_postings", ["posting_id"], unique=False
    )
    op.create_index(
        "uq_fair_postings_posting",
        "fair_postings",
        ["fair_id", "posting_id"],
        unique=True,
        postgresql_where=sa.text("state = 'LINKED'"),
    )
    op.create_table(
        "dispatch_workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("employed_30", sa.Boolean(), nullable=True),
        sa.Column("employed_90", sa.Boolean(), nullable=True),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["dispatch_batches.id"],
            name=op.f("fk_dispatch_workers_batch_id_dispatch_batches"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_workers")),
        sa.UniqueConstraint("batch_id", "id_hash", name="uq_dispatch_workers_person"),
    )
    op.create_index(
        op.f("ix_dispatch_workers_id_hash"), "dispatch_workers", ["id_hash"], unique=False
    )


def downgrade() -> None:
    for table in (
        "dispatch_workers",
        "fair_postings",
        "dispatch_batches",
        "base_reviews",
        "base_jobs",
        "service_visits",
        "programmes",
        "labour_projects",
        "fair_results",
        "demo_bases",
        "booths",
        "service_items",
        "job_fairs",
        "institutions",
        "gig_markets",
        "exchange_activities",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION seats_sum")
