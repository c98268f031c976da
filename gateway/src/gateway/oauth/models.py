"""Clients, users, codes and spent assertions of the built-in issuer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.sealing import Sealed


class Client(Base):
    """接入系统: a system that may ask for tokens, or the front end that signs people in.

    Secrets are made by us with at least 128 random bits, so one SHA-256 keeps them: a slow hash
    protects secrets that can be guessed, and would cost every machine token 30 ms here.
    """

    __tablename__ = "clients"
    __table_args__ = (
        CheckConstraint(
            "rate_limit_per_minute IS NULL OR rate_limit_per_minute > 0", name="rate_limit"
        ),
    )

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    city: Mapped[str | None] = mapped_column(String(6))
    domains: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    org_id: Mapped[str | None] = mapped_column(String(60))
    grant_types: Mapped[list[str]] = mapped_column(ARRAY(String(80)), default=list)
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(String(500)), default=list)
    rate_limit_per_minute: Mapped[int | None]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class User(Base):
    """用户: a person who signs in with a password, and a one-time code where one is set."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(80), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    totp_secret: Mapped[str | None] = mapped_column(Sealed("users.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list)
    city: Mapped[str | None] = mapped_column(String(6))
    domains: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    org_id: Mapped[str | None] = mapped_column(String(60))
    staff_no: Mapped[str | None] = mapped_column(String(60))
    is_enabled: Mapped[bool] = mapped_column(default=True)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    first_failed_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class AuthorizationCode(Base):
    """A code on its way through the browser; only its hash is kept, and it is spent once."""

    __tablename__ = "authorization_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[str] = mapped_column(String(80))
    username: Mapped[str] = mapped_column(String(80))
    redirect_uri: Mapped[str] = mapped_column(String(500))
    code_challenge: Mapped[str] = mapped_column(String(43))
    nonce: Mapped[str | None] = mapped_column(String(512))
    scope: Mapped[str] = mapped_column(String(300))
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent_at: Mapped[datetime | None]


class RefreshToken(Base):
    """A refresh token, by its hash: spent when used; used again later, all of its family is void.

    RFC 9700 §4.14.2 (rotation for public clients). A family ends with the sign-in it came from.
    """

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    family: Mapped[UUID] = mapped_column(index=True)
    client_id: Mapped[str] = mapped_column(String(80))
    username: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(300))
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    spent_at: Mapped[datetime | None]


class SpentAssertion(Base):
    """A client assertion that was accepted: its `jti` is never accepted again (RFC 7523)."""

    __tablename__ = "spent_assertions"

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
