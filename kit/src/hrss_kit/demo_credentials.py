"""Clients and users of the demonstration, with random passwords."""

import json
import os
import secrets
import string
import sys
from pathlib import Path
from typing import Any

from hrss_kit.secret_files import read_json
from hrss_kit.signing_keys import new_signing_key

CITIES = {"wh": "420100", "ez": "420700"}
DOMAINS = ("emp", "si", "talent", "li", "card")
PASSWORD_LENGTH = 20


def demo_credentials() -> dict[str, Any]:
    """The document ``./hrss credentials --json`` prints, but for the address."""
    clients = [
        _client("partner.wuhan", CITIES["wh"]),
        _client("partner.ezhou", CITIES["ez"]),
        _client("ops", None),
        _client("province", None),
    ]
    users = [user for letters, city in CITIES.items() for user in _users(letters, city)]
    auditor = _user("auditor", ["auditor"], None, [])
    # Base32 of 160 bits, what RFC 4226 recommends for a shared secret.
    auditor["totp_secret"] = "".join(
        secrets.choice(string.ascii_uppercase + "234567") for _ in range(32)
    )
    return {"clients": clients, "users": [*users, auditor]}


def _users(letters: str, city: str) -> list[dict[str, Any]]:
    everything = list(DOMAINS)
    caseworkers = [
        _user(f"cw-{domain}-{letters}", [f"cw.{domain}.{letters}"], city, [domain])
        for domain in DOMAINS
    ]
    supervises = [f"supervisor.{domain}.{letters}" for domain in DOMAINS]
    return [
        *caseworkers,
        _user(f"window-{letters}", [f"window.{letters}"], city, everything),
        _user(f"station-{letters}", [f"station.{letters}"], city, ["li"]),
        _user(f"supervisor-{letters}", supervises, city, everything),
        _user(f"joint-admin-{letters}", ["joint.admin"], city, []),
        _user(f"policy-editor-{letters}", ["policy.editor"], city, []),
        _user(f"policy-approver-{letters}", ["policy.approver"], city, []),
    ]


def _client(client_id: str, city: str | None) -> dict[str, Any]:
    secret = secrets.token_urlsafe(32)
    made: dict[str, Any] = {
        "client_id": client_id,
        "client_secret": secret,
        "roles": [client_id],
        "city": city,
    }
    if client_id.startswith("partner."):
        made["private_jwk"] = new_signing_key()  # for private_key_jwt (RFC 7523)
    return made


def _user(username: str, roles: list[str], city: str | None, domains: list[str]) -> dict[str, Any]:
    return {
        "username": username,
        "password": _password(),
        "roles": roles,
        "city": city,
        "domains": domains,
    }


def _password() -> str:
    """Random, with a small and a capital letter, a digit and a sign."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.+=")
    while True:
        password = "".join(secrets.choice("".join(kinds)) for _ in range(PASSWORD_LENGTH))
        if all(set(password) & set(kind) for kind in kinds):
            return password


def main() -> None:
    """``python -m hrss_kit.demo_credentials``: the document, in the gateway's own environment."""
    file = os.environ.get("HRSS_DEMO_CREDENTIALS_FILE", "")
    if os.environ.get("HRSS_DEMO") != "true" or not Path(file).is_file():
        sys.exit("there are no demonstration accounts here: HRSS_DEMO is not true")
    base_url = os.environ.get("HRSS_ISSUER", "http://127.0.0.1:8080")
    found = {"base_url": base_url, **read_json(Path(file))}
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
