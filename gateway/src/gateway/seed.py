"""Clients and users of the demonstration, and the suite's own clients; safe to run again."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.joint_meetings import service as meetings
from gateway.joint_meetings.models import JointMeeting
from gateway.joint_meetings.schemas import ActionItemIn, JointMeetingCreate
from gateway.matters import demonstration
from gateway.oauth import refreshing
from gateway.oauth.clients import hash_secret
from gateway.oauth.issuer import TOKEN_EXCHANGE
from gateway.oauth.models import Client, User
from gateway.oauth.passwords import hash_password
from gateway.settings import GatewaySettings
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.secret_files import update_json
from hrss_kit.sharing_defaults import FRAMEWORK

API, REVEAL = "hrss", "pii:reveal"
CITIZEN_APP = "citizen"
# Roles whose work needs full values now and then; each look is recorded (domain §0.9).
REVEALING = ("partner.", "cw.", "window.", "supervisor.", "auditor")


async def load(session: AsyncSession, settings: GatewaySettings) -> None:
    """Writes what is missing; an existing row keeps its password, lock and keys."""
    for client_id, secret in settings.read_service_clients().items():
        await add_client(session, client_id, roles=["service"], secret=secret)
    await add_citizen_app(session)
    if not settings.demo or settings.demo_credentials_file is None:
        return
    document = read_credentials(settings.demo_credentials_file)
    for one in document["clients"]:
        keys = {"keys": [_public(one["private_jwk"])]} if "private_jwk" in one else None
        await add_client(
            session,
            one["client_id"],
            roles=one["roles"],
            city=one.get("city"),
            secret=one["client_secret"],
            jwks=keys,
        )
    await demonstration.load(session)
    await add_console(session, settings.issuer)
    for one in document["users"]:
        await add_user(
            session,
            one["username"],
            one["password"],
            roles=one["roles"],
            city=one.get("city"),
            domains=one.get("domains", []),
            totp_secret=one.get("totp_secret"),
        )
    await add_meeting(session)


async def add_meeting(session: AsyncSession) -> None:
    """One joint meeting under the framework agreement: an item of each city, one of them late."""
    if await session.scalar(select(JointMeeting.id).limit(1)) is not None:
        return
    held_on = clock.today() - timedelta(days=20)
    items = [
        ActionItemIn(title="统一协查与委托事项的联系人名册", owner_city=city, due_on=due)
        for city, due in zip(
            ACTIVE_CITIES, (held_on + timedelta(days=14), clock.today() + timedelta(days=30)),
            strict=False,
        )
    ]  # fmt: skip
    officer = Principal.from_claims(
        {
            "sub": "joint-admin-wh", "client_id": "console", "roles": ["joint.admin"],
            "city": ACTIVE_CITIES[0], "staff_no": "joint-admin-wh", "exp": 0,
        }
    )  # fmt: skip
    await meetings.record(
        session,
        officer,
        JointMeetingCreate(
            title="武鄂人社一体化联席会议",
            held_on=held_on,
            place="鄂州",
            minutes="双方通报信息共享框架协议执行情况。",
            attendance=dict.fromkeys(ACTIVE_CITIES, 3),
            agreement_id=FRAMEWORK.id,
            action_items=items,
        ),
    )


def read_credentials(path: Path) -> dict[str, Any]:
    """The credentials document; each partner gets a private key in it for private_key_jwt."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for client in document["clients"]:
        if client["client_id"].startswith("partner.") and "private_jwk" not in client:
            key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
            client["private_jwk"] = {**key.as_dict(private=True), "kid": key.thumbprint()}
    update_json(path, document)
    return document


def _public(private: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in private.items() if name != "d"}


def scopes_of(roles: list[str]) -> list[str]:
    """The scopes that go with roles."""
    return [API, REVEAL] if any(role.startswith(REVEALING) for role in roles) else [API]


async def add_client(
    session: AsyncSession,
    client_id: str,
    *,
    roles: list[str],
    city: str | None = None,
    secret: str | None = None,
    jwks: dict[str, Any] | None = None,
    redirect_uris: list[str] | None = None,
    rate_limit: int | None = None,
    grant_types: list[str] | None = None,
) -> bool:
    """Adds a client unless it exists; a new secret or key set replaces the old one.

    A partner's own application may let citizens in who show it a code of their e-card.
    """
    grants = ["authorization_code"] if redirect_uris else ["client_credentials"]
    if any(role.startswith("partner.") for role in roles):
        grants.append(TOKEN_EXCHANGE)
    scopes = ["openid", API, REVEAL] if redirect_uris else scopes_of(roles)
    values = {
        "client_id": client_id,
        "secret_hash": hash_secret(secret) if secret else None,
        "jwks": jwks,
        "roles": roles,
        "scopes": scopes,
        "city": city,
        "domains": [],
        "org_id": f"org-{city or 'joint'}" if roles != ["service"] else None,
        "grant_types": grant_types or grants,
        "redirect_uris": redirect_uris or [],
        "rate_limit_per_minute": rate_limit,
        "is_enabled": True,
    }
    statement = insert(Client).values(values)
    renewed = {name: statement.excluded[name] for name in ("secret_hash", "jwks", "grant_types")}
    if redirect_uris:
        renewed["redirect_uris"] = statement.excluded.redirect_uris
    found = await session.execute(
        statement.on_conflict_do_update(index_elements=[Client.client_id], set_=renewed)
    )
    return bool(getattr(found, "rowcount", 0))


async def add_console(session: AsyncSession, issuer: str) -> None:
    """The console's own client: public, PKCE, comes back to this origin only."""
    console = f"{issuer.rstrip('/')}/console/"
    await add_client(
        session,
        "console",
        roles=[],
        redirect_uris=[f"{console}callback", console],
        grant_types=["authorization_code", refreshing.GRANT],
    )


async def add_citizen_app(session: AsyncSession) -> None:
    """The client of whoever has nothing but an e-card: public, the code is the proof."""
    await add_client(session, CITIZEN_APP, roles=[], grant_types=[TOKEN_EXCHANGE])


async def add_user(
    session: AsyncSession,
    username: str,
    password: str,
    *,
    roles: list[str],
    city: str | None,
    domains: list[str],
    totp_secret: str | None = None,
) -> bool:
    """Adds a user unless there is one of that name; True when added.

    Nobody audits what they work on: `cw` and `auditor` are never one person's (domain §4.1).
    """
    if "auditor" in roles and any(role.startswith("cw.") for role in roles):
        raise ValueError("a caseworker is no auditor")
    if await session.get(User, username) is not None:
        return False
    session.add(
        User(
            username=username,
            password_hash=hash_password(password),
            totp_secret=totp_secret,
            roles=roles,
            scopes=scopes_of(roles),
            city=city,
            domains=domains,
            org_id=f"org-{city or 'joint'}",
            staff_no=username,
        )
    )
    return True
