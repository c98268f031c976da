"""The kit's tables, seventh edition: the copy of agreements and sharing rules. It never changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Creates the tables; the defaults are loaded after every migration."""
    op.create_table(
        "agreement_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_terms")),
    )
    op.create_table(
        "sharing_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("resource", sa.String(length=60), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_grants")),
    )
    op.create_index(
        "ix_sharing_grants_agreement_id", "sharing_grants", ["agreement_id"], unique=False
    )


def drop() -> None:
    """Drops them."""
    op.drop_index("ix_sharing_grants_agreement_id", table_name="sharing_grants")
    op.drop_table("sharing_grants")
    op.drop_table("agreement_terms")
