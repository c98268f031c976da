"""The kit's tables, fourth edition: the sealed audit log. It never changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

SEALED = ("audit_leaves", "audit_checkpoints")
# The application's role is named after the owner's (hrss_kit.provision).
APP_MAY_NOT = """
DO $$ DECLARE app text := replace(current_user, '_owner', '_app');
BEGIN
    IF app <> current_user AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = app) THEN
        EXECUTE format('REVOKE UPDATE, DELETE ON {table} FROM %I', app);
    END IF;
END $$;
"""


def create() -> None:
    """Creates the tables; like the entries they are only ever added to."""
    op.create_table(
        "audit_leaves",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_leaves")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_leaves_entry_id")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("tree_size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("peaks", postgresql.ARRAY(sa.LargeBinary(length=32)), nullable=False),
        sa.Column("newest_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("member", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("tree_size", name=op.f("pk_audit_checkpoints")),
    )
    for table in SEALED:
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{when[:6].strip().lower()} BEFORE {when} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        op.execute(APP_MAY_NOT.format(table=table))


def drop() -> None:
    """Drops them."""
    op.drop_table("audit_checkpoints")
    op.drop_table("audit_leaves")
