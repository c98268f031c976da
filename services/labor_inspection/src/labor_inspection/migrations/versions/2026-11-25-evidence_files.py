"""Evidence as files: of cases, and of answers to letters; whether a person was found.

Revision: labor_inspection_0010a, after labor_inspection_0009f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0010a"
down_revision: str | None = "labor_inspection_0009f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CUSTODY = ("case_custody_entries", "assist_custody_entries")


def upgrade() -> None:
    op.create_table(
        "case_evidences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("collected_by", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_case_evidences_sha256")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_evidences_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidences")),
        sa.UniqueConstraint("case_id", "sha256", name=op.f("uq_case_evidences_case_id")),
        sa.UniqueConstraint("file_id", name=op.f("uq_case_evidences_file_id")),
    )
    op.create_table(
        "case_custody_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "action IN ('RECEIVED', 'OPENED', 'PASSED_ON')",
            name=op.f("ck_case_custody_entries_action"),
        ),
        sa.CheckConstraint(
            "(action = 'PASSED_ON') = (recipient IS NOT NULL)",
            name=op.f("ck_case_custody_entries_recipient"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["case_evidences.id"],
            name=op.f("fk_case_custody_entries_evidence_id_case_evidences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_custody_entries")),
    )
    op.create_index(
        "ix_case_custody_entries_evidence_id",
        "case_custody_entries",
        ["evidence_id", "at"],
        unique=False,
    )
    op.add_column("assist_evidences", sa.Column("file_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_assist_evidences_file_id"), "assist_evidences", ["file_id"]
    )
    op.add_column("assist_requests", sa.Column("is_found", sa.Boolean(), nullable=True))
    op.add_column("assist_requests", sa.Column("whereabouts", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(
        op.f("ck_assist_requests_is_found"),
        "assist_requests",
        "is_found IS NULL OR kind = 'LOCATE_PERSON'",
    )
    _custody_actions("'COLLECTED', 'RECEIVED', 'HANDED_OVER', 'TAKEN_OVER', 'OPENED'")
    for table in CUSTODY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in CUSTODY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("DELETE FROM assist_custody_entries WHERE action IN ('RECEIVED', 'OPENED')")
    _custody_actions("'COLLECTED', 'HANDED_OVER', 'TAKEN_OVER'")
    op.drop_constraint(op.f("ck_assist_requests_is_found"), "assist_requests", type_="check")
    op.drop_column("assist_requests", "whereabouts")
    op.drop_column("assist_requests", "is_found")
    op.drop_constraint(op.f("uq_assist_evidences_file_id"), "assist_evidences", type_="unique")
    op.drop_column("assist_evidences", "file_id")
    op.drop_index("ix_case_custody_entries_evidence_id", table_name="case_custody_entries")
    op.drop_table("case_custody_entries")
    op.drop_table("case_evidences")


def _custody_actions(allowed: str) -> None:
    name = op.f("ck_assist_custody_entries_action")
    op.drop_constraint(name, "assist_custody_entries", type_="check")
    op.create_check_constraint(name, "assist_custody_entries", f"action IN ({allowed})")
