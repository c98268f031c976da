"""Accounts, certificates, flags, transfers with what they ask of others, overlaps, benefit places.

Revision: social_insurance_0006a, after social_insurance_0005f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "social_insurance_0006a"
down_revision: str | None = "social_insurance_0005f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "benefit_place_decisions",
        sa.Column("hukou_city", sa.String(length=6), nullable=False),
        sa.Column("benefit_city", sa.String(length=6), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("rule_no", sa.Integer(), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("compared", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
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
            "rule IN ('LAST_INSURED', 'AS_S08')", name=op.f("ck_benefit_place_decisions_rule")
        ),
        sa.CheckConstraint(
            "rule_no BETWEEN 1 AND 4", name=op.f("ck_benefit_place_decisions_rule_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_place_decisions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_benefit_place_decisions_biz_no")),
    )
    op.create_index(
        op.f("ix_benefit_place_decisions_id_hash"),
        "benefit_place_decisions",
        ["id_hash"],
        unique=False,
    )
    op.create_index(
        op.f("ix_benefit_place_decisions_owner_city"),
        "benefit_place_decisions",
        ["owner_city"],
        unique=False,
    )
    op.create_table(
        "participation_certificates",
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("months_total", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("verify_code", sa.String(length=12), nullable=False),
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
            "state IN ('ISSUED', 'REVOKED')", name=op.f("ck_participation_certificates_state")
        ),
        sa.CheckConstraint(
            "months_total > 0", name=op.f("ck_participation_certificates_months_total")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_certificates")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_participation_certificates_biz_no")),
    )
    op.create_index(
        op.f("ix_participation_certificates_id_hash"),
        "participation_certificates",
        ["id_hash"],
        unique=False,
    )
    op.create_index(
        op.f("ix_participation_certificates_owner_city"),
        "participation_certificates",
        ["owner_city"],
        unique=False,
    )
    op.create_table(
        "personal_accounts",
        sa.Column("scheme", sa.String(length=5), nullable=False),
        sa.Column("balance_pre1998", sa.LargeBinary(), nullable=True),
        sa.Column("balance_since1998", sa.LargeBinary(), nullable=True),
        sa.Column("personal_part", sa.LargeBinary(), nullable=True),
        sa.Column("collective_part", sa.LargeBinary(), nullable=True),
        sa.Column("subsidy_part", sa.LargeBinary(), nullable=True),
        sa.Column("interest_credited_to", sa.String(length=7), nullable=True),
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
            "interest_credited_to ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'",
            name=op.f("ck_personal_accounts_interest"),
        ),
        sa.CheckConstraint(
            "scheme IN ('EMP', 'INST', 'RES')", name=op.f("ck_personal_accounts_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_accounts")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_personal_accounts_biz_no")),
        sa.UniqueConstraint("id_hash", "scheme", "owner_city", name="uq_personal_accounts_person"),
    )
    op.create_index(
        op.f("ix_personal_accounts_id_hash"), "personal_accounts", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_personal_accounts_owner_city"), "personal_accounts", ["owner_city"], unique=False
    )
    op.create_table(
        "risk_flags",
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(length=80), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
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
            "kind IN ('FRAUD', 'IDENTITY', 'DATA')", name=op.f("ck_risk_flags_kind")
        ),
        sa.CheckConstraint("state IN ('OPEN', 'CLEARED')", name=op.f("ck_risk_flags_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_flags")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_risk_flags_biz_no")),
    )
    op.create_index(op.f("ix_risk_flags_id_hash"), "risk_flags", ["id_hash"], unique=False)
    op.create_index(op.f("ix_risk_flags_owner_city"), "risk_flags", ["owner_city"], unique=False)
    op.create_index(
        "uq_risk_flags_open",
        "risk_flags",
        ["id_hash", "kind", "owner_city"],
        unique=True,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_table(
        "transfer_cases",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("apply_channel", sa.String(length=8), nullable=False),
        sa.Column("apply_city", sa.String(length=6), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("hukou_division", sa.String(length=12), nullable=True),
        sa.Column("by_order", sa.Boolean(), nullable=False),
        sa.Column("retire_kind", sa.String(length=3), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("verification_id", sa.String(length=64), nullable=True),
        sa.Column("card_verified", sa.Boolean(), nullable=False),
        sa.Column("documents", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fixes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reject_code", sa.String(length=40), nullable=True),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("letter_by", sa.String(length=80), nullable=True),
        sa.Column("out_on", sa.Date(), nullable=True),
        sa.Column("out_by", sa.String(length=80), nullable=True),
        sa.Column("months_total", sa.Integer(), nullable=True),
        sa.Column("counted_months", sa.Integer(), nullable=True),
        sa.Column("overlap_months", sa.Integer(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=True),
        sa.Column("account_source", sa.String(length=8), nullable=True),
        sa.Column("pool", sa.LargeBinary(), nullable=True),
        sa.Column("moved", sa.LargeBinary(), nullable=True),
        sa.Column("received", sa.LargeBinary(), nullable=True),
        sa.Column("overlap_resolution_id", sa.Uuid(), nullable=True),
        sa.Column("overlap_decided_by", sa.String(length=80), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_by", sa.String(length=80), nullable=True),
        sa.Column("informed_by", sa.String(length=8), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("disputed_from", sa.String(length=12), nullable=True),
        sa.Column("dispute_votes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("province_ref", sa.String(length=80), nullable=True),
        sa.Column("province_record", sa.LargeBinary(), nullable=True),
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
            "kind IN ('EMP_INTRA', 'EMP_CROSS', 'INST_EMP', 'EMP_INST', 'RES_MOVE', 'RES_TO_EMP', 'EMP_TO_RES', 'UNEMP_MOVE')",
            name=op.f("ck_transfer_cases_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'SUPPLEMENT', 'LETTER_SENT', 'OUT_RETURNED', 'OUT_SENT', 'DISPUTED', 'REJECTED', 'COMPLETED', 'WITHDRAWN')",
            name=op.f("ck_transfer_cases_state"),
        ),
        sa.CheckConstraint("steps BETWEEN 1 AND 3", name=op.f("ck_transfer_cases_steps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_cases")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_transfer_cases_biz_no")),
    )
    op.create_index(
        "ix_transfer_cases_from_city_state", "transfer_cases", ["from_city", "state"], unique=False
    )
    op.create_index(op.f("ix_transfer_cases_id_hash"), "transfer_cases", ["id_hash"], unique=False)
    op.create_index(
        op.f("ix_transfer_cases_owner_city"), "transfer_cases", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_transfer_cases_to_city_state", "transfer_cases", ["to_city", "state"], unique=False
    )
    op.create_index(
        "uq_transfer_cases_open",
        "transfer_cases",
        ["id_hash", "kind"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'SUPPLEMENT', 'LETTER_SENT', 'OUT_RETURNED', 'OUT_SENT', 'DISPUTED')"
        ),
    )
    op.create_table(
        "overlap_resolutions",
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("transfer_case_id", sa.Uuid(), nullable=True),
        sa.Column("kept_city", sa.String(length=6), nullable=False),
        sa.Column("kept_scheme", sa.String(length=5), nullable=False),
        sa.Column("months", postgresql.ARRAY(sa.String(length=7)), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("refund_total", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_by_person", sa.Boolean(), nullable=False),
        sa.Column("agreement_ref", sa.String(length=120), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
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
            "kind IN ('SAME_SCHEME', 'EMP_RES', 'EMP_INST', 'DOUBLE_PENSION')",
            name=op.f("ck_overlap_resolutions_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DECIDED', 'CLEARED')", name=op.f("ck_overlap_resolutions_state")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_case_id"],
            ["transfer_cases.id"],
            name=op.f("fk_overlap_resolutions_transfer_case_id_transfer_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_resolutions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_overlap_resolutions_biz_no")),
    )
    op.create_index(
        op.f("ix_overlap_resolutions_id_hash"), "overlap_resolutions", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_overlap_resolutions_owner_city"),
        "overlap_resolutions",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "uq_overlap_resolutions_case",
        "overlap_resolutions",
        ["transfer_case_id"],
        unique=True,
        postgresql_where=sa.text("transfer_case_id IS NOT NULL"),
    )
    op.create_table(
        "province_exchanges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("status", sa.String(length=7), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('PULL', 'PUSH')", name=op.f("ck_province_exchanges_kind")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'DONE', 'REFUSED')", name=op.f("ck_province_exchanges_status")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_case_id"],
            ["transfer_cases.id"],
            name=op.f("fk_province_exchanges_transfer_case_id_transfer_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_province_exchanges")),
    )
    op.create_index(
        "ix_province_exchanges_next",
        "province_exchanges",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.create_index(
        "uq_province_exchanges_case",
        "province_exchanges",
        ["transfer_case_id", "kind"],
        unique=True,
    )
    op.create_table(
        "transfer_card_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_case_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "status IN ('PENDING', 'VERIFIED', 'NOT_VERIFIED', 'UNKNOWN', 'EXPIRED')",
            name=op.f("ck_transfer_card_checks_status"),
        ),
        sa.ForeignKeyConstraint(
            ["transfer_case_id"],
            ["transfer_cases.id"],
            name=op.f("fk_transfer_card_checks_transfer_case_id_transfer_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_card_checks")),
    )
    op.create_index(
        "ix_transfer_card_checks_next",
        "transfer_card_checks",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'PENDING'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_transfer_card_checks_next",
        table_name="transfer_card_checks",
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.drop_table("transfer_card_checks")
    op.drop_index("uq_province_exchanges_case", table_name="province_exchanges")
    op.drop_index(
        "ix_province_exchanges_next",
        table_name="province_exchanges",
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.drop_table("province_exchanges")
    op.drop_index(
        "uq_overlap_resolutions_case",
        table_name="overlap_resolutions",
        postgresql_where=sa.text("transfer_case_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_overlap_resolutions_owner_city"), table_name="overlap_resolutions")
    op.drop_index(op.f("ix_overlap_resolutions_id_hash"), table_name="overlap_resolutions")
    op.drop_table("overlap_resolutions")
    op.drop_index(
        "uq_transfer_cases_open",
        table_name="transfer_cases",
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'SUPPLEMENT', 'LETTER_SENT', 'OUT_RETURNED', 'OUT_SENT', 'DISPUTED')"
        ),
    )
    op.drop_index("ix_transfer_cases_to_city_state", table_name="transfer_cases")
    op.drop_index(op.f("ix_transfer_cases_owner_city"), table_name="transfer_cases")
    op.drop_index(op.f("ix_transfer_cases_id_hash"), table_name="transfer_cases")
    op.drop_index("ix_transfer_cases_from_city_state", table_name="transfer_cases")
    op.drop_table("transfer_cases")
    op.drop_index(
        "uq_risk_flags_open", table_name="risk_flags", postgresql_where=sa.text("state = 'OPEN'")
    )
    op.drop_index(op.f("ix_risk_flags_owner_city"), table_name="risk_flags")
    op.drop_index(op.f("ix_risk_flags_id_hash"), table_name="risk_flags")
    op.drop_table("risk_flags")
    op.drop_index(op.f("ix_personal_accounts_owner_city"), table_name="personal_accounts")
    op.drop_index(op.f("ix_personal_accounts_id_hash"), table_name="personal_accounts")
    op.drop_table("personal_accounts")
    op.drop_index(
        op.f("ix_participation_certificates_owner_city"), table_name="participation_certificates"
    )
    op.drop_index(
        op.f("ix_participation_certificates_id_hash"), table_name="participation_certificates"
    )
    op.drop_table("participation_certificates")
    op.drop_index(
        op.f("ix_benefit_place_decisions_owner_city"), table_name="benefit_place_decisions"
    )
    op.drop_index(op.f("ix_benefit_place_decisions_id_hash"), table_name="benefit_place_decisions")
    op.drop_table("benefit_place_decisions")
