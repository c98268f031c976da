"""Agreements, joint meetings with their action items, and sharing rules.

Revision: gateway_0008r, after gateway_0007r
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gateway_0008r"
down_revision: str | None = "gateway_0007r"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _resource() -> list[sa.Column[object]]:
    return [
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
    ]


def _finish(table: str, *indexed: str) -> None:
    for column in ("owner_city", *indexed):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    op.create_table(
        "agreements",
        *_resource(),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("scope", sa.String(length=4000), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("approved_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED', 'ACTIVE', 'EXPIRED', 'TERMINATED')",
            name=op.f("ck_agreements_state"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to > effective_from",
            name=op.f("ck_agreements_period"),
        ),
        sa.CheckConstraint("cardinality(parties) >= 2", name=op.f("ck_agreements_parties")),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED') OR approved_cities @> parties",
            name=op.f("ck_agreements_approved"),
        ),
        sa.CheckConstraint(
            "(state = 'TERMINATED') = (ended_on IS NOT NULL)", name=op.f("ck_agreements_ended")
        ),
        sa.CheckConstraint(
            "file_hash IS NULL OR file_hash ~ '^[0-9a-f]{64}$'",
            name=op.f("ck_agreements_file_hash"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_agreements_biz_no")),
    )
    _finish("agreements", "state")
    op.create_table(
        "agreement_approvals",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("approver", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_agreement_approvals_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "city", name=op.f("pk_agreement_approvals")),
        sa.UniqueConstraint("agreement_id", "approver", name="uq_agreement_approvals_approver"),
    )
    op.create_table(
        "joint_meetings",
        *_resource(),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("parties", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("attendance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'CLOSED')", name=op.f("ck_joint_meetings_state")),
        sa.CheckConstraint("cardinality(parties) >= 2", name=op.f("ck_joint_meetings_parties")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_joint_meetings_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_meetings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_joint_meetings_biz_no")),
    )
    _finish("joint_meetings", "state", "agreement_id")
    op.create_table(
        "action_items",
        *_resource(),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=2000), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("state IN ('OPEN', 'CLOSED')", name=op.f("ck_action_items_state")),
        sa.CheckConstraint(
            "(state = 'CLOSED') = (closed_on IS NOT NULL)", name=op.f("ck_action_items_closed")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["joint_meetings.id"],
            name=op.f("fk_action_items_meeting_id_joint_meetings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_items")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_action_items_biz_no")),
    )
    _finish("action_items", "meeting_id")
    op.create_index(
        "ix_action_items_due",
        "action_items",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_table(
        "sharing_rules",
        *_resource(),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("resource", sa.String(length=60), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("drafted_city", sa.String(length=6), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_city", sa.String(length=6), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'ACTIVE', 'REJECTED', 'WITHDRAWN', 'EXPIRED')",
            name=op.f("ck_sharing_rules_state"),
        ),
        sa.CheckConstraint("from_city <> to_city", name=op.f("ck_sharing_rules_cities")),
        sa.CheckConstraint("owner_city = from_city", name=op.f("ck_sharing_rules_owner")),
        sa.CheckConstraint("cardinality(fields) > 0", name=op.f("ck_sharing_rules_fields")),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from",
            name=op.f("ck_sharing_rules_period"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'REJECTED') OR (approved_by IS NOT NULL "
            "AND approved_by <> drafted_by AND approved_city <> drafted_city)",
            name=op.f("ck_sharing_rules_approved"),
        ),
        postgresql.ExcludeConstraint(
            (sa.column("service"), "="),
            (sa.column("resource"), "="),
            (sa.column("from_city"), "="),
            (sa.column("to_city"), "="),
            (sa.column("purpose"), "="),
            (sa.literal_column("daterange(effective_from, effective_to)"), "&&"),
            where=sa.text("state = 'ACTIVE'"),
            using="gist",
            name="ex_sharing_rules_period",
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreements.id"],
            name=op.f("fk_sharing_rules_agreement_id_agreements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_rules")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_sharing_rules_biz_no")),
    )
    _finish("sharing_rules", "state", "agreement_id")


def downgrade() -> None:
    for table in (
        "sharing_rules",
        "action_items",
        "joint_meetings",
        "agreement_approvals",
        "agreements",
    ):
        op.drop_table(table)
