"""What a member signs is checked with what it publishes, also after its keys have changed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from hrss_kit.provision import make_secrets, signature_keys
from hrss_kit.signatures import Signer
from hrss_kit.testing import Suite


def signer(directory: Path, member: str = "card") -> Signer:
    return Signer(json.loads(signature_keys(directory, member).read_text("utf-8")))


def checked(token: str, by: Signer) -> bytes:
    keys = KeySet.import_key_set({"keys": by.public_keys().keys})  # type: ignore[typeddict-item]
    return jws.deserialize_compact(token, keys, algorithms=["ES256"]).payload


def rotate(directory: Path, step: str) -> None:
    command = [sys.executable, "-m", "hrss_kit.rotation", "signature-keys", step, str(directory)]
    assert subprocess.run(command, check=False).returncode == 0


def test_a_signature_is_checked_by_its_own_member_only(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)
    token = signer(tmp_path).sign(b"a package", typ="x-test")
    assert checked(token, signer(tmp_path)) == b"a package"
    with pytest.raises(InvalidKeyIdError):
        checked(token, signer(tmp_path, "talent"))


def test_what_was_signed_with_a_dropped_key_is_still_checked(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)
    old = signer(tmp_path).sign(b"years ago", typ="x-test")
    for step in ("add", "use", "drop"):
        rotate(tmp_path, step)
    now = signer(tmp_path)
    new = now.sign(b"today", typ="x-test")
    assert checked(old, now) == b"years ago"
    assert checked(new, now) == b"today"
    assert json.loads(signature_keys(tmp_path, "card").read_text("utf-8"))["keys"][1:] == []


async def test_anybody_reads_the_public_keys_and_no_private_one(suite: Suite) -> None:
    await suite.start("card")
    answer = await suite.client().get("/card/v1/keys")
    assert answer.status_code == 200
    assert [sorted(key) for key in answer.json()["keys"]] == [
        ["alg", "crv", "kid", "kty", "use", "x", "y"]
    ]
