"""A bucket over HTTP: what obstore sends to a server that speaks S3, signed, in parts, listed."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pydantic import SecretStr

from hrss_kit import file_store
from hrss_kit.settings import ServiceSettings
from hrss_kit.testing import assert_problem
from hrss_kit.testing_files import pdf, png

PATH = "/notes/v1/notes"


class Bucket(ThreadingHTTPServer):
    """Objects in memory; everything must be signed with the right key id."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Speaker)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.is_full = False
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Speaker(BaseHTTPRequestHandler):
    """The few calls of the S3 API that a file store makes."""

    protocol_version = "HTTP/1.1"
    server: Bucket

    def log_message(self, *_words: Any) -> None:
        """Says nothing."""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def handle_call(self) -> None:
        url, bucket = urlsplit(self.path), self.server
        asked = {name: one[0] for name, one in parse_qs(url.query, True).items()}
        key = unquote(url.path).removeprefix("/files/")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        signed = self.headers.get("Authorization", "")
        if "Credential=AKIDTEST/" not in signed or "Signature=" not in signed:
            return self.answer(403)
        if self.command == "PUT" and bucket.is_full:
            return self.answer(507)
        if self.command == "GET" and asked.get("list-type") == "2":
            found = sorted(one for one in bucket.objects if one.startswith(asked["prefix"]))
            rows = "".join(
                f"<Contents><Key>{one}</Key><Size>{len(bucket.objects[one])}</Size>"
                "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
                for one in found
            )
            page = f"<ListBucketResult>{rows}<IsTruncated>false</IsTruncated></ListBucketResult>"
            return self.answer(200, page.encode(), Content_Type="application/xml")
        if self.command == "POST" and "uploads" in asked:
            bucket.parts[key] = {}
            return self.answer(
                200,
                b"<InitiateMultipartUploadResult><UploadId>1</UploadId>"
                b"</InitiateMultipartUploadResult>",
            )
        if self.command == "POST" and "delete" in asked:
            gone = re.findall(r"<Key>(.*?)</Key>", sent.decode())
            for one in gone:
                bucket.objects.pop(one, None)
            rows = "".join(f"<Deleted><Key>{one}</Key></Deleted>" for one in gone)
            return self.answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode())
        if self.command == "POST" and "uploadId" in asked:
            parts = bucket.parts.pop(key)
            bucket.objects[key] = b"".join(parts[number] for number in sorted(parts))
            return self.answer(
                200,
                b'<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>',
            )
        if self.command == "PUT" and "partNumber" in asked:
            bucket.parts[key][int(asked["partNumber"])] = sent
            return self.answer(200, ETag=f'"{asked["partNumber"]}"')
        if self.command == "PUT":
            bucket.objects[key] = sent
            return self.answer(200, ETag='"1"')
        if self.command == "DELETE":
            bucket.objects.pop(key, None)
            return self.answer(204)
        if key not in bucket.objects:
            return self.answer(404)
        content = bucket.objects[key]
        return self.answer(200, content, ETag='"1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_call


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    made = Bucket()
    yield made
    made.shutdown()
    made.server_close()


async def test_files_go_to_a_bucket_and_come_back(notes: Any, body: Any, bucket: Bucket) -> None:
    settings = ServiceSettings(
        demo=True,
        files_url="s3://files/suite",
        files_endpoint=f"http://127.0.0.1:{bucket.server_port}",
        files_region="cn-north-1",
        files_access_key_id="AKIDTEST",
        files_secret_access_key=SecretStr("a-secret-that-is-long"),
    )
    store = file_store.store_of(settings)
    file_store.use(store)
    desk = notes.desk("cw-card-ez", "CARD_SERVICE")
    note = (await desk.post(PATH, body)).json()
    path = f"{PATH}/{note['id']}/files"
    content = pdf("told in parts", 7 * 1024 * 1024)
    large = (await desk.upload(path, content)).json()
    small = (await desk.upload(path, png())).json()
    assert sorted(one.rsplit("/", 1)[1] for one in bucket.objects) == sorted(
        [large["id"], small["id"]]
    )
    assert all(one.startswith("suite/note/") for one in bucket.objects)
    assert b"told in parts" not in b"".join(bucket.objects.values())
    got = await desk.get(f"{path}/{large['id']}")
    assert hashlib.sha256(got.content).hexdigest() == large["sha256"]
    await notes.database.fetch(f"DELETE FROM stored_files WHERE id = '{small['id']}'")
    operator = notes.desk("ops", now="2099-01-01T00:00:00Z")
    assert (await operator.post("/notes/v1/timers/run")).json()["timers"]["files"] == 1
    assert len(bucket.objects) == 1
    bucket.is_full = True
    assert_problem(await desk.upload(path, png()), 503, "FILE_UNAVAILABLE")
    bucket.objects.clear()
    assert_problem(await desk.get(f"{path}/{large['id']}"), 503, "FILE_UNAVAILABLE")
