"""The kit's tables; clients, users, codes and assertions; approvals; rate windows and leases.

Revision: gateway_0001, after None
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hrss_kit import tables_v1

revision: str = "gateway_0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A permit belongs to one window of one client, counted by the database's clock. The row lock makes
# replicas take turns; the shrinking lease leaves something for each of them.
LEASE_PERMITS = """
CREATE FUNCTION lease_permits(for_client text, quota integer, wanted integer, seconds integer)
RETURNS TABLE (
    window_started_at timestamptz, granted integer, remaining integer, seconds_left float8
) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
    spent integer;
    instant timestamptz;
    left_over integer;
BEGIN
    LOOP
        SELECT started_at, leased INTO started, spent FROM rate_windows
        WHERE client = for_client FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO rate_windows (client, started_at, leased)
        VALUES (for_client, clock_timestamp(), 0) ON CONFLICT (client) DO NOTHING;
    END LOOP;
    instant := clock_timestamp();
    IF instant >= started + make_interval(secs => seconds) THEN
        started := instant;
        spent := 0;
    END IF;
    left_over := greatest(quota - spent, 0);
    granted := least(wanted, left_over, greatest(1, left_over / 8));
    UPDATE rate_windows SET started_at = started, leased = spent + granted
    WHERE client = for_client;
    window_started_at := started;
    remaining := left_over - granted;
    seconds_left := extract(epoch FROM started + make_interval(secs => seconds) - instant);
    RETURN NEXT;
END $$
"""
RETURN_PERMITS = """
CREATE FUNCTION return_permits(for_client text, of_window timestamptz, permits integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE rate_windows SET leased = greatest(leased - permits, 0)
    WHERE client = for_client AND started_at = of_window;
END $$
"""


def upgrade() -> None:
    tables_v1.create()
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("domains", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("grant_types", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.String(length=500)), nullable=False),
        sa.Column("rate_limit_per_minute", sa.Integer(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rate_limit_per_minute IS NULL OR rate_limit_per_minute > 0",
            name=op.f("ck_clients_rate_limit"),
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_clients")),
    )
    op.create_table(
        "users",
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("domains", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("staff_no", sa.String(length=60), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_users")),
    )
    op.create_table(
        "authorization_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("redirect_uri", sa.String(length=500), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=False),
        sa.Column("nonce", sa.String(length=512), nullable=True),
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_authorization_codes")),
    )
    op.create_index(
        op.f("ix_authorization_codes_expires_at"), "authorization_codes", ["expires_at"]
    )
    op.create_table(
        "spent_assertions",
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("jti", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_spent_assertions")),
    )
    op.create_index(op.f("ix_spent_assertions_expires_at"), "spent_assertions", ["expires_at"])
    op.create_table(
        "policy_approvals",
        sa.Column("parameter_id", sa.Uuid(), nullable=False),
        sa.Column("approver", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("parameter_id", "approver", name=op.f("pk_policy_approvals")),
    )
    op.create_table(
        "rate_windows",
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_rate_windows")),
        prefixes=["UNLOGGED"],
    )
    op.execute(LEASE_PERMITS)
    op.execute(RETURN_PERMITS)


def downgrade() -> None:
    op.execute("DROP FUNCTION return_permits(text, timestamptz, integer)")
    op.execute("DROP FUNCTION lease_permits(text, integer, integer, integer)")
    for table in (
        "rate_windows",
        "policy_approvals",
        "spent_assertions",
        "authorization_codes",
        "users",
        "clients",
    ):
        op.drop_table(table)
    tables_v1.drop()
