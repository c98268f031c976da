"""Uses of cards, the application catalogue, applications for a first card; what changed since.

Revision: card_0009, after card_0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "card_0009"
down_revision: str | None = "card_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def resource() -> list[sa.Column[object]]:
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


def keys(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("biz_no", name=op.f(f"uq_{table}_biz_no")),
    ]


def of(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "card_use_events",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("use_code", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=6), nullable=False),
        sa.Column("assurance", sa.String(length=6), nullable=False),
        sa.Column("data_only", sa.Boolean(), nullable=False),
        sa.Column("place_org", sa.String(length=60), nullable=False),
        sa.Column("place_division", sa.String(length=6), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        *resource(),
        sa.CheckConstraint(
            "assurance IN ('LOW', 'MEDIUM', 'HIGH')", name=op.f("ck_card_use_events_assurance")
        ),
        sa.CheckConstraint(
            "way IN ('CARD', 'ECARD', 'NUMBER')", name=op.f("ck_card_use_events_way")
        ),
        of("card_use_events", "card_id", "cards"),
        of("card_use_events", "holder_id", "holders"),
        *keys("card_use_events"),
    )
    for column in ("card_id", "holder_id", "owner_city"):
        op.create_index(op.f(f"ix_card_use_events_{column}"), "card_use_events", [column])
    op.create_index(
        "uq_card_use_events_source",
        "card_use_events",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "application_items",
        sa.Column("use_code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("domain", sa.String(length=6), nullable=False),
        sa.Column("accepts", ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("min_assurance", sa.String(length=6), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        *resource(),
        sa.CheckConstraint(
            "state IN ('OPEN', 'WITHDRAWN')", name=op.f("ck_application_items_state")
        ),
        sa.CheckConstraint(
            "min_assurance IN ('LOW', 'MEDIUM', 'HIGH')",
            name=op.f("ck_application_items_min_assurance"),
        ),
        sa.CheckConstraint(
            "domain IN ('emp', 'si', 'talent', 'li', 'card')",
            name=op.f("ck_application_items_domain"),
        ),
        sa.UniqueConstraint("owner_city", "use_code", name=op.f("uq_application_items_owner_city")),
        *keys("application_items"),
    )
    op.create_index(op.f("ix_application_items_owner_city"), "application_items", ["owner_city"])
    op.create_table(
        "card_applications",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("bank_code", sa.String(length=14), nullable=True),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("delivery", sa.String(length=6), nullable=False),
        sa.Column("delivery_address", sa.LargeBinary(), nullable=True),
        *resource(),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'PREOPENED', 'MADE', 'DONE', 'CANCELLED')",
            name=op.f("ck_card_applications_state"),
        ),
        sa.CheckConstraint(
            "delivery IN ('PICKUP', 'POST')", name=op.f("ck_card_applications_delivery")
        ),
        of("card_applications", "card_id", "cards"),
        of("card_applications", "holder_id", "holders"),
        *keys("card_applications"),
    )
    for column in ("holder_id", "owner_city"):
        op.create_index(op.f(f"ix_card_applications_{column}"), "card_applications", [column])
    op.create_index(
        "uq_card_applications_live",
        "card_applications",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("state IN ('APPLIED', 'PREOPENED', 'MADE')"),
    )
    op.create_index("ix_cards_updated_at", "cards", ["updated_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_cards_updated_at", table_name="cards")
    op.drop_table("card_applications")
    op.drop_table("application_items")
    op.drop_table("card_use_events")
