"""Delegated cases and their catalogue, injury determinations, life certifications.

Revision: social_insurance_0006b, after social_insurance_0006a
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "social_insurance_0006b"
down_revision: str | None = "social_insurance_0006a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The three kinds of the plan (专栏: 人事档案认定、工伤委托调查、生存认证协查). Everything else is
# added by configuration.
ITEMS: tuple[dict[str, Any], ...] = (
    {
        "kind": "FILE",
        "name_zh": "人事档案认定",
        "name_en": "Personnel file recognition",
        "form_schema": {},
        "result_schema": {},
        "evidence": [{"code": "FILE_PAGE", "name_zh": "档案页复印件", "is_required": False}],
        "result_codes": ["CONFIRMED", "DIFFERENT", "NOT_FOUND"],
        "purpose_code": "SI_DELEGATED_FILE",
        "min_investigators": 0,
    },
    {
        "kind": "INJURY",
        "name_zh": "工伤委托调查",
        "name_en": "Work-injury survey",
        "form_schema": {
            "type": "object",
            "properties": {
                "accident_on": {"type": "string", "format": "date"},
                "accident_place": {"type": "string", "maxLength": 200},
                "employer_uscc": {"type": "string", "maxLength": 18},
            },
            "additionalProperties": False,
        },
        "result_schema": {},
        "evidence": [
            {"code": "STATEMENT", "name_zh": "调查笔录", "is_required": False},
            {"code": "SITE", "name_zh": "现场照片", "is_required": False},
        ],
        "result_codes": [],
        "purpose_code": "SI_DELEGATED_INJURY",
        "min_investigators": 2,
    },
    {
        "kind": "LIFE",
        "name_zh": "生存认证协查",
        "name_en": "Life-certification visit",
        "form_schema": {
            "type": "object",
            "properties": {"address": {"type": "string", "maxLength": 200}},
            "additionalProperties": False,
        },
        "result_schema": {
            "type": "object",
            "properties": {
                "visited_on": {"type": "string", "format": "date"},
                "place": {"type": "string", "maxLength": 200},
            },
            "additionalProperties": False,
        },
        "evidence": [{"code": "PHOTO", "name_zh": "现场照片", "is_required": False}],
        "result_codes": ["ALIVE", "DECEASED", "UNREACHABLE", "INELIGIBLE"],
        "purpose_code": "SI_DELEGATED_LIFE",
        "min_investigators": 0,
    },
)


def upgrade() -> None:
    op.create_table(
        "delegation_items",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("form_schema", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result_schema", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reply_wd", sa.Integer(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result_codes", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("decided_by", sa.String(length=10), nullable=False),
        sa.Column("purpose_code", sa.String(length=30), nullable=False),
        sa.Column("min_investigators", sa.Integer(), nullable=False),
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
            "decided_by IN ('CASEWORKER', 'SUPERVISOR')",
            name=op.f("ck_delegation_items_decided_by"),
        ),
        sa.CheckConstraint(
            "kind ~ '^[A-Z][A-Z0-9_]{1,39}$'", name=op.f("ck_delegation_items_kind")
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'RETIRED')", name=op.f("ck_delegation_items_state")
        ),
        sa.CheckConstraint(
            "min_investigators BETWEEN 0 AND 5", name=op.f("ck_delegation_items_min_investigators")
        ),
        sa.CheckConstraint("reply_wd BETWEEN 1 AND 250", name=op.f("ck_delegation_items_reply_wd")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_items")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_delegation_items_biz_no")),
    )
    op.create_index(
        op.f("ix_delegation_items_owner_city"), "delegation_items", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_delegation_items_kind",
        "delegation_items",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_table(
        "injury_determinations",
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("worker_kind", sa.String(length=7), nullable=False),
        sa.Column("accident_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("accident_place", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("applicant", sa.String(length=8), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("apply_until", sa.Date(), nullable=False),
        sa.Column("is_late_application", sa.Boolean(), nullable=False),
        sa.Column("is_employer_insured", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("missing_papers", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("is_simple", sa.Boolean(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_by", sa.String(length=80), nullable=True),
        sa.Column("decision", sa.String(length=6), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decision_reason", sa.LargeBinary(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("receipt_no", sa.String(length=60), nullable=True),
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
            "(state IN ('DECIDED', 'SERVED')) = (decision IS NOT NULL)",
            name=op.f("ck_injury_determinations_decided"),
        ),
        sa.CheckConstraint(
            "applicant IN ('EMPLOYER', 'WORKER', 'RELATIVE', 'UNION')",
            name=op.f("ck_injury_determinations_applicant"),
        ),
        sa.CheckConstraint(
            "decision IN ('YES', 'DEEMED', 'NO')", name=op.f("ck_injury_determinations_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('ACCIDENT', 'OCC_DISEASE', 'COMMUTE', 'SUDDEN_DEATH')",
            name=op.f("ck_injury_determinations_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'NOT_ACCEPTED', 'ACCEPTED', 'SUSPENDED', 'DECIDED', 'SERVED')",
            name=op.f("ck_injury_determinations_state"),
        ),
        sa.CheckConstraint(
            "worker_kind IN ('STAFF', 'NEWFORM')", name=op.f("ck_injury_determinations_worker_kind")
        ),
        sa.CheckConstraint(
            "applied_on >= accident_on", name=op.f("ck_injury_determinations_applied_on")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_injury_determinations")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_injury_determinations_biz_no")),
    )
    op.create_index(
        op.f("ix_injury_determinations_id_hash"), "injury_determinations", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_injury_determinations_owner_city"),
        "injury_determinations",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "uq_injury_determinations_accident",
        "injury_determinations",
        ["id_hash", "employer_uscc", "accident_on"],
        unique=True,
    )
    op.create_table(
        "life_certifications",
        sa.Column("benefit", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("residence_city", sa.String(length=6), nullable=False),
        sa.Column("monthly_amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("last_ok_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.Column("is_end_reported", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stop_reason", sa.String(length=10), nullable=True),
        sa.Column("document_ref", sa.String(length=120), nullable=True),
        sa.Column("visit_proposed_on", sa.Date(), nullable=True),
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
            "benefit IN ('EMP_PENSION', 'RES_PENSION', 'INJ_LONG', 'SURVIVOR', 'UNEMP')",
            name=op.f("ck_life_certifications_benefit"),
        ),
        sa.CheckConstraint(
            "state IN ('NOT_DUE', 'DUE_SOON', 'DUE', 'OVERDUE', 'SUSPENDED', 'RESUMED', 'STOPPED', 'OVERPAID', 'RECOVERY')",
            name=op.f("ck_life_certifications_state"),
        ),
        sa.CheckConstraint(
            "monthly_amount >= 0", name=op.f("ck_life_certifications_monthly_amount")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_certifications")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_life_certifications_biz_no")),
    )
    op.create_index(
        "ix_life_certifications_due", "life_certifications", ["due_on", "state"], unique=False
    )
    op.create_index(
        op.f("ix_life_certifications_id_hash"), "life_certifications", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_life_certifications_owner_city"),
        "life_certifications",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_life_certifications_person_ref",
        "life_certifications",
        [sa.literal_column("substring(id_hash, 1, 12)")],
        unique=False,
    )
    op.create_index(
        "uq_life_certifications_person",
        "life_certifications",
        ["id_hash", "benefit", "owner_city"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('STOPPED', 'OVERPAID', 'RECOVERY')"),
    )
    op.create_table(
        "benefit_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certification_id", sa.Uuid(), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("backpay_months", postgresql.ARRAY(sa.String(length=7)), nullable=False),
        sa.Column("backpay_amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["life_certifications.id"],
            name=op.f("fk_benefit_holds_certification_id_life_certifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_holds")),
    )
    op.create_index(
        "uq_benefit_holds_open",
        "benefit_holds",
        ["certification_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "delegated_cases",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("executing_city", sa.String(length=6), nullable=False),
        sa.Column("requesting_org", sa.String(length=60), nullable=True),
        sa.Column("executing_org", sa.String(length=60), nullable=True),
        sa.Column("main_case_ref", sa.String(length=60), nullable=False),
        sa.Column("purpose_code", sa.String(length=30), nullable=False),
        sa.Column("evidence_asked", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("questions_json", sa.LargeBinary(), nullable=False),
        sa.Column("form_json", sa.LargeBinary(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("started_by", sa.String(length=80), nullable=True),
        sa.Column("decline_code", sa.String(length=20), nullable=True),
        sa.Column("decline_reason", sa.String(length=2000), nullable=True),
        sa.Column("investigators", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("supplement_json", sa.LargeBinary(), nullable=True),
        sa.Column("reply_json", sa.LargeBinary(), nullable=True),
        sa.Column("drafted_by", sa.String(length=80), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("replied_by", sa.String(length=80), nullable=True),
        sa.Column("result_code", sa.String(length=40), nullable=True),
        sa.Column("needs_supervisor", sa.Boolean(), nullable=False),
        sa.Column("supervisor_decision", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.Column("is_used_in_main_case", sa.Boolean(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("overdue_on", sa.Date(), nullable=True),
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
            "(state = 'DECLINED') = (decline_code IS NOT NULL)",
            name=op.f("ck_delegated_cases_decline_code"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS', 'SUPPLEMENT', 'REPLIED', 'REOPENED', 'CLOSED', 'CANCELLED')",
            name=op.f("ck_delegated_cases_state"),
        ),
        sa.CheckConstraint("executing_city <> owner_city", name=op.f("ck_delegated_cases_cities")),
        sa.CheckConstraint(
            "reopened_count BETWEEN 0 AND 1", name=op.f("ck_delegated_cases_reopened_count")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["delegation_items.id"],
            name=op.f("fk_delegated_cases_item_id_delegation_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegated_cases")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_delegated_cases_biz_no")),
    )
    op.create_index(
        "ix_delegated_cases_executing_city",
        "delegated_cases",
        ["executing_city", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_delegated_cases_id_hash"), "delegated_cases", ["id_hash"], unique=False
    )
    op.create_index(
        "ix_delegated_cases_main_case_ref", "delegated_cases", ["main_case_ref"], unique=False
    )
    op.create_index(
        op.f("ix_delegated_cases_owner_city"), "delegated_cases", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_delegated_cases_open",
        "delegated_cases",
        ["main_case_ref", "kind", "executing_city"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'IN_PROGRESS', 'SUPPLEMENT', 'REPLIED', 'REOPENED')"
        ),
    )
    op.create_table(
        "injury_suspensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_injury_suspensions_until")
        ),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["injury_determinations.id"],
            name=op.f("fk_injury_suspensions_determination_id_injury_determinations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_injury_suspensions")),
    )
    op.create_index(
        "ix_injury_suspensions_determination_id",
        "injury_suspensions",
        ["determination_id"],
        unique=False,
    )
    op.create_table(
        "life_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certification_id", sa.Uuid(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("confidence", sa.String(length=6), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("evidence_ref", sa.String(length=120), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.CheckConstraint(
            "confidence IN ('HIGH', 'MEDIUM', 'LOW')", name=op.f("ck_life_checks_confidence")
        ),
        sa.CheckConstraint(
            "method IN ('DATA_MATCH', 'FACE_SELF', 'COUNTER', 'HOME_VISIT', 'CARD_USE', 'ASSIST')",
            name=op.f("ck_life_checks_method"),
        ),
        sa.CheckConstraint(
            "result IN ('ALIVE', 'DECEASED', 'UNREACHABLE', 'INELIGIBLE')",
            name=op.f("ck_life_checks_result"),
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["life_certifications.id"],
            name=op.f("fk_life_checks_certification_id_life_certifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_checks")),
    )
    op.create_index(
        "ix_life_checks_certification_id",
        "life_checks",
        ["certification_id", "checked_on"],
        unique=False,
    )
    op.create_table(
        "overpayments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certification_id", sa.Uuid(), nullable=False),
        sa.Column("months", postgresql.ARRAY(sa.String(length=7)), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("recovered", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('LUMP', 'INSTALMENTS', 'OFFSET')", name=op.f("ck_overpayments_mode")
        ),
        sa.CheckConstraint(
            "recovered >= 0 AND recovered <= amount", name=op.f("ck_overpayments_recovered")
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["life_certifications.id"],
            name=op.f("fk_overpayments_certification_id_life_certifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overpayments")),
    )
    op.create_index(
        "ix_overpayments_certification_id", "overpayments", ["certification_id"], unique=True
    )
    op.create_table(
        "delegation_interests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_no", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("declared_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["delegated_cases.id"],
            name=op.f("fk_delegation_interests_case_id_delegated_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_interests")),
    )
    op.create_index(
        "uq_delegation_interests", "delegation_interests", ["case_id", "staff_no"], unique=True
    )
    op.create_table(
        "overpayment_instalments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overpayment_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["overpayment_id"],
            ["overpayments.id"],
            name=op.f("fk_overpayment_instalments_overpayment_id_overpayments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overpayment_instalments")),
    )
    op.create_index(
        "uq_overpayment_instalments",
        "overpayment_instalments",
        ["overpayment_id", "month"],
        unique=True,
    )
    made_at = datetime(2026, 11, 25, tzinfo=UTC)
    op.bulk_insert(
        sa.table(
            "delegation_items",
            *(sa.column(name) for name in ("kind", "state", "name_zh", "name_en", "reply_wd")),
            *(sa.column(name) for name in ("decided_by", "purpose_code", "min_investigators")),
            sa.column("form_schema", postgresql.JSONB()),
            sa.column("result_schema", postgresql.JSONB()),
            sa.column("evidence", postgresql.JSONB()),
            sa.column("result_codes", postgresql.ARRAY(sa.String())),
            sa.column("id", sa.Uuid()),
            *(sa.column(name) for name in ("biz_no", "owner_city", "version")),
            sa.column("created_at", sa.DateTime(timezone=True)),
            sa.column("updated_at", sa.DateTime(timezone=True)),
            *(sa.column(name) for name in ("created_by", "updated_by", "source_system")),
        ),
        [
            {
                **item,
                "state": "ACTIVE",
                "reply_wd": None,
                "decided_by": "CASEWORKER",
                "id": UUID(f"019aba00-0000-7000-8000-{number:012d}"),
                "biz_no": f"SI-CATALOGUE-{item['kind']}",
                "owner_city": "420000",
                "version": 1,
                "created_at": made_at,
                "updated_at": made_at,
                "created_by": "system",
                "updated_by": "system",
                "source_system": "built-in",
            }
            for number, item in enumerate(ITEMS, 1)
        ],
    )


def downgrade() -> None:
    op.drop_index("uq_overpayment_instalments", table_name="overpayment_instalments")
    op.drop_table("overpayment_instalments")
    op.drop_index("uq_delegation_interests", table_name="delegation_interests")
    op.drop_table("delegation_interests")
    op.drop_index("ix_overpayments_certification_id", table_name="overpayments")
    op.drop_table("overpayments")
    op.drop_index("ix_life_checks_certification_id", table_name="life_checks")
    op.drop_table("life_checks")
    op.drop_index("ix_injury_suspensions_determination_id", table_name="injury_suspensions")
    op.drop_table("injury_suspensions")
    op.drop_index(
        "uq_delegated_cases_open",
        table_name="delegated_cases",
        postgresql_where=sa.text(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'IN_PROGRESS', 'SUPPLEMENT', 'REPLIED', 'REOPENED')"
        ),
    )
    op.drop_index(op.f("ix_delegated_cases_owner_city"), table_name="delegated_cases")
    op.drop_index("ix_delegated_cases_main_case_ref", table_name="delegated_cases")
    op.drop_index(op.f("ix_delegated_cases_id_hash"), table_name="delegated_cases")
    op.drop_index("ix_delegated_cases_executing_city", table_name="delegated_cases")
    op.drop_table("delegated_cases")
    op.drop_index(
        "uq_benefit_holds_open",
        table_name="benefit_holds",
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_table("benefit_holds")
    op.drop_index(
        "uq_life_certifications_person",
        table_name="life_certifications",
        postgresql_where=sa.text("state NOT IN ('STOPPED', 'OVERPAID', 'RECOVERY')"),
    )
    op.drop_index("ix_life_certifications_person_ref", table_name="life_certifications")
    op.drop_index(op.f("ix_life_certifications_owner_city"), table_name="life_certifications")
    op.drop_index(op.f("ix_life_certifications_id_hash"), table_name="life_certifications")
    op.drop_index("ix_life_certifications_due", table_name="life_certifications")
    op.drop_table("life_certifications")
    op.drop_index("uq_injury_determinations_accident", table_name="injury_determinations")
    op.drop_index(op.f("ix_injury_determinations_owner_city"), table_name="injury_determinations")
    op.drop_index(op.f("ix_injury_determinations_id_hash"), table_name="injury_determinations")
    op.drop_table("injury_determinations")
    op.drop_index(
        "uq_delegation_items_kind",
        table_name="delegation_items",
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.drop_index(op.f("ix_delegation_items_owner_city"), table_name="delegation_items")
    op.drop_table("delegation_items")
