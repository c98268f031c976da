"""Shared training, brand marks, enrolments and start-up space; places are bounded by constraints.

Revision: employment_0006b, after employment_0006t
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "employment_0006b"
down_revision: str | None = "employment_0006t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "startup_spaces",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("desks", sa.Integer(), nullable=False),
        sa.Column("desks_resident", sa.Integer(), nullable=False),
        sa.Column("desks_offered", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
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
            "kind IN ('INCUBATOR', 'MAKERSPACE', 'TECHFIRM_LAB')",
            name=op.f("ck_startup_spaces_kind"),
        ),
        sa.CheckConstraint("state IN ('CLOSED', 'OPEN')", name=op.f("ck_startup_spaces_state")),
        sa.CheckConstraint(
            "desks_resident >= 0 AND desks_offered >= 0 AND desks_resident + desks_offered <= desks",
            name=op.f("ck_startup_spaces_desks_taken"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_startup_spaces")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_startup_spaces_biz_no")),
    )
    op.create_index(
        op.f("ix_startup_spaces_owner_city"), "startup_spaces", ["owner_city"], unique=False
    )
    op.create_index("uq_startup_spaces_name", "startup_spaces", ["owner_city", "name"], unique=True)
    op.create_table(
        "training_providers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=8)), nullable=False),
        sa.Column("hotline", sa.String(length=30), nullable=True),
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
        sa.CheckConstraint("state IN ('CLOSED', 'OPEN')", name=op.f("ck_training_providers_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_providers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_training_providers_biz_no")),
    )
    op.create_index(
        op.f("ix_training_providers_owner_city"), "training_providers", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_training_providers_name", "training_providers", ["owner_city", "name"], unique=True
    )
    op.create_index(
        "uq_training_providers_uscc",
        "training_providers",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("uscc IS NOT NULL"),
    )
    op.create_table(
        "brand_programmes",
        sa.Column("brand", sa.String(length=12), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("occupation", sa.String(length=12), nullable=False),
        sa.Column("skill_level", sa.String(length=2), nullable=False),
        sa.Column("statement", sa.String(length=4000), nullable=False),
        sa.Column("reviews", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        sa.CheckConstraint("brand IN ('WUCHANGYU')", name=op.f("ck_brand_programmes_brand")),
        sa.CheckConstraint(
            "state <> 'GRANTED' OR (jsonb_array_length(reviews) >= 2 AND granted_on IS NOT NULL AND valid_to > granted_on)",
            name=op.f("ck_brand_programmes_granted"),
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'EXPIRED', 'GRANTED', 'REFUSED', 'REVIEW_EZ', 'REVIEW_WH', 'WITHDRAWN')",
            name=op.f("ck_brand_programmes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["training_providers.id"],
            name=op.f("fk_brand_programmes_provider_id_training_providers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_programmes")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_brand_programmes_biz_no")),
    )
    op.create_index(
        op.f("ix_brand_programmes_owner_city"), "brand_programmes", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_brand_programmes_live",
        "brand_programmes",
        ["provider_id", "title"],
        unique=True,
        postgresql_where=sa.text("state IN ('APPLIED', 'REVIEW_WH', 'REVIEW_EZ', 'GRANTED')"),
    )
    op.create_table(
        "residents",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("space_city", sa.String(length=6), nullable=False),
        sa.Column("team_name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("project", sa.String(length=2000), nullable=False),
        sa.Column("desks", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=True),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=True),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
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
            "state IN ('ADMITTED', 'APPLIED', 'LEFT', 'REFUSED', 'WITHDRAWN')",
            name=op.f("ck_residents_state"),
        ),
        sa.CheckConstraint("desks BETWEEN 1 AND 999", name=op.f("ck_residents_desks")),
        sa.ForeignKeyConstraint(
            ["space_id"], ["startup_spaces.id"], name=op.f("fk_residents_space_id_startup_spaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_residents_biz_no")),
    )
    op.create_index(op.f("ix_residents_owner_city"), "residents", ["owner_city"], unique=False)
    op.create_index("ix_residents_space_id", "residents", ["space_id"], unique=False)
    op.create_index(
        "uq_residents_live",
        "residents",
        ["space_id", "team_name"],
        unique=True,
        postgresql_where=sa.text("state IN ('APPLIED', 'ADMITTED')"),
    )
    op.create_table(
        "space_offers",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
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
            "kind IN ('DESK', 'EQUIPMENT', 'MENTOR_HOUR')", name=op.f("ck_space_offers_kind")
        ),
        sa.CheckConstraint("state IN ('CLOSED', 'OPEN')", name=op.f("ck_space_offers_state")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 999", name=op.f("ck_space_offers_capacity")),
        sa.ForeignKeyConstraint(
            ["space_id"],
            ["startup_spaces.id"],
            name=op.f("fk_space_offers_space_id_startup_spaces"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space_offers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_space_offers_biz_no")),
    )
    op.create_index(
        op.f("ix_space_offers_owner_city"), "space_offers", ["owner_city"], unique=False
    )
    op.create_index("ix_space_offers_space_id", "space_offers", ["space_id"], unique=False)
    op.create_table(
        "space_slots",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("counterpart_quota", sa.Integer(), nullable=True),
        sa.Column("taken_own", sa.Integer(), nullable=False),
        sa.Column("taken_counterpart", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("offer_id"), "="),
            (sa.literal_column("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_space_slots_overlap",
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_space_slots_capacity")),
        sa.CheckConstraint(
            "counterpart_quota BETWEEN 0 AND capacity", name=op.f("ck_space_slots_quota")
        ),
        sa.CheckConstraint(
            "counterpart_quota IS NULL OR (taken_counterpart <= counterpart_quota AND taken_own <= capacity - counterpart_quota)",
            name=op.f("ck_space_slots_quota_kept"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_space_slots_times")),
        sa.CheckConstraint(
            "taken_own >= 0 AND taken_counterpart >= 0 AND taken_own + taken_counterpart <= capacity",
            name=op.f("ck_space_slots_taken"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["space_offers.id"], name=op.f("fk_space_slots_offer_id_space_offers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space_slots")),
    )
    op.create_table(
        "training_resources",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("occupation", sa.String(length=12), nullable=True),
        sa.Column("skill_level", sa.String(length=2), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("brand_programme_id", sa.Uuid(), nullable=True),
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
            "field IN ('ELEC', 'AVLOG', 'OTHER')", name=op.f("ck_training_resources_field")
        ),
        sa.CheckConstraint(
            "kind = 'COURSE' OR brand_programme_id IS NULL",
            name=op.f("ck_training_resources_brand"),
        ),
        sa.CheckConstraint(
            "kind IN ('COURSE', 'TEACHER', 'WORKSHOP', 'EQUIPMENT')",
            name=op.f("ck_training_resources_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('REGISTERED', 'SHARED', 'WITHDRAWN')",
            name=op.f("ck_training_resources_state"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_programme_id"],
            ["brand_programmes.id"],
            name=op.f("fk_training_resources_brand_programme_id_brand_programmes"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["training_providers.id"],
            name=op.f("fk_training_resources_provider_id_training_providers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_resources")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_training_resources_biz_no")),
    )
    op.create_index(
        op.f("ix_training_resources_owner_city"), "training_resources", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_training_resources_provider_id", "training_resources", ["provider_id"], unique=False
    )
    op.create_table(
        "enrolments",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("home_city", sa.String(length=6), nullable=False),
        sa.Column("subsidised", sa.Boolean(), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("certificate_no", sa.String(length=40), nullable=True),
        sa.Column("certified_on", sa.Date(), nullable=True),
        sa.Column("skill_level", sa.String(length=2), nullable=True),
        sa.Column("brand", sa.String(length=12), nullable=True),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
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
            "state <> 'CERTIFIED' OR (certificate_no IS NOT NULL AND skill_level IS NOT NULL)",
            name=op.f("ck_enrolments_certificate"),
        ),
        sa.CheckConstraint(
            "state IN ('CERTIFIED', 'ENROLLED', 'FAILED', 'PASSED', 'WITHDRAWN')",
            name=op.f("ck_enrolments_state"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_enrolments_score")),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["training_resources.id"],
            name=op.f("fk_enrolments_course_id_training_resources"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_enrolments_biz_no")),
    )
    op.create_index("ix_enrolments_completed_on", "enrolments", ["completed_on"], unique=False)
    op.create_index(op.f("ix_enrolments_course_id"), "enrolments", ["course_id"], unique=False)
    op.create_index(op.f("ix_enrolments_id_hash"), "enrolments", ["id_hash"], unique=False)
    op.create_index(op.f("ix_enrolments_owner_city"), "enrolments", ["owner_city"], unique=False)
    op.create_index(
        "uq_enrolments_certificate_no",
        "enrolments",
        ["certificate_no"],
        unique=True,
        postgresql_where=sa.text("certificate_no IS NOT NULL"),
    )
    op.create_index(
        "uq_enrolments_person_course",
        "enrolments",
        ["id_hash", "course_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'WITHDRAWN'"),
    )
    op.create_table(
        "resource_slots",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("counterpart_quota", sa.Integer(), nullable=True),
        sa.Column("taken_own", sa.Integer(), nullable=False),
        sa.Column("taken_counterpart", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("resource_id"), "="),
            (sa.literal_column("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_resource_slots_overlap",
        ),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_resource_slots_capacity")),
        sa.CheckConstraint(
            "counterpart_quota BETWEEN 0 AND capacity", name=op.f("ck_resource_slots_quota")
        ),
        sa.CheckConstraint(
            "counterpart_quota IS NULL OR (taken_counterpart <= counterpart_quota AND taken_own <= capacity - counterpart_quota)",
            name=op.f("ck_resource_slots_quota_kept"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_resource_slots_times")),
        sa.CheckConstraint(
            "taken_own >= 0 AND taken_counterpart >= 0 AND taken_own + taken_counterpart <= capacity",
            name=op.f("ck_resource_slots_taken"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["training_resources.id"],
            name=op.f("fk_resource_slots_resource_id_training_resources"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_slots")),
    )
    op.create_table(
        "space_bookings",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("resource_city", sa.String(length=6), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
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
            "state IN ('CANCELLED', 'CONFIRMED', 'DECLINED', 'DONE', 'IN_USE', 'NO_SHOW', 'REQUESTED')",
            name=op.f("ck_space_bookings_state"),
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 999", name=op.f("ck_space_bookings_places")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["space_offers.id"], name=op.f("fk_space_bookings_offer_id_space_offers")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["space_slots.id"], name=op.f("fk_space_bookings_slot_id_space_slots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space_bookings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_space_bookings_biz_no")),
    )
    op.create_index("ix_space_bookings_offer_id", "space_bookings", ["offer_id"], unique=False)
    op.create_index(
        op.f("ix_space_bookings_owner_city"), "space_bookings", ["owner_city"], unique=False
    )
    op.create_index(
        op.f("ix_space_bookings_resource_city"), "space_bookings", ["resource_city"], unique=False
    )
    op.create_index("ix_space_bookings_slot_id", "space_bookings", ["slot_id"], unique=False)
    op.create_index(
        "ix_space_bookings_state_starts_at", "space_bookings", ["state", "starts_at"], unique=False
    )
    op.create_table(
        "resource_bookings",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("resource_city", sa.String(length=6), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
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
            "state IN ('CANCELLED', 'CONFIRMED', 'DECLINED', 'DONE', 'IN_USE', 'NO_SHOW', 'REQUESTED')",
            name=op.f("ck_resource_bookings_state"),
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 999", name=op.f("ck_resource_bookings_places")),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["training_resources.id"],
            name=op.f("fk_resource_bookings_resource_id_training_resources"),
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["resource_slots.id"],
            name=op.f("fk_resource_bookings_slot_id_resource_slots"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_bookings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_resource_bookings_biz_no")),
    )
    op.create_index(
        op.f("ix_resource_bookings_owner_city"), "resource_bookings", ["owner_city"], unique=False
    )
    op.create_index(
        op.f("ix_resource_bookings_resource_city"),
        "resource_bookings",
        ["resource_city"],
        unique=False,
    )
    op.create_index(
        "ix_resource_bookings_resource_id", "resource_bookings", ["resource_id"], unique=False
    )
    op.create_index("ix_resource_bookings_slot_id", "resource_bookings", ["slot_id"], unique=False)
    op.create_index(
        "ix_resource_bookings_state_starts_at",
        "resource_bookings",
        ["state", "starts_at"],
        unique=False,
    )


def downgrade() -> None:
    for table in (
        "resource_bookings",
        "space_bookings",
        "resource_slots",
        "enrolments",
        "training_resources",
        "space_slots",
        "space_offers",
        "residents",
        "brand_programmes",
        "training_providers",
        "startup_spaces",
    ):
        op.drop_table(table)
