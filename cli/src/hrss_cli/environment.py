"""What each process is told: its database, its keys, its peers."""

import json
import os

from hrss_cli.data_directory import DataDirectory, RunState
from hrss_cli.repository import GATEWAY, Member
from hrss_kit import provision

HANDED_ON = ("HRSS_LOG_LEVEL", "HRSS_POOL_SIZE", "HRSS_MAX_IN_FLIGHT", "HRSS_OIDC_ISSUER")


def bare_environment() -> dict[str, str]:
    """Our environment without settings of another suite or server."""
    return {
        name: text
        for name, text in os.environ.items()
        if name in HANDED_ON or not name.startswith(("HRSS_", "PG"))
    }


def member_environment(
    data: DataDirectory, state: RunState, member: Member, *, server_port: int, kind: str
) -> dict[str, str]:
    """The environment of ``python -m member kind``."""
    server = f"127.0.0.1:{server_port}"
    ports = state.ports()
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    clients = provision.service_clients(data.secrets)
    own_client = provision.client_id(member.name)
    told = {
        "PYTHONUNBUFFERED": "1",
        "HRSS_DATABASE_URL": provision.database_url(data.secrets, member.name, "app", server),
        "HRSS_ISSUER": state.base_url,
        "HRSS_AUDIENCE": "hrss",
        "HRSS_JWKS_FILE": str(data.secrets / "jwks.json"),
        "HRSS_JWKS_URL": f"{state.base_url}/.well-known/jwks.json",
        "HRSS_GATEWAY_URL": state.base_url,
        "HRSS_CLIENT_ID": own_client,
        "HRSS_CLIENT_SECRET": clients[own_client],
        "HRSS_KEY_RING_FILE": str(data.secrets / "key_ring.json"),
        "HRSS_FILES_DIR": str(data.files),
        "HRSS_SIGNATURE_KEYS_FILE": str(provision.signature_keys(data.secrets, member.name)),
        "HRSS_PEERS": json.dumps(
            {name: address for name, address in addresses.items() if name != member.name}
        ),
        "HRSS_DEMO": "true" if state.demo else "false",
        "HRSS_TEST_CLOCK": "true" if state.test_clock else "false",
        "HRSS_HOST": "127.0.0.1",
    }
    if kind == "serve":
        told["HRSS_PORT"] = str(ports[member.name])
    if kind == "migrate":
        told["HRSS_OWNER_DATABASE_URL"] = provision.database_url(
            data.secrets, member.name, "owner", server
        )
    if member.name == GATEWAY:
        told |= _gateway(data, state, clients, addresses)
    return bare_environment() | told


def _gateway(
    data: DataDirectory, state: RunState, clients: dict[str, str], addresses: dict[str, str]
) -> dict[str, str]:
    told = {
        "HRSS_SIGNING_KEY_FILE": str(data.secrets / "signing_keys.json"),
        "HRSS_SERVICE_CLIENTS": json.dumps(clients),
        "HRSS_UPSTREAMS": json.dumps(
            {name: address for name, address in addresses.items() if name != GATEWAY}
        ),
    }
    if state.demo:
        told["HRSS_DEMO_CREDENTIALS_FILE"] = str(data.secrets / "demo_credentials.json")
    return told
