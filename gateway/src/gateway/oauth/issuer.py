"""The built-in issuer: client_credentials, and authorization_code with PKCE for people,
and token exchange for citizens who show an e-card.

RFC 6749, 7636 (S256 only), 8693, 9068, 9207. Rows decide what may happen once: a code is spent, an
assertion recorded and a failed sign-in counted by the statement that checks it.
"""

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.citizens import SCOPE, Citizen
from gateway.oauth import passwords, refreshing
from gateway.oauth.clients import ClientCheck, forget_assertions
from gateway.oauth.errors import OAuthError
from gateway.oauth.models import AuthorizationCode, Client, User
from gateway.oauth.tokens import ACCESS_TOKEN, Issued, TokenMint
from hrss_kit import audit, clock, context
from hrss_kit.auth import Principal
from hrss_kit.db import Database
from hrss_kit.problems import Conflict, Unavailable

Identify = Callable[[str], Awaitable[Citizen]]
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105
ECARD_TOKEN = "urn:hrss:params:oauth:token-type:ecard-token"  # noqa: S105
GRANTS = ("client_credentials", "authorization_code", refreshing.GRANT, TOKEN_EXCHANGE)
CODE_SECONDS = 60
SIGN_INS_AT_ONCE = 4
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_PARAMETER = 512


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A checked request for a code."""

    client_id: str
    redirect_uri: str
    scope: str
    code_challenge: str
    state: str | None
    nonce: str | None


class Issuer:
    """Issues tokens; holds no state of its own."""

    def __init__(
        self, database: Database, mint: TokenMint, clients: ClientCheck, identify: Identify
    ) -> None:
        self.database, self.mint, self.clients = database, mint, clients
        self._identify = identify
        self._passwords = passwords.PasswordCheck()
        # Those who wait for a turn must not hold a connection meanwhile.
        self._turns = asyncio.Semaphore(SIGN_INS_AT_ONCE)

    async def token(self, form: dict[str, str], authorization: str | None) -> Issued:
        """The token endpoint."""
        grant = form.get("grant_type")
        if grant is None:
            raise OAuthError("invalid_request", "grant_type is missing")
        if grant not in GRANTS:
            raise OAuthError("unsupported_grant_type")
        client = await self.clients.authenticate(form, authorization)
        if grant not in client.grant_types:
            raise OAuthError("unauthorized_client")
        if grant == "client_credentials":
            if client.secret_hash is None and client.jwks is None:
                raise OAuthError("unauthorized_client")
            return self.mint.for_client(client, grant_scope(form.get("scope"), client.scopes))
        if grant == TOKEN_EXCHANGE:
            return await self._exchange(client, form)
        if grant == refreshing.GRANT:
            return await self._refresh(client, form)
        return await self._redeem(client, form)

    async def _refresh(self, client: Client, form: dict[str, str]) -> Issued:
        """RFC 6749 §6: the user as they are now, so a role taken away is gone at the next one."""
        async with self.database.transaction() as session:
            found = await refreshing.spend(session, client.client_id, form.get("refresh_token", ""))
            if found is not None:
                spent, user = found
                kept = {"openid", *user.scopes}
                scope = " ".join(one for one in spent.scope.split() if one in kept)
                following = refreshing.issue(
                    session,
                    client_id=client.client_id,
                    username=user.username,
                    scope=scope,
                    signed_in_at=spent.signed_in_at,
                    family=spent.family,
                )
        if found is None:
            raise OAuthError("invalid_grant")
        issued = self.mint.for_user(
            user,
            client.client_id,
            scope,
            nonce=None,
            signed_in_at=int(spent.signed_in_at.timestamp()),
        )
        return replace(issued, refresh_token=following)

    async def revoke(self, form: dict[str, str], authorization: str | None) -> None:
        """RFC 7009: access tokens end by themselves within minutes, refresh tokens here."""
        client = await self.clients.authenticate(form, authorization)
        async with self.database.transaction() as session:
            await refreshing.revoke(session, client.client_id, form.get("token", ""))

    async def _exchange(self, client: Client, form: dict[str, str]) -> Issued:
        """RFC 8693: a one-time code of an e-card for a citizen's short access token."""
        if form.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
            raise OAuthError("invalid_request", "only access tokens are issued")
        if form.get("subject_token_type") != ECARD_TOKEN or not form.get("subject_token"):
            raise OAuthError("invalid_request", "subject_token and its type are required")
        if "actor_token" in form or "actor_token_type" in form:
            raise OAuthError("invalid_request", "nobody acts for a citizen")
        if form.get("scope", SCOPE) != SCOPE:
            raise OAuthError("invalid_scope")
        try:
            citizen = await self._identify(form["subject_token"])
        except Unavailable as error:
            raise OAuthError("temporarily_unavailable", status=503) from error
        except Conflict as refused:
            raise OAuthError("invalid_grant", refused.title_en) from refused
        return self.mint.for_citizen(citizen, client.client_id)

    async def _redeem(self, client: Client, form: dict[str, str]) -> Issued:
        code, verifier = form.get("code", ""), form.get("code_verifier", "")
        if not code or not VERIFIER.fullmatch(verifier):
            raise OAuthError("invalid_request", "code and code_verifier are required")
        now = clock.now()
        async with self.database.transaction() as session:
            # Whoever presents the code spends it, also with a wrong verifier.
            row = await session.scalar(
                update(AuthorizationCode)
                .where(AuthorizationCode.code_hash == _hash(code))
                .where(AuthorizationCode.client_id == client.client_id)
                .where(AuthorizationCode.spent_at.is_(None))
                .values(spent_at=now)
                .returning(AuthorizationCode)
            )
            user = await session.get(User, row.username) if row is not None else None
        if row is None or user is None or not user.is_enabled or row.expires_at <= now:
            raise OAuthError("invalid_grant")
        is_same_uri = form.get("redirect_uri") == row.redirect_uri
        if not is_same_uri or not hmac.compare_digest(challenge_of(verifier), row.code_challenge):
            raise OAuthError("invalid_grant")
        signed_in_at = int(row.signed_in_at.timestamp())
        issued = self.mint.for_user(
            user, client.client_id, row.scope, nonce=row.nonce, signed_in_at=signed_in_at
        )
        if refreshing.GRANT not in client.grant_types:
            return issued
        async with self.database.transaction() as session:
            token = refreshing.issue(
                session,
                client_id=client.client_id,
                username=user.username,
                scope=row.scope,
                signed_in_at=row.signed_in_at,
            )
        return replace(issued, refresh_token=token)

    def check_request(self, client: Client, query: dict[str, str]) -> AuthorizationRequest:
        """Checks what may be answered by redirect; client and address are known good already."""
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type")
        if "authorization_code" not in client.grant_types:
            raise OAuthError("unauthorized_client")
        if query.get("code_challenge_method") != "S256":
            raise OAuthError("invalid_request", "code_challenge_method must be S256")
        if not CHALLENGE.fullmatch(query.get("code_challenge", "")):
            raise OAuthError("invalid_request", "code_challenge is required")
        if any(len(query.get(name, "")) > LONGEST_PARAMETER for name in ("state", "nonce")):
            raise OAuthError("invalid_request", "state or nonce is too long")
        if any("\0" in value for value in query.values()):
            raise OAuthError("invalid_request")
        return AuthorizationRequest(
            client_id=client.client_id,
            redirect_uri=query["redirect_uri"],
            scope=grant_scope(query.get("scope"), client.scopes),
            code_challenge=query["code_challenge"],
            state=query.get("state"),
            nonce=query.get("nonce"),
        )

    async def sign_in(
        self, username: str, password: str, code: str | None, operation: str
    ) -> User | None:
        """The user, or None for whatever reason: the caller is told no more than that.

        `code` None skips the one-time code (demonstration only). The row is locked meanwhile, so
        that guesses at one account come one by one, and each counts.
        """
        now = clock.now()
        # A NUL byte cannot be stored, so nobody has such a name.
        known = "" if "\0" in username else username[:80]
        async with self._turns, self.database.transaction() as session:
            user = await session.get(User, known, with_for_update=True)
            is_right = await self._passwords.matches(password, user.password_hash if user else None)
            if user is None:
                return None
            was_locked = passwords.is_locked(user, now)
            if is_right and code is not None and not was_locked:
                is_right = passwords.accept_one_time_code(user, code, now)
            is_in = is_right and user.is_enabled and not was_locked
            if is_in:
                passwords.note_success(user)
            elif not was_locked:
                passwords.note_failure(user, now)
            _record(session, user, operation, "OK" if is_in else "SIGN_IN_REFUSED")
        return user if is_in else None

    async def issue_code(self, request: AuthorizationRequest, user: User) -> str:
        """A fresh code; the scope is what both client and user may have."""
        code, now = secrets.token_urlsafe(32), clock.now()
        allowed = {"openid", *user.scopes}
        scope = " ".join(one for one in request.scope.split() if one in allowed)
        async with self.database.transaction() as session:
            session.add(
                AuthorizationCode(
                    code_hash=_hash(code),
                    client_id=request.client_id,
                    username=user.username,
                    redirect_uri=request.redirect_uri,
                    code_challenge=request.code_challenge,
                    nonce=request.nonce,
                    scope=scope,
                    signed_in_at=now,
                    expires_at=now + timedelta(seconds=CODE_SECONDS),
                )
            )
        return code


