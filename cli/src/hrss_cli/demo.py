"""./hrss demo: one complaint, filed once in Wuhan, acted on by both cities until it is paid.

Wuhan is `examples/partner_city.py`, a program of its own that knows nothing but the interface.
Ezhou's caseworkers are played here, over the same public interface.
"""

import argparse
import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from hrss_cli.credentials import read_credentials
from hrss_cli.data_directory import DataDirectory
from hrss_cli.failure import CommandFailed
from hrss_cli.repository import ROOT
from hrss_cli.up import down, up
from hrss_kit import clock
from hrss_kit.free_ports import free_port

LABOR = "/labor-inspection/v1"
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.2
PAY_WITHIN_DAYS = 10


class Story:
    """Tells what happens, with the time since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def tell(self, who: str, words: str) -> None:
        """One line."""
        with self._lock:
            print(f"{time.monotonic() - self._started:7.2f}s  {who}  {words}", flush=True)


class Caseworker:
    """Somebody in Ezhou, signed in."""

    def __init__(self, base_url: str, user: dict[str, Any]) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
        account = {"username": user["username"], "password": user["password"]}
        granted = self._http.post("/gateway/v1/demo-token", json=account)
        if granted.status_code != 200:
            raise CommandFailed(f"{user['username']} cannot sign in: {granted.text}")
        self._http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        self._http.headers["X-Purpose"] = "LI_COMPLAINT"

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Reads."""
        return self._checked(self._http.get(LABOR + path, params=query))

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Creates."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._checked(self._http.post(LABOR + path, json=body, headers=headers))

    def act(self, path: str, row: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Acts on the version that was read."""
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{row["version"]}"'}
        return self._checked(self._http.post(LABOR + path, json=body, headers=headers))

    def _checked(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            request = answer.request
            raise CommandFailed(
                f"{request.method} {request.url.path}: {answer.status_code} {answer.text}"
            )
        found: dict[str, Any] = answer.json()
        return found

    def wait_for(self, path: str, state: str) -> dict[str, Any]:
        """Waits until a resource has reached a state."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            row = self.get(path)
            if row["state"] == state:
                return row
            time.sleep(POLL_SECONDS)
        raise CommandFailed(f"{path} did not become {state} in {PATIENCE_SECONDS:g} s")


def run(told: argparse.Namespace) -> int:
    """Tells the story on the running suite, or on one of its own; 0 when the case is CLOSED."""
    with _suite(told) as credentials:
        return _tell(credentials)


@contextmanager
def _suite(told: argparse.Namespace) -> Iterator[dict[str, Any]]:
    if told.credentials is not None:
        yield json.loads(told.credentials.read_text("utf-8"))
        return
    data = DataDirectory(told.data)
    if data.is_running():
        yield read_credentials(data, data.running_state())
        return
    home = Path(tempfile.mkdtemp(prefix="hrss-demo-"))
    home.chmod(0o711)
    own = DataDirectory(home / "data")
    try:
        port = free_port()
        up(own.path, port=port, demo=True, test_clock=False, detach=True, quiet=True)
        yield read_credentials(own, own.running_state())
    finally:
        down(own.path)
        shutil.rmtree(home, ignore_errors=True)


def _tell(credentials: dict[str, Any]) -> int:
    users = {user["username"]: user for user in credentials["users"]}
    base_url = credentials["base_url"]
    clerk = Caseworker(base_url, users["cw-li-ez"])
    head = Caseworker(base_url, users["supervisor-ez"])
    story = Story()
    print("一点投诉、两地联动: one complaint, filed once, acted on by both cities\n")
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(credentials, file)
        file.flush()
        wuhan = _start_wuhan(Path(file.name), story)
        tracking_no = wuhan.tracking_no()
        case = _act_in_ezhou(clerk, head, story, tracking_no)
        wuhan.finish()
    story.tell("鄂州", f"case {case['biz_no']} is {case['state']}")
    return 0 if case["state"] == "CLOSED" else 1


class _Wuhan:
    """The partner program, and what it says."""

    def __init__(self, process: "subprocess.Popen[str]", story: Story) -> None:
        self._process, self._story = process, story
        self._found: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            words = line.strip().partition("武汉")[2].strip() or line.strip()
            self._story.tell("武汉", words)
            if words.startswith("complaint "):
                self._found.put(words.split()[1])
        self._found.put("")

    def tracking_no(self) -> str:
        """The number of the complaint, once it is filed."""
        found = self._found.get(timeout=PATIENCE_SECONDS)
        if not found:
            raise CommandFailed("the partner program filed nothing: see its lines above")
        return found

    def finish(self) -> None:
        """Waits for its end."""
        try:
            code = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            self._process.kill()
            raise CommandFailed("the partner program did not see the case closed") from error
        if code != 0:
            raise CommandFailed("the partner program failed: see its lines above")
        self._reader.join(PATIENCE_SECONDS)


def _start_wuhan(credentials: Path, story: Story) -> _Wuhan:
    words = [sys.executable, str(ROOT / "examples" / "partner_city.py"), str(credentials)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    return _Wuhan(process, story)


def _act_in_ezhou(
    clerk: Caseworker, head: Caseworker, story: Story, tracking_no: str
) -> dict[str, Any]:
    def tell(words: str) -> None:
        story.tell("鄂州", words)

    today = clock.today().isoformat()
    complaint = clerk.get("/complaints", q=tracking_no)["items"][0]
    tell(
        f"complaint {tracking_no} stands in the list: {complaint['state']}, "
        f"{complaint['workers_count']} workers, {complaint['amount_claimed']}"
    )
    accepted = clerk.act(f"/complaints/{complaint['id']}/accept", complaint)
    path = f"/cases/{accepted['case_id']}"
    case = clerk.get(path)
    due = next(one for one in case["deadlines"] if one["code"] == "INVESTIGATE")
    tell(f"accepted; case {case['biz_no']} filed, to be investigated by {due['due_on']}")
    case = clerk.act(f"{path}/assign", case, inspectors=["li-ez-01", "li-ez-02"])
    tell(f"two inspectors assigned: {case['state']}")
    _ask_wuhan(
        clerk, tell, case, kind="EVIDENCE", request="请调取该公司2026年4月至8月工资代发银行流水。"
    )
    case = clerk.act(
        f"{path}/hear", clerk.get(path), heard_on=today, statement="承认拖欠，称甲方未结算。"
    )
    tell("the employer was heard")
    pay_by = (clock.today() + timedelta(days=PAY_WITHIN_DAYS)).isoformat()
    case = head.act(
        f"{path}/decide", case, kind="ORDER_CORRECT", amount=case["amount_claimed"],
        due_on=pay_by, reason="拖欠劳动报酬，责令限期支付。",
    )  # fmt: skip
    tell(f"decided by the head: pay {case['amount_ordered']} by {pay_by}")
    letter = _ask_wuhan(clerk, tell, case, kind="SERVE", request="请代为送达责令改正决定书。")
    case = clerk.get(path)
    tell(f"served through Wuhan (letter {letter['biz_no']}): {case['state']}")
    workers = clerk.get(f"{path}/workers")["items"]
    payments = [
        {
            "worker_id": worker["id"], "amount": worker["unpaid"], "paid_on": today,
            "to_own_account": True,
        }
        for worker in workers
    ]  # fmt: skip
    case = clerk.act(f"{path}/record-payment", case, payments=payments)
    tell(f"paid to {len(workers)} workers' own accounts: {case['amount_paid']}, {case['state']}")
    return head.act(f"{path}/close", case)


def _ask_wuhan(
    clerk: Caseworker, tell: Any, case: dict[str, Any], *, kind: str, request: str
) -> dict[str, Any]:
    """Sends a letter of assistance and waits until Wuhan has answered it."""
    body = {"case_id": case["id"], "kind": kind, "request": request}
    letter = clerk.create("/assist-requests", body)
    due = next(one for one in letter["deadlines"] if one["code"] == "ASSIST_REPLY")
    tell(f"letter {letter['biz_no']} ({kind}) sent to Wuhan, answer due {due['due_on']}")
    path = f"/assist-requests/{letter['id']}"
    replied = clerk.wait_for(path, "REPLIED")
    return clerk.act(f"{path}/close", replied)
