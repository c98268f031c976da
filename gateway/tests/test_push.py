"""Push: what a subscriber may see arrives signed, in order per subject, whatever happens."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gateway.deliveries import fan_out, sending
from gateway.testing import FakeService, Received, response
from hrss_kit import clock
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class Partner:
    """A subscriber: a receiver on this machine, and the partner's client that subscribed it."""

    def __init__(self, suite: Suite, receiver: FakeService) -> None:
        self.suite, self.receiver = suite, receiver
        self.desk = suite.desk("partner.wuhan")
        self.now = START

    async def subscribe(self, *types: str, **more: Any) -> dict[str, Any]:
        wish = {"url": f"{self.receiver.address}/hook", "types": list(types) or ["*"], **more}
        answer = await self.desk.post("/gateway/v1/subscriptions", {"secret": SECRET, **wish})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def read(self, made: dict[str, Any]) -> dict[str, Any]:
        answer = await self.desk.get(f"/gateway/v1/subscriptions/{made['id']}")
        found: dict[str, Any] = answer.json()
        return found

    async def publish(
        self, subject: str, *, audience: tuple[str, ...] = (WUHAN, EZHOU), type_: str = "x.y.v1"
    ) -> str:
        """An event of the card service, as its outbox would have it."""
        event_id = str(uuid4())
        connection = await asyncpg.connect(self.suite.databases["card"].superuser_url)
        await connection.execute(
            "INSERT INTO outbox_events (id, type, source, time, subject, audience, schema_version,"
            " trace_id, data) VALUES ($1, $2, 'card', now(), $3, $4, 1, $5, '{}')",
            event_id, type_, subject, list(audience), uuid4().hex,
        )  # fmt: skip
        await connection.close()
        return event_id

    async def fan_out(self) -> None:
        while await fan_out.follow(self.worker, "card"):
            pass

    @property
    def worker(self) -> Any:
        return self.suite.worker("gateway")

    async def push(self, *, rounds: int = 20) -> None:
        """Sends until nothing is ready at the present time of the test."""
        with clock.at(self.now):
            for _ in range(rounds):
                if not await sending.send_ready(self.worker):
                    return

    def arrived(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.receiver.received]


@pytest.fixture
async def partner(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Partner]:
    monkeypatch.setattr(fan_out, "FEED_WAIT_SECONDS", 0)
    sending.client.cache_clear()
    await suite.start("gateway", "card")
    receiver = FakeService()
    await receiver.start()
    yield Partner(suite, receiver)
    await receiver.stop()
    await sending.client().aclose()
    sending.client.cache_clear()


async def refusing(_request: Received) -> bytes:
    return response(status="500 Internal Server Error")


async def test_an_event_arrives_signed_with_what_the_feed_says(partner: Partner) -> None:
    await partner.subscribe("x.*")
    event_id = await partner.publish("CA-1")
    await partner.publish("CA-2", type_="other.thing.v1")
    await partner.fan_out()
    partner.now = datetime.now(UTC)
    await partner.push()

    assert partner.arrived() == [event_id]
    got = partner.receiver.received[0]
    said = json.loads(got.body)
    assert (said["id"], said["type"], said["specversion"]) == (event_id, "x.y.v1", "1.0")
    assert "audience" not in said
    signed = f"{event_id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = base64.b64encode(hmac.digest(bytes(range(32)), signed, "sha256")).decode()
    assert got.headers["webhook-signature"] == f"v1,{wanted}"


