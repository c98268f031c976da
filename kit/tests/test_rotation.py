"""Keys change step by step; what an older key made stays readable."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hrss_kit.provision import make_secrets
from hrss_kit.rotation import CannotRotate, rotate_key_ring, rotate_signing_keys
from hrss_kit.sealing import KeyRing


def step(directory: Path, *words: str) -> int:
    command = [sys.executable, "-m", "hrss_kit.rotation", *words, str(directory)]
    done = subprocess.run(command, capture_output=True, check=False).returncode
    make_secrets(directory, demo=False)
    return done


def test_a_new_key_is_known_before_it_signs(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)

    def signed() -> str:
        current = KeySet.import_key_set(json.loads((tmp_path / "signing_keys.json").read_text()))
        return jwt.encode({"alg": "ES256", "kid": current.keys[0].kid}, {"sub": "x"}, current)

    def is_known(token: str) -> bool:
        public = KeySet.import_key_set(json.loads((tmp_path / "jwks.json").read_text()))
        try:
            return jwt.decode(token, public, algorithms=["ES256"]).claims == {"sub": "x"}
        except JoseError:
            return False

    assert step(tmp_path, "signing-keys", "drop") == 1
    before = signed()
    assert step(tmp_path, "signing-keys", "add") == 0
    assert is_known(before)
    assert step(tmp_path, "signing-keys", "use") == 0
    after = signed()
    assert is_known(before)
    assert is_known(after)
    assert step(tmp_path, "signing-keys", "drop") == 0
    assert not is_known(before)
    assert is_known(after)


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)
    file = tmp_path / "key_ring.json"
    sealed = KeyRing.load(file).seal("张测甲".encode(), "holders.name")
    assert step(tmp_path, "key-ring", "add") == 0
    assert KeyRing.load(file).is_current(sealed)
    assert step(tmp_path, "key-ring", "use") == 0
    ring = KeyRing.load(file)
    assert not ring.is_current(sealed)
    assert ring.open(sealed, "holders.name").decode() == "张测甲"
    assert ring.blind("420799198003120038") == KeyRing.load(file).blind("420799198003120038")


def test_steps_out_of_order_are_refused() -> None:
    with pytest.raises(CannotRotate):
        rotate_signing_keys({"keys": [{"kid": "a"}]}, "use")
    with pytest.raises(CannotRotate):
        rotate_key_ring({"primary": 1, "keys": {"1": "x"}}, "use")
    with pytest.raises(CannotRotate):
        rotate_key_ring({"primary": 1, "keys": {"1": "x"}}, "drop")
