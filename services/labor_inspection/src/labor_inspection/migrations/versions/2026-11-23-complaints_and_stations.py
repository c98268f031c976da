"""Complaints, linkages, card checks; service stations and the authorities by name.

Revision: labor_inspection_0002, after labor_inspection_0001
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0002"
down_revision: str | None = "labor_inspection_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Whom complaints are addressed to (domain §0.7); 12333 is the national hotline.
ORGANISATIONS = sa.table(
    "organisations",
    sa.column("id", sa.Uuid()),
    sa.column("city", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("name_zh", sa.String()),
    sa.column("name_en", sa.String()),
    sa.column("hotline", sa.String()),
    sa.column("active_from", sa.Date()),
)
AUTHORITIES = [
    {
        "id": UUID("01970000-0000-7000-8000-000000420100"),
        "city": "420100",
        "kind": "HRSS_AUTHORITY",
        "name_zh": "武汉市人力资源和社会保障局",
        "name_en": "Wuhan Human Resources and Social Security Bureau",
        "hotline": "12333",
        "active_from": date(2020, 1, 1),
    },
    {
        "id": UUID("01970000-0000-7000-8000-000000420700"),
        "city": "420700",
        "kind": "HRSS_AUTHORITY",
        "name_zh": "鄂州市人力资源和社会保障局",
        "name_en": "Ezhou Human Resources and Social Security Bureau",
        "hotline": "12333",
        "active_from": date(2020, 1, 1),
    },
    {
        "id": UUID("01970000-0000-7000-8000-000000420000"),
        "city": "420000",
        "kind": "COMMON_SUPERIOR",
        "name_zh": "湖北省人力资源和社会保障厅",
        "name_en": "Hubei Department of Human Resources and Social Security",
        "hotline": "12333",
        "active_from": date(2020, 1, 1),
    },
]


def upgrade() -> None:
    op.create_table(
        "linkages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('FORWARD', 'COLLECTIVE', 'TWO_CITIES')", name=op.f("ck_linkages_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkages")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("hotline", sa.String(length=20), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('HRSS_AUTHORITY', 'COMMON_SUPERIOR')", name=op.f("ck_organisations_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_index(op.f("ix_organisations_city"), "organisations", ["city"], unique=False)
    op.create_table(
        "service_stations",
        sa.Column("name_zh", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("host_city", sa.String(length=6), nullable=False),
        sa.Column("sponsor_city", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=9), nullable=False),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("phones", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("staff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
            "state IN ('PLANNED', 'OPEN', 'SUSPENDED', 'CLOSED')",
            name=op.f("ck_service_stations_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_stations")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_service_stations_biz_no")),
    )
    op.create_index(
        op.f("ix_service_stations_host_city"), "service_stations", ["host_city"], unique=False
    )
    op.create_index(
        op.f("ix_service_stations_owner_city"), "service_stations", ["owner_city"], unique=False
    )
    op.create_table(
        "complaints",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("doc_type", sa.String(length=2), nullable=True),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_name", sa.LargeBinary(), nullable=True),
        sa.Column("doc_no", sa.LargeBinary(), nullable=True),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.Column("is_migrant", sa.Boolean(), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_key", sa.String(length=200), nullable=True),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("employer_division", sa.String(length=6), nullable=True),
        sa.Column("place_kind", sa.String(length=8), nullable=False),
        sa.Column("work_division", sa.String(length=9), nullable=True),
        sa.Column("work_address", sa.String(length=200), nullable=True),
        sa.Column("project_name", sa.String(length=200), nullable=True),
        sa.Column("place_key", sa.String(length=420), nullable=True),
        sa.Column("matter", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("workers_count", sa.Integer(), nullable=False),
        sa.Column("amount_claimed", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("months_owed_max", sa.Integer(), nullable=True),
        sa.Column("other_procedure", sa.String(length=12), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=True),
        sa.Column("card_verified", sa.Boolean(), nullable=False),
        sa.Column("receiving_city", sa.String(length=6), nullable=False),
        sa.Column("competent_city", sa.String(length=6), nullable=False),
        sa.Column("copy_city", sa.String(length=6), nullable=True),
        sa.Column("receiving_org_id", sa.String(length=60), nullable=True),
        sa.Column("is_place_provisional", sa.Boolean(), nullable=False),
        sa.Column("forwarded_on", sa.Date(), nullable=True),
        sa.Column("designated_on", sa.Date(), nullable=True),
        sa.Column("linkage_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("missing", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("refusal_code", sa.String(length=24), nullable=True),
        sa.Column("refusal_reason", sa.String(length=2000), nullable=True),
        sa.Column("where_to_go", sa.String(length=2000), nullable=True),
        sa.Column("result", sa.String(length=2000), nullable=True),
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
            "channel IN ('STATION', 'WINDOW', 'WEB', 'HOTLINE_12333', 'PARTNER', 'NATIONAL_PLATFORM')",
            name=op.f("ck_complaints_channel"),
        ),
        sa.CheckConstraint(
            "kind = 'REPORT' OR id_hash IS NOT NULL", name=op.f("ck_complaints_complainant")
        ),
        sa.CheckConstraint("kind IN ('COMPLAINT', 'REPORT')", name=op.f("ck_complaints_kind")),
        sa.CheckConstraint(
            "other_procedure IN ('NONE', 'ARBITRATION', 'COURT')",
            name=op.f("ck_complaints_procedure"),
        ),
        sa.CheckConstraint(
            "place_kind IN ('KNOWN', 'UNKNOWN', 'REMOTE')", name=op.f("ck_complaints_place_kind")
        ),
        sa.CheckConstraint(
            "state IN ('RECEIVED', 'FORWARDED', 'DISPUTED_JURISDICTION', 'SUPPLEMENT', 'ACCEPTED', 'NOT_ACCEPTED', 'CLOSED')",
            name=op.f("ck_complaints_state"),
        ),
        sa.CheckConstraint("owner_city = competent_city", name=op.f("ck_complaints_owner")),
        sa.ForeignKeyConstraint(
            ["linkage_id"], ["linkages.id"], name=op.f("fk_complaints_linkage_id_linkages")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["service_stations.id"],
            name=op.f("fk_complaints_station_id_service_stations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_complaints_biz_no")),
    )
    op.create_index(op.f("ix_complaints_case_id"), "complaints", ["case_id"], unique=False)
    op.create_index(
        "ix_complaints_competent_city", "complaints", ["competent_city", "state"], unique=False
    )
    op.create_index(
        "ix_complaints_employer_key", "complaints", ["employer_key", "received_on"], unique=False
    )
    op.create_index(
        "ix_complaints_employer_uscc", "complaints", ["employer_uscc", "received_on"], unique=False
    )
    op.create_index(op.f("ix_complaints_id_hash"), "complaints", ["id_hash"], unique=False)
    op.create_index(op.f("ix_complaints_linkage_id"), "complaints", ["linkage_id"], unique=False)
    op.create_index(op.f("ix_complaints_owner_city"), "complaints", ["owner_city"], unique=False)
    op.create_index(
        "ix_complaints_receiving_city", "complaints", ["receiving_city", "state"], unique=False
    )
    op.create_index(
        "uq_complaints_source",
        "complaints",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "complaint_representatives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_complaint_representatives_complaint_id_complaints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_representatives")),
        sa.UniqueConstraint(
            "complaint_id", "id_hash", name=op.f("uq_complaint_representatives_complaint_id")
        ),
    )
    op.create_index(
        op.f("ix_complaint_representatives_id_hash"),
        "complaint_representatives",
        ["id_hash"],
        unique=False,
    )
    op.create_table(
        "complaint_workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_complaint_workers_complaint_id_complaints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_workers")),
        sa.UniqueConstraint(
            "complaint_id", "id_hash", name=op.f("uq_complaint_workers_complaint_id")
        ),
    )
    op.create_index(
        op.f("ix_complaint_workers_id_hash"), "complaint_workers", ["id_hash"], unique=False
    )
    op.create_table(
        "verification_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "status IN ('PENDING', 'VERIFIED', 'NOT_VERIFIED', 'EXPIRED', 'UNKNOWN')",
            name=op.f("ck_verification_checks_status"),
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_verification_checks_complaint_id_complaints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_checks")),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_verification_checks_complaint_id")),
    )
    op.create_index(
        "ix_verification_checks_waiting",
        "verification_checks",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.bulk_insert(ORGANISATIONS, AUTHORITIES)


def downgrade() -> None:
    op.drop_index(
        "ix_verification_checks_waiting",
        table_name="verification_checks",
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.drop_table("verification_checks")
    op.drop_index(op.f("ix_complaint_workers_id_hash"), table_name="complaint_workers")
    op.drop_table("complaint_workers")
    op.drop_index(
        op.f("ix_complaint_representatives_id_hash"), table_name="complaint_representatives"
    )
    op.drop_table("complaint_representatives")
    op.drop_index(
        "uq_complaints_source",
        table_name="complaints",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index("ix_complaints_receiving_city", table_name="complaints")
    op.drop_index(op.f("ix_complaints_owner_city"), table_name="complaints")
    op.drop_index(op.f("ix_complaints_linkage_id"), table_name="complaints")
    op.drop_index(op.f("ix_complaints_id_hash"), table_name="complaints")
    op.drop_index("ix_complaints_employer_uscc", table_name="complaints")
    op.drop_index("ix_complaints_employer_key", table_name="complaints")
    op.drop_index("ix_complaints_competent_city", table_name="complaints")
    op.drop_index(op.f("ix_complaints_case_id"), table_name="complaints")
    op.drop_table("complaints")
    op.drop_index(op.f("ix_service_stations_owner_city"), table_name="service_stations")
    op.drop_index(op.f("ix_service_stations_host_city"), table_name="service_stations")
    op.drop_table("service_stations")
    op.drop_index(op.f("ix_organisations_city"), table_name="organisations")
    op.drop_table("organisations")
    op.drop_table("linkages")
