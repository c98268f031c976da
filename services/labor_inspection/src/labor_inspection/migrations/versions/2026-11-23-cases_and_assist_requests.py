"""Cases with their orders and payments, letters of assistance, interests of inspectors.

Revision: labor_inspection_0003, after labor_inspection_0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0003"
down_revision: str | None = "labor_inspection_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "inspector_interests",
        sa.Column("staff_no", sa.String(length=40), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("person_ref", sa.String(length=24), nullable=True),
        sa.Column("relation", sa.String(length=20), nullable=False),
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
            "relation IN ('RELATIVE', 'OWNERSHIP', 'FORMER_EMPLOYMENT', 'DEBT', 'OTHER')",
            name=op.f("ck_inspector_interests_relation"),
        ),
        sa.CheckConstraint(
            "employer_uscc IS NOT NULL OR person_ref IS NOT NULL",
            name=op.f("ck_inspector_interests_towards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_interests")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_inspector_interests_biz_no")),
    )
    op.create_index(
        op.f("ix_inspector_interests_owner_city"),
        "inspector_interests",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_inspector_interests_staff_no", "inspector_interests", ["staff_no"], unique=False
    )
    op.create_table(
        "cases",
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("receiving_city", sa.String(length=6), nullable=False),
        sa.Column("shared_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("linkage_id", sa.Uuid(), nullable=True),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("matter", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("is_migrant", sa.Boolean(), nullable=False),
        sa.Column("workers_count", sa.Integer(), nullable=False),
        sa.Column("months_owed_max", sa.Integer(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("inspectors", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("assigned_by", sa.String(length=80), nullable=True),
        sa.Column("assigned_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.String(length=2000), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("heard_by", sa.String(length=80), nullable=True),
        sa.Column("amount_claimed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("amount_ordered", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("amount_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("compensation_ordered", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("compensation_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("enforced_on", sa.Date(), nullable=True),
        sa.Column("listing_proposed_on", sa.Date(), nullable=True),
        sa.Column("final_step_by", sa.String(length=80), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
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
        sa.CheckConstraint(
            "state IN ('FILED', 'INVESTIGATING', 'EXTENDED', 'DECIDED', 'SERVED', 'COMPLIED', 'NOT_COMPLIED', 'ENFORCED', 'ARREARS_LIST_PROPOSED', 'CLOSED', 'REOPENED')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint(
            "amount_paid >= 0 AND compensation_paid >= 0", name=op.f("ck_cases_paid")
        ),
        sa.ForeignKeyConstraint(
            ["linkage_id"], ["linkages.id"], name=op.f("fk_cases_linkage_id_linkages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_cases_biz_no")),
    )
    op.create_index("ix_cases_employer_uscc", "cases", ["employer_uscc"], unique=False)
    op.create_index(op.f("ix_cases_owner_city"), "cases", ["owner_city"], unique=False)
    op.create_index("ix_cases_owner_city_state", "cases", ["owner_city", "state"], unique=False)
    op.create_index(
        "ix_cases_shared_cities", "cases", ["shared_cities"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "uq_cases_joinable",
        "cases",
        ["linkage_id", "owner_city"],
        unique=True,
        postgresql_where=sa.text(
            "linkage_id IS NOT NULL AND state IN ('FILED', 'INVESTIGATING', 'EXTENDED', 'REOPENED')"
        ),
    )
    op.create_table(
        "case_hearings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_hearings_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_hearings")),
    )
    op.create_index(op.f("ix_case_hearings_case_id"), "case_hearings", ["case_id"], unique=False)
    op.create_table(
        "case_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("demands", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("fine_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("receipt_no", sa.String(length=60), nullable=True),
        sa.Column("through_assist_id", sa.Uuid(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("compensation_from", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("compensation_to", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.CheckConstraint(
            "demands IN ('WAGE', 'COMPENSATION', 'FINE', 'ACTION', 'NOTHING')",
            name=op.f("ck_case_orders_demands"),
        ),
        sa.CheckConstraint(
            "kind IN ('ORDER_CORRECT', 'HANDLE', 'PENALTY', 'DISMISS', 'TRANSFER_DEPT', 'TRANSFER_POLICE')",
            name=op.f("ck_case_orders_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DECIDED', 'SERVED', 'COMPLIED', 'NOT_COMPLIED')",
            name=op.f("ck_case_orders_state"),
        ),
        sa.CheckConstraint(
            "due_on IS NULL OR due_on > decided_on", name=op.f("ck_case_orders_due_on")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_orders_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_orders")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_orders_case_id")),
    )
    op.create_table(
        "assist_requests",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("executing_city", sa.String(length=6), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("document_refs", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("questions_json", sa.LargeBinary(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("decline_reason", sa.String(length=2000), nullable=True),
        sa.Column("inspectors", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("replied_by", sa.String(length=80), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("answers_json", sa.LargeBinary(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("receipt_no", sa.String(length=60), nullable=True),
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
        sa.CheckConstraint(
            "(kind = 'SERVE') = (order_id IS NOT NULL)", name=op.f("ck_assist_requests_order_id")
        ),
        sa.CheckConstraint(
            "kind IN ('INVESTIGATE', 'EVIDENCE', 'SERVE', 'LOCATE_PERSON')",
            name=op.f("ck_assist_requests_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'DECLINED', 'ASSIGNED', 'REPLIED', 'CLOSED')",
            name=op.f("ck_assist_requests_state"),
        ),
        sa.CheckConstraint(
            "(served_on IS NULL) = (receipt_no IS NULL)", name=op.f("ck_assist_requests_receipt")
        ),
        sa.CheckConstraint("executing_city <> owner_city", name=op.f("ck_assist_requests_cities")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_assist_requests_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["case_orders.id"], name=op.f("fk_assist_requests_order_id_case_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_requests")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_assist_requests_biz_no")),
    )
    op.create_index("ix_assist_requests_case_id", "assist_requests", ["case_id"], unique=False)
    op.create_index(
        "ix_assist_requests_executing_city",
        "assist_requests",
        ["executing_city", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assist_requests_owner_city"), "assist_requests", ["owner_city"], unique=False
    )
    op.create_table(
        "case_workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_worker_id", sa.Uuid(), nullable=True),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("claimed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("owed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("compensation_owed", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("compensation_paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.CheckConstraint(
            "compensation_paid <= compensation_owed", name=op.f("ck_case_workers_compensation")
        ),
        sa.CheckConstraint("paid <= greatest(owed, claimed)", name=op.f("ck_case_workers_paid")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_workers_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_case_workers_complaint_id_complaints"),
        ),
        sa.ForeignKeyConstraint(
            ["complaint_worker_id"],
            ["complaint_workers.id"],
            name=op.f("fk_case_workers_complaint_worker_id_complaint_workers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_workers")),
        sa.UniqueConstraint("case_id", "id_hash", name=op.f("uq_case_workers_case_id")),
    )
    op.create_table(
        "assist_evidences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("collected_by", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_assist_evidences_sha256")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["assist_requests.id"],
            name=op.f("fk_assist_evidences_request_id_assist_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_evidences")),
        sa.UniqueConstraint("request_id", "sha256", name=op.f("uq_assist_evidences_request_id")),
    )
    op.create_table(
        "assist_sought_persons",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["assist_requests.id"],
            name=op.f("fk_assist_sought_persons_request_id_assist_requests"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_assist_sought_persons")),
    )
    op.create_index(
        op.f("ix_assist_sought_persons_id_hash"), "assist_sought_persons", ["id_hash"], unique=False
    )
    op.create_table(
        "case_payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("account_last4", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "(kind = 'FINE') = (worker_id IS NULL)", name=op.f("ck_case_payments_worker")
        ),
        sa.CheckConstraint(
            "kind IN ('WAGE', 'COMPENSATION', 'FINE')", name=op.f("ck_case_payments_kind")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_case_payments_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_payments_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["case_orders.id"], name=op.f("fk_case_payments_order_id_case_orders")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["case_workers.id"], name=op.f("fk_case_payments_worker_id_case_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_payments")),
    )
    op.create_index(
        "ix_case_payments_case_id", "case_payments", ["case_id", "paid_on"], unique=False
    )
    op.create_table(
        "assist_custody_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=True),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "action IN ('COLLECTED', 'HANDED_OVER', 'TAKEN_OVER')",
            name=op.f("ck_assist_custody_entries_action"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["assist_evidences.id"],
            name=op.f("fk_assist_custody_entries_evidence_id_assist_evidences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_custody_entries")),
    )
    op.create_index(
        "ix_assist_custody_entries_evidence_id",
        "assist_custody_entries",
        ["evidence_id", "at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_assist_custody_entries_evidence_id", table_name="assist_custody_entries")
    op.drop_table("assist_custody_entries")
    op.drop_index("ix_case_payments_case_id", table_name="case_payments")
    op.drop_table("case_payments")
    op.drop_index(op.f("ix_assist_sought_persons_id_hash"), table_name="assist_sought_persons")
    op.drop_table("assist_sought_persons")
    op.drop_table("assist_evidences")
    op.drop_table("case_workers")
    op.drop_index(op.f("ix_assist_requests_owner_city"), table_name="assist_requests")
    op.drop_index("ix_assist_requests_executing_city", table_name="assist_requests")
    op.drop_index("ix_assist_requests_case_id", table_name="assist_requests")
    op.drop_table("assist_requests")
    op.drop_table("case_orders")
    op.drop_index(op.f("ix_case_hearings_case_id"), table_name="case_hearings")
    op.drop_table("case_hearings")
    op.drop_index(
        "uq_cases_joinable",
        table_name="cases",
        postgresql_where=sa.text(
            "linkage_id IS NOT NULL AND state IN ('FILED', 'INVESTIGATING', 'EXTENDED', 'REOPENED')"
        ),
    )
    op.drop_index("ix_cases_shared_cities", table_name="cases", postgresql_using="gin")
    op.drop_index("ix_cases_owner_city_state", table_name="cases")
    op.drop_index(op.f("ix_cases_owner_city"), table_name="cases")
    op.drop_index("ix_cases_employer_uscc", table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_inspector_interests_staff_no", table_name="inspector_interests")
    op.drop_index(op.f("ix_inspector_interests_owner_city"), table_name="inspector_interests")
    op.drop_table("inspector_interests")