def test_the_signature_is_the_one_of_the_standards_example() -> None:
    """The published example of Standard Webhooks."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = sending.signature(
        [key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_subscriber_is_pushed_what_it_may_see_and_no_more(partner: Partner) -> None:
    await partner.subscribe()
    await partner.publish("CA-1", audience=(EZHOU,))
    mine = await partner.publish("CA-2", audience=("partner.wuhan",))
    everybodys = await partner.publish("CA-3", audience=("*",))
    await partner.fan_out()
    partner.now = datetime.now(UTC)
    await partner.push()
    assert sorted(partner.arrived()) == sorted([mine, everybodys])


async def test_events_of_a_subject_arrive_in_order_and_others_do_not_wait(
    partner: Partner,
) -> None:
    await partner.subscribe()
    first = [await partner.publish("CA-1") for _ in range(3)]
    other = await partner.publish("CA-2")
    await partner.fan_out()

    async def stubborn(request: Received) -> bytes:
        refused = request.headers["webhook-id"] == first[0]
        return response(status="400 Bad Request" if refused else "200 OK")

    partner.receiver.answer = stubborn
    partner.now = datetime.now(UTC)
    await partner.push()
    assert partner.arrived() == [first[0], other]

    partner.receiver.answer = partner.receiver.ok
    await partner.push()
    assert len(partner.arrived()) == 2  # its pause is not over
    partner.now += timedelta(seconds=1)
    await partner.push()
    assert partner.arrived()[2:] == first


async def test_a_failed_push_pauses_longer_each_time_and_ends_as_a_dead_letter(
    partner: Partner,
) -> None:
    made = await partner.subscribe()
    event_id = await partner.publish("CA-1")
    behind = await partner.publish("CA-1")
    await partner.fan_out()

    async def no(_request: Received) -> bytes:
        return response(status="422 Unprocessable Content")

    partner.receiver.answer = no
    partner.now = datetime.now(UTC)
    pauses = []
    for _ in range(20):
        await partner.push()
        waiting = await partner.suite.databases["gateway"].fetch(
            "SELECT ready_at FROM deliveries WHERE event_id = $1 AND ready_at IS NOT NULL", event_id
        )
        if waiting:
            pauses.append((waiting[0]["ready_at"] - partner.now).total_seconds())
            partner.now = waiting[0]["ready_at"]
    assert pauses[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert len(pauses) == 19
    assert partner.arrived() == [event_id] * 20

    letters = (await partner.desk.get("/gateway/v1/dead-letters")).json()["items"]
    assert [(one["event_id"], one["attempts"], one["held"]) for one in letters] == [
        (event_id, 20, 1)
    ]
    assert "body" not in letters[0]
    assert (await partner.read(made))["health"]["dead"] == 1
    partner.receiver.answer = partner.receiver.ok
    partner.now += timedelta(days=1)
    await partner.push()
    assert behind not in partner.arrived()

    ops = partner.suite.desk("ops")
    path = f"/gateway/v1/dead-letters/{letters[0]['id']}"
    row = (await ops.get(path)).json()
    assert row["allowed_actions"] == ["resend", "discard"]
    assert_problem(await ops.post(f"{path}/resend", {}), 428, "IF_MATCH_REQUIRED")
    assert (await ops.act(f"{path}/resend", row)).json()["state"] == "PENDING"
    await partner.push()
    assert partner.arrived()[-2:] == [event_id, behind]
    assert_problem(await ops.act(f"{path}/resend", row), 404, "NOT_FOUND")


async def test_a_discarded_dead_letter_lets_its_subject_go_on(partner: Partner) -> None:
    await partner.subscribe()
    dead, behind = [await partner.publish("CA-1") for _ in range(2)]
    await partner.fan_out()
    await partner.suite.databases["gateway"].fetch(
        "UPDATE deliveries SET state = 'DEAD', ready_at = NULL WHERE event_id = $1 RETURNING 1",
        dead,
    )
    row = (await partner.desk.get("/gateway/v1/dead-letters")).json()["items"][0]
    done = await partner.desk.act(f"/gateway/v1/dead-letters/{row['id']}/discard", row)
    assert done.json()["state"] == "DISCARDED"
    partner.now = datetime.now(UTC) + timedelta(seconds=1)
    await partner.push()
    assert partner.arrived() == [behind]


async def test_a_peer_down_for_a_day_gets_everything_in_order(partner: Partner) -> None:
    await partner.subscribe()
    await partner.receiver.stop()
    port = partner.receiver.port
    sent: dict[str, list[str]] = {f"CA-{number}": [] for number in range(5)}
    partner.now = datetime.now(UTC)
    for hour in range(24):
        for subject, ids in sent.items():
            if hour % 6 == 0:
                ids.append(await partner.publish(subject))
        await partner.fan_out()
        for _ in range(14):
            await partner.push(rounds=1)
            partner.now += timedelta(minutes=4.3)

    partner.receiver.port = port
    await partner.receiver.start()
    many = await partner.suite.desk("ops").post("/gateway/v1/dead-letters/resend", {})
    assert many.status_code == 200
    assert many.json()["resent"] >= 1
    partner.now += timedelta(minutes=10)
    await partner.push()
    bodies = [json.loads(one.body) for one in partner.receiver.received]
    for subject, ids in sent.items():
        assert [one["id"] for one in bodies if one["subject"] == subject] == ids
    left = await partner.suite.databases["gateway"].value(
        "SELECT count(*) FROM deliveries WHERE state <> 'DELIVERED'"
    )
    assert left == 0


async def test_a_receiver_that_does_not_answer_is_asked_with_one_event_at_a_time(
    partner: Partner,
) -> None:
    await partner.subscribe()
    for number in range(6):
        await partner.publish(f"CA-{number}")
    await partner.fan_out()
    partner.receiver.answer = refusing
    partner.now = datetime.now(UTC)
    await partner.push()
    assert len(partner.arrived()) == 6
    partner.now += timedelta(seconds=1)
    await partner.push()
    assert len(partner.arrived()) == 7
    partner.receiver.answer = partner.receiver.ok
    partner.now += timedelta(seconds=5)
    await partner.push()
    assert len(partner.arrived()) == 13


async def test_a_worker_that_was_killed_while_sending_sends_again(partner: Partner) -> None:
    await partner.subscribe()
    event_id = await partner.publish("CA-1")
    await partner.fan_out()
    now = datetime.now(UTC)
    with clock.at(now):
        async with partner.worker.database.transaction() as session:
            found = await session.scalars(sending.READY, {"now": now})
            claimed = await sending._claim(session, found.one(), 64, now)
    assert [str(one.event_id) for one in claimed] == [event_id]
    partner.now = now + timedelta(seconds=30)
    await partner.push()
    assert partner.arrived() == []
    partner.now = now + timedelta(seconds=sending.LEASE_SECONDS)
    await partner.push()
    assert partner.arrived() == [event_id]


async def test_an_old_secret_signs_beside_the_new_one_for_a_day(partner: Partner) -> None:
    made = await partner.subscribe()
    path = f"/gateway/v1/subscriptions/{made['id']}"
    answer = await partner.desk.act(f"{path}/rotate-secret", made)
    assert answer.status_code == 200
    fresh = answer.json()["secret"]
    assert fresh.startswith("whsec_")
    assert (await partner.read(made))["secret"] is None

    partner.now = datetime.now(UTC) + timedelta(hours=23)
    await partner.publish("CA-1")
    await partner.fan_out()
    await partner.push()
    partner.now += timedelta(hours=2)
    await partner.publish("CA-1")
    await partner.fan_out()
    await partner.push()
    both, one = partner.receiver.received
    signed = f"{both.headers['webhook-id']}.{both.headers['webhook-timestamp']}.".encode()
    keys = [base64.b64decode(text[6:]) for text in (fresh, SECRET)]
    assert both.headers["webhook-signature"].split(" ") == [
        "v1," + base64.b64encode(hmac.digest(key, signed + both.body, hashlib.sha256)).decode()
        for key in keys
    ]
    assert len(one.headers["webhook-signature"].split(" ")) == 1


async def test_a_replay_pushes_a_stretch_of_the_feed_once_more(partner: Partner) -> None:
    made = await partner.subscribe()
    ids = [await partner.publish("CA-1") for _ in range(3)]
    await partner.fan_out()
    partner.now = datetime.now(UTC)
    await partner.push()
    wish = {"service": "card", "after": ids[0]}
    path = f"/gateway/v1/subscriptions/{made['id']}/replay"
    assert (await partner.desk.act(path, made, wish)).status_code == 200
    while await fan_out.run_replays(partner.worker):
        pass
    partner.now = datetime.now(UTC) + timedelta(seconds=1)
    await partner.push()
    assert partner.arrived() == [*ids, *ids[1:]]
    ledger = await partner.desk.get(f"/gateway/v1/subscriptions/{made['id']}/deliveries")
    assert [(one["replay"], one["state"]) for one in ledger.json()["items"]] == [
        (1, "DELIVERED"), (1, "DELIVERED"), (0, "DELIVERED"), (0, "DELIVERED"), (0, "DELIVERED"),
    ]  # fmt: skip


async def test_a_paused_subscription_waits_and_an_ended_one_gives_up(partner: Partner) -> None:
    made = await partner.subscribe()
    path = f"/gateway/v1/subscriptions/{made['id']}"
    paused = (await partner.desk.act(f"{path}/pause", made)).json()
    event_id = await partner.publish("CA-1")
    await partner.fan_out()
    partner.now = datetime.now(UTC)
    await partner.push()
    assert partner.arrived() == []
    going = (await partner.desk.act(f"{path}/resume", paused)).json()
    partner.now = datetime.now(UTC)
    await partner.push()
    assert partner.arrived() == [event_id]
    await partner.publish("CA-1")
    await partner.fan_out()
    ended = (await partner.desk.act(f"{path}/end", going, {"reason": "系统下线"})).json()
    assert (ended["state"], ended["health"]["waiting"]) == ("ENDED", 0)
    await partner.publish("CA-1")
    await partner.fan_out()
    partner.now += timedelta(minutes=1)
    await partner.push()
    assert partner.arrived() == [event_id]
    again = await partner.desk.act(f"{path}/resume", ended)
    assert_problem(again, 409, "STATE_CONFLICT")


async def test_a_receiver_that_is_gone_pauses_its_subscription(partner: Partner) -> None:
    made = await partner.subscribe()
    await partner.publish("CA-1")
    await partner.fan_out()

    async def gone(_request: Received) -> bytes:
        return response(status="410 Gone")

    partner.receiver.answer = gone
    partner.now = datetime.now(UTC)
    await partner.push()
    found = await partner.read(made)
    assert (found["state"], found["health"]["last_failure"]) == ("PAUSED", "410")


async def test_a_redirect_is_not_followed(partner: Partner) -> None:
    made = await partner.subscribe()
    await partner.publish("CA-1")
    await partner.fan_out()

    async def elsewhere(_request: Received) -> bytes:
        return response(
            status="307 Temporary Redirect", headers=("Location: http://169.254.169.254/latest",)
        )

    partner.receiver.answer = elsewhere
    partner.now = datetime.now(UTC)
    await partner.push(rounds=1)
    assert len(partner.receiver.received) == 1
    assert (await partner.read(made))["health"]["last_failure"] == "307"


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.8/hook",
        "https://192.168.1.1/hook",
        "https://[fd00::1]/hook",
        "https://[::ffff:10.0.0.8]/hook",
        "https://0.0.0.0/hook",
        "https://100.64.0.1/hook",
        "http://8.8.8.8/hook",
        "ftp://8.8.8.8/hook",
        "https://user:secret@8.8.8.8/hook",
        "https://8.8.8.8/hook#part",
        "https://does-not-exist.invalid/hook",
        "https://8.8.8.8:0/hook",
        "http://127.0.0.1:8080/gateway/v1/policy-parameters",
        "not an address",
        "https:///nowhere",
    ],
)
async def test_an_address_that_must_not_be_asked_is_refused(partner: Partner, url: str) -> None:
    wish = {"url": url, "types": ["*"]}
    refused = await partner.desk.post("/gateway/v1/subscriptions", wish)
    document = assert_problem(refused, 422, "ADDRESS")
    assert [one["field"] for one in document["errors"]] == ["url"]
    assert url not in refused.text


async def test_an_address_that_turns_inward_later_is_not_asked(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: looked up again at each push, and the connection goes to what was vetted."""
    made = await partner.subscribe()
    await partner.publish("CA-1")
    await partner.fan_out()
    await partner.suite.databases["gateway"].fetch(
        "UPDATE subscriptions SET url = 'https://10.0.0.8/hook' RETURNING 1"
    )
    partner.now = datetime.now(UTC)
    await partner.push()
    assert partner.receiver.received == []
    assert (await partner.read(made))["health"]["last_failure"] == "ADDRESS"


