"""New keys in place of old ones, one step at a time, while everything runs.

``python -m hrss_kit.rotation signing-keys|signature-keys|key-ring add|use|drop DIRECTORY`` changes
the files in the secrets directory; `hrss_kit.provision secrets` then copies them to who needs them.
A key is added where everybody can check or open with it before anybody signs or seals with it.
"""

import argparse
import base64
import os
from pathlib import Path
from typing import Any

from hrss_kit.secret_files import read_json, update_json
from hrss_kit.signing_keys import new_signing_key, public_half


class CannotRotate(ValueError):
    """The step does not follow from where the rotation stands."""


def rotate_signing_keys(keys: dict[str, Any], step: str) -> dict[str, Any]:
    """add: a new key at the end; use: the last one signs; drop: only the one that signs is left."""
    held = list(keys["keys"])
    if step == "add":
        return {"keys": [*held, new_signing_key()]}
    if len(held) == 1:
        raise CannotRotate("there is one signing key only: add a new one first")
    return {"keys": [held[-1], *held[:-1]]} if step == "use" else {"keys": held[:1]}


def rotate_signature_keys(keys: dict[str, Any], step: str) -> dict[str, Any]:
    """As signing keys; but the public half of what is dropped stays: it checks what was signed."""
    retired = list(keys.get("retired", []))
    if step == "drop":
        retired += [public_half(one) for one in keys["keys"][1:]]
    return {**rotate_signing_keys(keys, step), "retired": retired}


def rotate_key_ring(ring: dict[str, Any], step: str) -> dict[str, Any]:
    """add: a new key that opens; use: the newest one seals. None is dropped: it opens old rows."""
    numbers = [int(number) for number in ring["keys"]]
    if step == "add":
        new = {str(max(numbers) + 1): base64.b64encode(os.urandom(32)).decode()}
        return {**ring, "keys": {**ring["keys"], **new}}
    if step == "drop":
        raise CannotRotate("a key of the ring is not dropped: it opens the rows it has sealed")
    if ring["primary"] == max(numbers):
        raise CannotRotate("the newest key seals already: add a new one first")
    return {**ring, "primary": max(numbers)}


RINGS = {
    "signing-keys": ("signing_keys.json", rotate_signing_keys),
    "signature-keys": ("*_signature_keys.json", rotate_signature_keys),
    "key-ring": ("key_ring.json", rotate_key_ring),
}


def main() -> None:
    """One step."""
    parser = argparse.ArgumentParser(prog="python -m hrss_kit.rotation")
    parser.add_argument("which", choices=sorted(RINGS))
    parser.add_argument("step", choices=("add", "use", "drop"))
    parser.add_argument("directory", type=Path)
    told = parser.parse_args()
    names, rotated = RINGS[told.which]
    try:
        for file in sorted(told.directory.glob(names)):
            update_json(file, rotated(read_json(file), told.step))
    except CannotRotate as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
