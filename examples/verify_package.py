"""Offline: verify_package.py PACKAGE.zip KEYS.json (answer of GET /labor-inspection/v1/keys)."""

import hashlib
import json
import sys
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256


def first_bad(archive, keys):
    at, names = "manifest.jws", archive.namelist()
    try:  # the list of entries is signed by this city, each is there as it was, and nothing else
        manifest = archive.read("manifest.json")
        head, _, signature = archive.read(at).decode().strip().split(".")
        header = json.loads(urlsafe_b64decode(head + "=="))
        key = {one["kid"]: one for one in keys}[header["kid"]]
        if (header["alg"], header["typ"]) != ("ES256", "hrss-evidence-package+jws"):
            return at
        both = urlsafe_b64decode(signature + "==")
        x, y = (int.from_bytes(urlsafe_b64decode(key[axis] + "=="), "big") for axis in "xy")
        halves = int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")
        signed = head + "." + urlsafe_b64encode(manifest).decode().rstrip("=")
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        public.verify(utils.encode_dss_signature(*halves), signed.encode(), ec.ECDSA(SHA256()))
        listed = {one["path"]: one["sha256"] for one in json.loads(manifest)["entries"]}
        for at in [*listed, "manifest.json", "manifest.jws"]:
            names.remove(at)
            if at in listed and hashlib.sha256(archive.read(at)).hexdigest() != listed[at]:
                return at
        return next(iter(names), None)
    except Exception:  # missing, or so damaged that it cannot be read
        return at


bad = first_bad(zipfile.ZipFile(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())["keys"])
sys.exit(f"BAD: {bad}" if bad else print("OK"))