async def test_subscriptions_are_ones_own_and_secrets_are_nowhere(partner: Partner) -> None:
    made = await partner.subscribe()
    other = partner.suite.desk("partner.ezhou")
    path = f"/gateway/v1/subscriptions/{made['id']}"
    assert_problem(await other.get(path), 404, "NOT_FOUND")
    assert (await other.get("/gateway/v1/subscriptions")).json()["items"] == []
    ops = partner.suite.desk("ops")
    assert (await ops.get(path)).json()["allowed_actions"] == []
    assert_problem(await ops.act(f"{path}/pause", made), 403, "SCOPE_MISSING")
    clerk = partner.suite.desk("cw-card-wh")
    assert_problem(await clerk.get("/gateway/v1/subscriptions"), 403, "SCOPE_MISSING")
    kept = await partner.suite.databases["gateway"].value("SELECT secret FROM subscriptions")
    assert SECRET.encode() not in kept


async def test_everything_wrong_with_a_subscription_is_told_at_once(partner: Partner) -> None:
    refused = await partner.desk.post(
        "/gateway/v1/subscriptions",
        {
            "url": f"{partner.receiver.address}/hook",
            "types": ["Li.Case", "*"],
            "secret": "whsec_c2hvcnQ=",
            "more": 1,
        },
    )
    document = assert_problem(refused, 422, "VALIDATION")
    assert {one["field"] for one in document["errors"]} == {"types.0", "secret", "more"}
