"""The kit's tables, first edition: what the first migration of every member creates.

It never changes. A later edition is a module of its own, which a member's next migration calls.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hrss_kit import migrations


def create() -> None:
    """Creates the tables, sequences and guards."""
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("case_no", sa.String(length=60), nullable=True),
        sa.Column("operation", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=True),
        sa.Column("person_refs", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_index(
        "ix_audit_entries_person_refs",
        "audit_entries",
        ["person_refs"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_no", sa.String(length=40), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=2), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("extended_by", sa.Integer(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_index("ix_deadlines_subject_id", "deadlines", ["subject_id"], unique=False)
    op.create_index(
        "uq_deadlines_running",
        "deadlines",
        ["subject_id", "code"],
        unique=True,
        postgresql_where=sa.text("status IN ('OPEN', 'OVERDUE') AND met_on IS NULL"),
    )
    op.create_table(
        "feed_cursors",
        sa.Column("peer", sa.String(length=60), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_feed_cursors")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "inbox_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_events")),
    )
    op.create_index(
        op.f("ix_inbox_events_handled_at"), "inbox_events", ["handled_at"], unique=False
    )
    op.create_table(
        "outbox_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("audience", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_events")),
    )
    op.create_index("ix_outbox_events_subject", "outbox_events", ["subject"], unique=False)
    op.create_index(
        "ix_outbox_events_waiting",
        "outbox_events",
        ["sequence"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_index("uq_outbox_events_position", "outbox_events", ["position"], unique=True)
    op.create_table(
        "policy_parameters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("source_doc", sa.String(length=200), nullable=False),
        sa.Column("source_article", sa.String(length=100), nullable=False),
        sa.Column("confidence", sa.String(length=1), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("approved_by", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("key"), "="),
            (sa.column("city"), "="),
            (sa.literal_column("daterange(effective_from, effective_to)"), "&&"),
            where=sa.text("status = 'ACTIVE'"),
            using="gist",
            name="ex_policy_parameters_period",
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'ACTIVE', 'SUPERSEDED')", name=op.f("ck_policy_parameters_status")
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to > effective_from",
            name=op.f("ck_policy_parameters_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_parameters")),
    )
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entries")),
    )
    op.create_index(
        "ix_timeline_entries_subject_id_at",
        "timeline_entries",
        ["subject_id", "at", "id"],
        unique=False,
    )
    op.execute("CREATE SEQUENCE business_numbers MINVALUE 1 MAXVALUE 999999 CYCLE")
    op.execute("CREATE SEQUENCE outbox_positions")
    migrations.protect(op)


def drop() -> None:
    """Drops them."""
    migrations.unprotect(op)
    op.drop_index("ix_timeline_entries_subject_id_at", table_name="timeline_entries")
    op.drop_table("timeline_entries")
    op.drop_table("policy_parameters")
    op.drop_index("uq_outbox_events_position", table_name="outbox_events")
    op.drop_index(
        "ix_outbox_events_waiting",
        table_name="outbox_events",
        postgresql_where=sa.text("position IS NULL"),
    )
    op.drop_index("ix_outbox_events_subject", table_name="outbox_events")
    op.drop_table("outbox_events")
    op.drop_index(op.f("ix_inbox_events_handled_at"), table_name="inbox_events")
    op.drop_table("inbox_events")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("feed_cursors")
    op.drop_index(
        "uq_deadlines_running",
        table_name="deadlines",
        postgresql_where=sa.text("status IN ('OPEN', 'OVERDUE') AND met_on IS NULL"),
    )
    op.drop_index("ix_deadlines_subject_id", table_name="deadlines")
    op.drop_index(
        "ix_deadlines_due", table_name="deadlines", postgresql_where=sa.text("status = 'OPEN'")
    )
    op.drop_table("deadlines")
    op.drop_table("calendar_days")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.drop_index(
        "ix_audit_entries_person_refs", table_name="audit_entries", postgresql_using="gin"
    )
    op.drop_index("ix_audit_entries_at", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.execute("DROP SEQUENCE business_numbers")
    op.execute("DROP SEQUENCE outbox_positions")
