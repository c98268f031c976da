"""./hrss credentials: clients and users of the demonstration that is running."""

import json
from pathlib import Path
from typing import Any

from hrss_cli.data_directory import DataDirectory, RunState
from hrss_cli.failure import CommandFailed
from hrss_kit.secret_files import read_json


def read_credentials(data: DataDirectory, state: RunState) -> dict[str, Any]:
    """The document of the interface: base_url, clients, users."""
    file = data.secrets / "demo_credentials.json"
    if not state.demo or not file.exists():
        raise CommandFailed("the suite runs without demonstration data: start it without --no-demo")
    return {"base_url": state.base_url, **read_json(file)}


def credentials(directory: Path, *, as_json: bool) -> None:
    """Prints them."""
    data = DataDirectory(directory)
    found = read_credentials(data, data.running_state())
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print(found["base_url"])
    for client in found["clients"]:
        print(f"{client['client_id']:22} {client['client_secret']}")
    for user in found["users"]:
        secret = f"  totp {user['totp_secret']}" if "totp_secret" in user else ""
        print(f"{user['username']:22} {user['password']}  {' '.join(user['roles'])}{secret}")
