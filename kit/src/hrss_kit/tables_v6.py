"""The kit's tables, sixth edition: what verifying the audit log has found. It never changes."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Creates the table."""
    op.create_table(
        "audit_verifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("checkpoints", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verifications")),
    )
    op.create_index(
        "ix_audit_verifications_verified_at", "audit_verifications", ["verified_at"], unique=False
    )


def drop() -> None:
    """Drops it."""
    op.drop_table("audit_verifications")
