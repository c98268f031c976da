"""Sharing rules are agreed at the gateway and decide in every service (domain P-0a, P-0b)."""

from typing import Any

import pytest
from sqlalchemy import event

from hrss_kit import sharing_store
from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

GATEWAY = "/gateway/v1"
RULES, AGREEMENTS = f"{GATEWAY}/sharing-rules", f"{GATEWAY}/agreements"
ITEMS = "/employment/v1/service-items"
CARDS = "/card/v1/cards"
CODE = "420799D15600000500BF7C7A48FB0001"
BEFORE, AFTER = "2026-11-02T09:00:00+08:00", "2027-01-01T00:00:00+08:00"
ITEM = {
    "code": "EMP-REG", "kind": "REGISTRATION", "name": "求职登记", "materials": ["身份证件"],
    "service_points": [{"name": "鄂城就业服务站", "district": "420704", "town_code": "420704001",
                        "address": "测试路5号"}],
}  # fmt: skip
CARD = {
    "holder": {"name": "周测己", "doc_type": "01", "doc_no": "420799197508180058"},
    "card_no": "E00000019", "spec_version": "3.00", "issued_on": "2021-12-03",
    "valid_to": "2031-12-02", "bank_code": "999", "bank_account": "9999994207000000011",
}  # fmt: skip
Row = dict[str, Any]