def grant_scope(wanted: str | None, allowed: list[str]) -> str:
    """The scope to grant: everything allowed unless less is asked; never more."""
    if wanted is None:
        return " ".join(allowed)
    asked = wanted.split()
    if not set(asked) <= set(allowed):
        raise OAuthError("invalid_scope")
    return " ".join(asked)


def challenge_of(verifier: str) -> str:
    """S256 of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def forget_spent(session: AsyncSession) -> int:
    """Timer: drops codes, assertions and refresh tokens that are past their time."""
    now = clock.now()
    await session.execute(
        delete(AuthorizationCode).where(AuthorizationCode.expires_at < now - timedelta(hours=1))
    )
    await forget_assertions(session, now - timedelta(hours=1))
    await refreshing.forget(session)
    return 0


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _record(session: AsyncSession, user: User, operation: str, result: str) -> None:
    """Signing in and failing to leave an audit row (ASVS 16.3.1)."""
    present = context.exchange()
    present.operation = operation
    present.principal = Principal.from_claims(
        {
            "sub": user.username,
            "client_id": "",
            "roles": user.roles,
            "city": user.city,
            "org_id": user.org_id,
            "staff_no": user.staff_no,
            "exp": 0,
        }
    )
    audit.record(session, present, result)
    present.principal = None
