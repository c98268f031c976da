"""Skill competitions and their results; a file's transfer knows its journey."""

import sqlalchemy as sa
from alembic import op

revision: str = "talent_0010e"
down_revision: str | None = "talent_0011j"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competitions",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "state IN ('PLANNED', 'ANNOUNCED', 'HELD', 'CANCELLED')",
            name=op.f("ck_competitions_state"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_competitions_days")),
        sa.CheckConstraint(
            "(state = 'HELD') = (held_on IS NOT NULL)", name=op.f("ck_competitions_held")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_competitions_biz_no")),
    )
    op.create_index(op.f("ix_competitions_owner_city"), "competitions", ["owner_city"])
    op.create_index(
        "uq_competitions_city_year",
        "competitions",
        ["owner_city", "year"],
        unique=True,
        postgresql_where=sa.text("state <> 'CANCELLED'"),
    )
    op.create_table(
        "competition_results",
        sa.Column("competition_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("skill_level", sa.String(length=2), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
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
        sa.CheckConstraint("place BETWEEN 1 AND 100", name=op.f("ck_competition_results_place")),
        sa.CheckConstraint(
            "skill_level IN ('6', '5', '4', '3', '2', '1', '0T', '0C')",
            name=op.f("ck_competition_results_skill_level"),
        ),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competitions.id"],
            name=op.f("fk_competition_results_competition_id_competitions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_results")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_competition_results_biz_no")),
        sa.UniqueConstraint(
            "competition_id", "occupation", "place", name="uq_competition_results_place"
        ),
        sa.UniqueConstraint(
            "competition_id", "occupation", "id_hash", name="uq_competition_results_person"
        ),
    )
    op.create_index(
        op.f("ix_competition_results_owner_city"), "competition_results", ["owner_city"]
    )
    op.create_index(op.f("ix_competition_results_id_hash"), "competition_results", ["id_hash"])
    op.add_column("file_transfers", sa.Column("journey_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE file_transfers f SET journey_id = m.journey_id FROM moves m WHERE m.id = f.move_id"
    )
    op.create_index(op.f("ix_file_transfers_journey_id"), "file_transfers", ["journey_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_file_transfers_journey_id"), "file_transfers")
    op.drop_column("file_transfers", "journey_id")
    op.drop_table("competition_results")
    op.drop_table("competitions")