class Hub:
    """Both cities' officers and clerks at the running members."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def desk(self, user: str, purpose: str | None = None, now: str = BEFORE) -> Desk:
        return self.suite.desk(user, purpose, now)

    async def act(self, user: str, path: str, action: str, now: str = BEFORE, **body: Any) -> Any:
        desk = self.desk(user, now=now)
        row = (await desk.get(path)).json()
        return await desk.act(f"{path}/{action}", row, body)

    async def rule(self, **query: str) -> str:
        """The path of the one rule in force that fits."""
        found = await self.desk("joint-admin-wh").get(RULES, {**query, "state": "ACTIVE"})
        (row,) = found.json()["items"]
        return f"{RULES}/{row['id']}"

    async def travel(self, *members: str) -> None:
        """What the gateway has announced reaches the members."""
        for member in members:
            await self.suite.worker(member).follow("gateway")


@pytest.fixture
async def hub(suite: Suite) -> Hub:
    return Hub(await suite.start("gateway", "employment", "card"))


async def published(hub: Hub, code: str = "EMP-REG") -> Row:
    desk = hub.desk("cw-emp-ez")
    made = (await desk.post(ITEMS, {**ITEM, "code": code})).json()
    done = await desk.act(f"{ITEMS}/{made['id']}/publish", made)
    assert done.status_code == 200, done.text
    row: Row = done.json()
    return row


@pytest.mark.req("P-0b")
async def test_a_rule_decides_what_the_counterpart_reads_and_its_agreement_ends_it(
    hub: Hub,
) -> None:
    item = await published(hub)
    one, reader = f"{ITEMS}/{item['id']}", hub.desk("cw-emp-wh")
    whole = (await reader.get(one)).json()  # by the framework agreement
    assert whole["name"] == "求职登记"

    # Narrower: a rule of an agreement of its own, which ends with the year.
    treaty = await hub.desk("joint-admin-wh").post(
        AGREEMENTS,
        {"scope": "就业服务事项", "effective_from": "2026-11-01", "effective_to": "2027-01-01"},
    )
    body = {"agreement_id": treaty.json()["id"], "fields": ["kind", "service_points.name"]}
    made = await hub.desk("joint-admin-ez").post(
        RULES,
        {**body, "service": "employment", "resource": "service-items", "from_city": EZHOU,
         "to_city": WUHAN, "effective_from": "2026-11-01"},
    )  # fmt: skip
    path, treaty_path = f"{RULES}/{made.json()['id']}", f"{AGREEMENTS}/{treaty.json()['id']}"
    refused = await hub.act("joint-admin-wh", path, "approve")
    assert_problem(refused, 409, "AGREEMENT_NOT_ACTIVE")
    for user in ("joint-admin-wh", "joint-admin-ez"):
        assert (await hub.act(user, treaty_path, "approve")).status_code == 200
    assert_problem(await hub.act("joint-admin-ez", path, "approve"), 403, "MAKER_IS_CHECKER")
    assert (await hub.act("joint-admin-wh", path, "approve")).json()["revision"] == 2
    assert (await reader.get(one)).json() == whole  # it has not travelled yet
    await hub.travel("employment", "card")

    seen = (await reader.get(one)).json()
    assert (seen["kind"], seen["name"], seen["materials"]) == ("REGISTRATION", None, None)
    assert seen["service_points"] == [
        {name: value if name == "name" else None for name, value in point.items()}
        for point in whole["service_points"]
    ]
    assert (seen["id"], seen["state"], seen["version"]) == (
        whole["id"], whole["state"], whole["version"],
    )  # fmt: skip
    (listed,) = (await reader.get(ITEMS)).json()["items"]
    assert listed == seen
    for kind in ("csv", "ndjson"):
        file = await reader.get(f"{ITEMS}/export", {"format": kind})
        assert "求职登记" not in file.text
        assert "REGISTRATION" in file.text
    assert (await hub.desk("cw-emp-ez").get(one)).json()["name"] == "求职登记"
    assert (await hub.desk("auditor").get(one)).json()["name"] == "求职登记"

    # The agreement runs out: no event is needed, the date decides, in every kind of read.
    late = hub.desk("cw-emp-wh", now=AFTER)
    for address in (one, f"{one}/timeline"):
        assert_problem(await late.get(address), 403, "NO_SHARING_RULE")
    assert (await late.get(ITEMS)).json()["items"] == []
    assert "REGISTRATION" not in (await late.get(f"{ITEMS}/export")).text
    assert_problem(
        await late.act(f"{one}/withdraw", whole, {"reason": "x"}), 403, "NO_SHARING_RULE"
    )
    unknown = f"{ITEMS}/01890000-0000-7000-8000-000000000000"
    assert_problem(await late.get(unknown), 404, "NOT_FOUND")
    own = hub.desk("cw-emp-ez", now=AFTER)
    assert len((await own.get(ITEMS)).json()["items"]) == 1
    assert (await hub.desk("ops", now=AFTER).post(f"{GATEWAY}/timers/run")).status_code == 200
    assert (await late.get(treaty_path)).json()["state"] == "EXPIRED"
    assert (await reader.get(one)).json() == seen  # on a day when it held


@pytest.mark.req("P-0b")
async def test_a_rule_is_for_one_purpose_and_a_withdrawn_one_shares_nothing(hub: Hub) -> None:
    clerk = hub.desk("cw-card-ez", "CARD_SERVICE")
    put = await clerk.http.put(f"{CARDS}/{CODE}", json=CARD, headers=clerk._headers(None))
    assert put.status_code == 201, put.text
    one = f"{CARDS}/{put.json()['id']}"
    reader, payer = hub.desk("cw-card-wh", "CARD_SERVICE"), hub.desk("cw-card-wh", "BENEFIT_PAY")
    assert (await reader.get(one)).status_code == 200

    query = {"service": "card", "resource": "cards", "from_city": EZHOU, "to_city": WUHAN}
    path = await hub.rule(**query, purpose="CARD_SERVICE")
    assert_problem(await hub.act("cw-card-wh", path, "withdraw", reason="x"), 403, "SCOPE_MISSING")
    done = await hub.act("joint-admin-ez", path, "withdraw", reason="对方未按约定使用")
    assert (done.json()["state"], done.json()["is_in_force"]) == ("WITHDRAWN", False)
    await hub.travel("card")
    refused = assert_problem(await reader.get(one), 403, "NO_SHARING_RULE")
    assert "周" not in str(refused)
    rows = await hub.suite.databases["card"].fetch(
        "SELECT result FROM audit_entries WHERE purpose = 'CARD_SERVICE' ORDER BY id DESC LIMIT 1"
    )
    assert rows[0]["result"] == "NO_SHARING_RULE"
    assert (await payer.get(one)).status_code == 200  # another purpose, another rule
    assert (await clerk.get(one)).status_code == 200
    other = hub.desk("cw-card-wh", "CARD_SERVICE", now="2026-11-01T09:00:00+08:00")
    assert (await other.get(one)).status_code == 200  # the day before it was withdrawn


@pytest.mark.req("P-0b")
async def test_a_terminated_agreement_takes_all_its_rules_with_it(hub: Hub) -> None:
    item = await published(hub)
    reader = hub.desk("partner.wuhan")
    framework = (await reader.get(AGREEMENTS, {"state": "ACTIVE"})).json()["items"][0]
    assert framework["approved_cities"] == [WUHAN, EZHOU]
    assert (await reader.get(f"{ITEMS}/{item['id']}")).status_code == 200
    done = await hub.act(
        "joint-admin-wh", f"{AGREEMENTS}/{framework['id']}", "terminate", reason="重新谈判"
    )
    assert (done.json()["state"], done.json()["ended_on"]) == ("TERMINATED", "2026-11-02")
    for _ in range(2):  # an event that comes again changes nothing
        await hub.travel("employment")
        await hub.suite.databases["employment"].fetch("UPDATE feed_cursors SET after = NULL")
    assert_problem(await reader.get(f"{ITEMS}/{item['id']}"), 403, "NO_SHARING_RULE")
    (told,) = await hub.suite.events("gateway", "sharing.agreement.changed.v1")
    assert (told["data"]["effective_to"], told["audience"]) == ("2026-11-02", ["*"])
    body = {"agreement_id": framework["id"], "fields": ["*"], "service": "employment",
            "resource": "service-items", "from_city": EZHOU, "to_city": WUHAN,
            "effective_from": "2026-11-02"}  # fmt: skip
    late = await hub.desk("joint-admin-ez").post(RULES, body)
    assert_problem(late, 409, "AGREEMENT_NOT_ACTIVE")


@pytest.mark.req("P-0b")
async def test_whether_a_rule_changed_is_asked_once_a_second_not_once_a_read(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await published(hub)
    asked = []
    monkeypatch.setattr(sharing_store, "FRESH_SECONDS", 1000.0)
    engine = hub.suite.apps["employment"].state.database.engine.sync_engine
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_more: "sharing_" in statement and asked.append(statement),
    )
    for user in ("cw-emp-wh", "partner.wuhan", "supervisor-wh"):
        for _ in range(3):
            assert (await hub.desk(user).get(f"{ITEMS}/{item['id']}")).status_code == 200
    assert len(asked) <= 2  # whether anything changed, and once the rules
    for _ in range(3):
        assert (await hub.desk("cw-emp-ez").get(f"{ITEMS}/{item['id']}")).status_code == 200
    assert len(asked) <= 2
