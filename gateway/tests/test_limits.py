"""The rate limit: exact over replicas, told in headers, and alive without its database."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

from gateway.limits import Lease, RateLimiter
from gateway.testing import Front, Stage
from hrss_kit.testing import assert_problem

PATH = "/employment/v1/postings"


async def hammer(fronts: list[Front], calls: int, user: str) -> Counter[int]:
    """Calls spread over replicas, sixteen at a time."""
    slots = asyncio.Semaphore(16)

    async def call(number: int) -> int:
        front = fronts[number % len(fronts)]
        async with slots:
            answer = await front.http.get(PATH, headers=front.bearer(user))
        return answer.status_code

    return Counter(await asyncio.gather(*(call(number) for number in range(calls))))


async def test_two_replicas_together_admit_the_limit_and_no_more(stage: Stage) -> None:
    await stage.service("employment")
    fronts = [await stage.gateway(rate_limit_per_minute=320) for _ in range(2)]

    counted = await hammer(fronts, 600, "partner.wuhan")

    assert counted == {200: 320, 429: 280}
    assert await stage.database.value("SELECT leased FROM rate_windows") == 320
    other = await fronts[0].http.get(PATH, headers=fronts[0].bearer("partner.ezhou"))
    assert other.status_code == 200


async def test_the_headers_say_what_is_left(stage: Stage) -> None:
    await stage.service("employment")
    front = await stage.gateway(rate_limit_per_minute=5)
    bearer = front.bearer("partner.wuhan")

    left = []
    for _ in range(5):
        answer = await front.http.get(PATH, headers=bearer)
        assert answer.headers["ratelimit-policy"] == '"default";q=5;w=60'
        left.append(answer.headers["ratelimit"].split(";")[1])
    assert left == ["r=4", "r=3", "r=2", "r=1", "r=0"]
    refused = await front.http.get(PATH, headers=bearer)
    assert_problem(refused, 429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"default";r=0;t=')


async def test_strangers_are_counted_by_address_and_persons_one_by_one(stage: Stage) -> None:
    await stage.service("employment")
    front = await stage.gateway(rate_limit_per_minute=3, anonymous_rate_limit_per_minute=2)

    strangers = [(await front.http.get(PATH)).status_code for _ in range(3)]
    assert strangers == [401, 401, 429]
    for user in ("cw-emp-wh", "cw-emp-ez"):
        statuses = [
            (await front.http.get(PATH, headers=front.bearer(user))).status_code for _ in range(4)
        ]
        assert statuses == [200, 200, 200, 429]


async def test_a_client_may_have_a_limit_of_its_own(stage: Stage) -> None:
    await stage.service("employment")
    await stage.seed()
    await stage.database.fetch(
        "UPDATE clients SET rate_limit_per_minute = 2 WHERE client_id = 'ops' RETURNING 1"
    )
    front = await stage.gateway()

    counted = await hammer([front], 5, "ops")
    assert counted == {200: 2, 429: 3}


async def test_without_the_database_each_replica_admits_its_share(stage: Stage) -> None:
    await stage.service("employment")
    dead = "postgresql://gateway_app:x@127.0.0.1:1/nothing"
    front = await stage.gateway_without_database(
        database_url=dead, rate_limit_per_minute=10, replicas=2
    )

    assert await hammer([front], 8, "partner.wuhan") == {200: 5, 429: 3}
    assert "hrss_gateway_rate_limit_local 1.0" in (await front.http.get("/metrics")).text


class PaperLessor:
    """Windows on paper, to turn the clock by hand."""

    def __init__(self, quota: int) -> None:
        self.left = quota
        self.returned: list[int] = []
        self.asked = 0

    async def lease(self, client: str, quota: int, wanted: int) -> Lease:
        self.asked += 1
        granted = min(wanted, self.left)
        self.left -= granted
        return Lease(datetime.now(UTC), granted, self.left, 60.0)

    async def give_back(self, client: str, window_started_at: datetime, permits: int) -> None:
        self.returned.append(permits)
        self.left += permits


async def test_the_hot_path_seldom_asks() -> None:
    now = [0.0]
    lessor = PaperLessor(10_000)
    limiter = RateLimiter(lessor, clock=lambda: now[0])
    for number in range(5_000):
        now[0] = number / 5_000
        assert (await limiter.take("a", 10_000)).is_admitted
    assert lessor.asked < 30
    await limiter.close()
    assert lessor.left == 5_000


async def test_permits_end_with_their_window() -> None:
    now = [0.0]
    lessor = PaperLessor(8)
    limiter = RateLimiter(lessor, clock=lambda: now[0])
    assert (await limiter.take("a", 8)).is_admitted
    now[0] = 61.0
    assert not (await limiter.take("a", 8)).is_admitted
    assert lessor.asked == 2


async def test_a_returned_permit_of_an_old_window_changes_nothing(stage: Stage) -> None:
    front = await stage.gateway()
    pool = await front.replica.database.driver()
    first = await pool.fetchrow("SELECT * FROM lease_permits('a', 80, 8, 60)")
    assert (first["granted"], first["remaining"]) == (8, 72)
    await pool.execute("UPDATE rate_windows SET started_at = started_at - interval '1 hour'")
    await pool.fetchrow("SELECT * FROM lease_permits('a', 80, 8, 60)")
    await pool.execute("SELECT return_permits('a', $1, 8)", first["window_started_at"])
    assert await stage.database.value("SELECT leased FROM rate_windows") == 8
