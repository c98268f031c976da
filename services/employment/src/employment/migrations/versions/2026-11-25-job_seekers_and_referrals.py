"""Job seekers, key-group tags, consents, claims, profiles for matching, referrals.

Revision: employment_0008a, after employment_0007a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "employment_0008a"
down_revision: str | None = "employment_0007a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:

    op.create_table(
        "job_seekers",
        sa.Column("residence_division", sa.String(length=12), nullable=True),
        sa.Column("edu", sa.String(length=2), nullable=False),
        sa.Column("major", sa.String(length=60), nullable=True),
        sa.Column("skills", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("skill_level", sa.String(length=2), nullable=True),
        sa.Column("licences", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("experience", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("experience_months", sa.Integer(), nullable=False),
        sa.Column("expected_occupations", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("expected_salary_min", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("expected_salary_max", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("accept_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("accept_districts", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("adult_from", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_for", sa.String(length=20), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("match_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("help_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
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
            "state IN ('SEEKING', 'EMPLOYED', 'PAUSED', 'CLOSED')",
            name=op.f("ck_job_seekers_state"),
        ),
        sa.CheckConstraint(
            "cardinality(expected_occupations) BETWEEN 1 AND 3",
            name=op.f("ck_job_seekers_occupations"),
        ),
        sa.CheckConstraint(
            "expected_salary_max >= expected_salary_min", name=op.f("ck_job_seekers_salary")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_seekers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_job_seekers_biz_no")),
    )
    op.create_index(op.f("ix_job_seekers_id_hash"), "job_seekers", ["id_hash"], unique=False)
    op.create_index(
        "ix_job_seekers_match_cities",
        "job_seekers",
        ["match_cities"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_job_seekers_owner_city"), "job_seekers", ["owner_city"], unique=False)
    op.create_index(
        "uq_job_seekers_active",
        "job_seekers",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("state <> 'CLOSED'"),
    )
    op.create_index(
        "uq_job_seekers_source",
        "job_seekers",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "seeker_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("notice_id", sa.String(length=60), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=80), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["job_seekers.id"], name=op.f("fk_seeker_consents_seeker_id_job_seekers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seeker_consents")),
    )
    op.create_index(
        "uq_seeker_consents_standing",
        "seeker_consents",
        ["seeker_id", "purpose", "city"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "group_tags",
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=10), nullable=False),
        sa.Column("evidence_type", sa.String(length=40), nullable=False),
        sa.Column("evidence_no", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("graduated_on", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(length=80), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
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
            "(group_code = 'GRAD') = (status IS NOT NULL)", name=op.f("ck_group_tags_register")
        ),
        sa.CheckConstraint(
            "state IN ('CLAIMED', 'VERIFIED', 'REJECTED', 'EXPIRED')",
            name=op.f("ck_group_tags_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('VERIFIED', 'EXPIRED') OR verified_by IS NOT NULL",
            name=op.f("ck_group_tags_verified"),
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["job_seekers.id"], name=op.f("fk_group_tags_seeker_id_job_seekers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_tags")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_group_tags_biz_no")),
    )
    op.create_index(op.f("ix_group_tags_owner_city"), "group_tags", ["owner_city"], unique=False)
    op.create_index("ix_group_tags_register", "group_tags", ["group_code", "status"], unique=False)
    op.create_index(
        "uq_group_tags_one",
        "group_tags",
        ["seeker_id", "group_code"],
        unique=True,
        postgresql_where=sa.text("state IN ('CLAIMED', 'VERIFIED')"),
    )
    op.create_table(
        "seeker_claims",
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("claiming_city", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
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
            "state IN ('OPEN', 'ACCEPTED', 'DECLINED')", name=op.f("ck_seeker_claims_state")
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["job_seekers.id"], name=op.f("fk_seeker_claims_seeker_id_job_seekers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seeker_claims")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_seeker_claims_biz_no")),
    )
    op.create_index(
        op.f("ix_seeker_claims_owner_city"), "seeker_claims", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_seeker_claims_open",
        "seeker_claims",
        ["seeker_id", "claiming_city"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_table(
        "seeker_mirrors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("origin_version", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["job_seekers.id"], name=op.f("fk_seeker_mirrors_seeker_id_job_seekers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seeker_mirrors")),
        sa.UniqueConstraint("seeker_id", "city", "purpose", name="uq_seeker_mirrors"),
    )
    op.create_table(
        "seeker_profiles",
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=False),
        sa.Column("match_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edu", sa.String(length=2), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("licences", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("experience_months", sa.Integer(), nullable=False),
        sa.Column("expected_occupations", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("monthly_min", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("accept_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("districts", postgresql.ARRAY(sa.String(length=12)), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("adult_from", sa.Date(), nullable=True),
        sa.Column("keys", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.ForeignKeyConstraint(
            ["seeker_id"],
            ["job_seekers.id"],
            name=op.f("fk_seeker_profiles_seeker_id_job_seekers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_seeker_profiles")),
    )
    op.create_index(
        "ix_seeker_profiles_keys",
        "seeker_profiles",
        ["keys"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "referrals",
        sa.Column("seeker_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("seeker_city", sa.String(length=6), nullable=False),
        sa.Column("posting_city", sa.String(length=6), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("score_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("referred_by", sa.String(length=80), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interviewed_on", sa.Date(), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
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
            "(state = 'HIRED') = (hired_on IS NOT NULL)", name=op.f("ck_referrals_hired")
        ),
        sa.CheckConstraint(
            "state IN ('CREATED', 'SENT', 'INTERVIEWED', 'HIRED', 'REFUSED_BY_EMPLOYER', 'REFUSED_BY_SEEKER', 'NO_SHOW', 'LAPSED')",
            name=op.f("ck_referrals_state"),
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_referrals_posting_id_postings")
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["job_seekers.id"], name=op.f("fk_referrals_seeker_id_job_seekers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_referrals_biz_no")),
    )
    op.create_index("ix_referrals_hired_on", "referrals", ["hired_on"], unique=False)
    op.create_index(
        "ix_referrals_lapsing",
        "referrals",
        ["lapses_on"],
        unique=False,
        postgresql_where=sa.text("state IN ('CREATED', 'SENT', 'INTERVIEWED')"),
    )
    op.create_index(op.f("ix_referrals_owner_city"), "referrals", ["owner_city"], unique=False)
    op.create_index(op.f("ix_referrals_posting_id"), "referrals", ["posting_id"], unique=False)
    op.create_index(op.f("ix_referrals_seeker_id"), "referrals", ["seeker_id"], unique=False)
    op.create_index(
        "uq_referrals_hired",
        "referrals",
        ["seeker_id", "posting_id"],
        unique=True,
        postgresql_where=sa.text("state = 'HIRED'"),
    )
    op.create_index(
        "uq_referrals_open",
        "referrals",
        ["seeker_id", "posting_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('CREATED', 'SENT', 'INTERVIEWED')"),
    )


def downgrade() -> None:
    op.drop_table("referrals")
    op.drop_table("seeker_profiles")
    op.drop_table("seeker_mirrors")
    op.drop_table("seeker_claims")
    op.drop_table("group_tags")
    op.drop_table("seeker_consents")
    op.drop_table("job_seekers")
