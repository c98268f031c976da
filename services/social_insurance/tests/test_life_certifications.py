"""Life certification: the cycle, held and over-paid months, and that a death is verified."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit import sealing
from hrss_kit.inbox import Received, handle_once
from hrss_kit.testing import EZHOU, WUHAN, assert_problem
from social_insurance.life_certifications import consumers, rules

from .conftest import SocialInsurance

V1 = "/social-insurance/v1"
LIVES, CASES = f"{V1}/life-certifications", f"{V1}/delegated-cases"
LIU = {"name": "刘测戊", "doc_no": "420199195802030040"}
Row = dict[str, Any]


class Lives:
    """Wuhan pays; the person lives in Ezhou."""

    def __init__(self, insurance: SocialInsurance) -> None:
        self.insurance = insurance

    def desk(self, user: str, on: str, purpose: str = "LIFE_CERT") -> Any:
        return self.insurance.desk(user, purpose, f"{on}T09:00:00+08:00")

    async def registered(self, on: str = "2026-01-05", **changes: Any) -> Row:
        body = {
            "person": LIU, "benefit": "RES_PENSION", "last_ok_on": "2025-11-10",
            "monthly_amount": "2415.00", "residence_city": EZHOU, **changes,
        }  # fmt: skip
        answer = await self.desk("cw-si-wh", on).post(LIVES, body)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        return row

    async def timers(self, on: str) -> Row:
        answer = await self.desk("ops", on).post(f"{V1}/timers/run")
        done: Row = answer.json()["timers"]
        return done

    async def read(self, row: Row, on: str, user: str = "cw-si-wh") -> Row:
        found: Row = (await self.desk(user, on).get(f"{LIVES}/{row['id']}")).json()
        return found

    async def act(self, user: str, row: Row, action: str, on: str, json: Any) -> Any:
        return await self.desk(user, on).act(f"{LIVES}/{row['id']}/{action}", row, json)

    async def done(self, user: str, row: Row, action: str, on: str, json: Any) -> Row:
        answer = await self.act(user, row, action, on, json)
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def types(self) -> list[str]:
        told = await self.insurance.suite.events("social_insurance")
        return [
            one["type"].removeprefix("si.lifecert.").removesuffix(".v1")
            for one in told
            if one["type"].startswith("si.lifecert.")
        ]


@pytest.fixture
def lives(insurance: SocialInsurance) -> Lives:
    return Lives(insurance)


@pytest.mark.req("SI-3c")
async def test_a_cycle_runs_from_due_soon_to_held_back_and_is_paid_later(lives: Lives) -> None:
    """V13."""
    row = await lives.registered()
    assert (row["state"], row["due_on"], row["next_step"]) == (
        "NOT_DUE", "2026-11-10", "DATA_MATCH",
    )  # fmt: skip
    for day, state in (
        ("2026-09-10", "NOT_DUE"), ("2026-09-11", "DUE_SOON"), ("2026-11-10", "DUE"),
        ("2026-11-11", "OVERDUE"), ("2026-11-30", "OVERDUE"), ("2026-12-01", "SUSPENDED"),
    ):  # fmt: skip
        await lives.timers(day)
        assert (await lives.read(row, day))["state"] == state, day
    assert await lives.types() == ["due", "suspended"]
    row = await lives.read(row, "2027-01-08")
    assert row["holds"][0]["from_month"] == "2026-12"
    face = {"method": "FACE_SELF", "result": "ALIVE"}
    row = await lives.done("cw-si-wh", row, "certify", "2027-01-08", face)
    assert (row["state"], row["due_on"]) == ("RESUMED", "2028-01-08")
    [held] = row["holds"]
    assert (held["backpay_months"], held["backpay_amount"]) == (
        ["2026-12", "2027-01"], "4830.00",
    )  # fmt: skip
    assert await lives.types() == ["due", "suspended", "resumed"]
    await lives.timers("2027-11-10")
    assert (await lives.read(row, "2027-11-10"))["state"] == "DUE_SOON"


@pytest.mark.req("SI-3c")
async def test_a_death_never_stops_payment_by_itself(lives: Lives) -> None:
    """V14."""
    row = await lives.registered()
    dead = {"method": "HOME_VISIT", "result": "DECEASED", "source": "VISIT"}
    row = await lives.done("cw-si-wh", row, "certify", "2026-09-10", dead)
    assert (row["state"], row["is_end_reported"], row["stopped_on"]) == ("NOT_DUE", True, None)
    wish = {"reason": "DEATH", "ended_on": "2026-05-20"}
    clerk = await lives.act("cw-si-wh", row, "stop", "2026-09-11", wish)
    assert_problem(clerk, 403, "SCOPE_MISSING")
    alone = await lives.act("supervisor-wh", row, "stop", "2026-09-11", wish)
    assert assert_problem(alone, 409, "VERIFICATION_REQUIRED")["sources"] == ["VISIT"]
    again = await lives.done("cw-si-wh", row, "certify", "2026-09-12", dead)
    same = await lives.act("supervisor-wh", again, "stop", "2026-09-12", wish)
    assert_problem(same, 409, "VERIFICATION_REQUIRED")
    funeral = {
        "items": [{
            **LIU, "source": "FUNERAL", "result": "DECEASED", "on": "2026-05-22",
        }]
    }  # fmt: skip
    told = await lives.desk("partner.wuhan", "2026-09-13").post(f"{LIVES}/data-matches", funeral)
    assert told.json() == {"received": 1, "matched": 1, "certified": 0, "ends_reported": 1}
    row = await lives.read(row, "2026-09-14")
    assert row["state"] == "NOT_DUE"
    row = await lives.done("supervisor-wh", row, "stop", "2026-09-14", wish)
    assert (row["state"], row["ended_on"]) == ("OVERPAID", "2026-05-20")
    owed = row["overpayment"]
    assert owed["months"] == ["2026-06", "2026-07", "2026-08"]
    assert (owed["amount"], owed["recovered"]) == ("7245.00", "0.00")
    [event] = await lives.insurance.suite.events("social_insurance", "si.lifecert.stopped.v1")
    assert event["data"]["months_overpaid"] == 3
    assert event["data"]["reason"] == "DEATH"
    plan = {"mode": "INSTALMENTS", "instalments": 4, "first_month": "2026-10"}
    row = await lives.done("cw-si-wh", row, "plan-recovery", "2026-09-15", plan)
    parts = [(one["month"], one["amount"]) for one in row["overpayment"]["instalments"]]
    assert (row["state"], parts) == (
        "RECOVERY",
        [("2026-10", "1811.25"), ("2026-11", "1811.25"), ("2026-12", "1811.25"),
         ("2027-01", "1811.25")],
    )  # fmt: skip
    more = await lives.act("cw-si-wh", row, "record-repayment", "2026-10-10", {"amount": "7245.01"})
    assert_problem(more, 409, "AMOUNT_MISMATCH")
    row = await lives.done("cw-si-wh", row, "record-repayment", "2026-10-10", {"amount": "1811.25"})
    assert row["state"] == "RECOVERY"
    row = await lives.done("cw-si-wh", row, "record-repayment", "2026-11-10", {"amount": "5433.75"})
    assert (row["state"], row["overpayment"]["settled_on"]) == ("STOPPED", "2026-11-10")


async def test_a_document_proves_a_death_and_whoever_reported_it_does_not_stop(
    lives: Lives,
) -> None:
    row = await lives.registered()
    report = {"death_on": "2026-08-30", "document_ref": "死亡证明-0001"}
    row = await lives.done("supervisor-wh", row, "report-death", "2026-09-02", report)
    wish = {"reason": "DEATH", "ended_on": "2026-08-30"}
    own = await lives.act("supervisor-wh", row, "stop", "2026-09-02", wish)
    assert_problem(own, 403, "MAKER_IS_CHECKER")
    second = await lives.registered(benefit="SURVIVOR")
    second = await lives.done("cw-si-wh", second, "report-death", "2026-09-02", report)
    second = await lives.done("supervisor-wh", second, "stop", "2026-09-02", wish)
    # Paid through August, the month of death: nothing is over-paid.
    assert (second["state"], second["overpayment"]) == ("STOPPED", None)
    assert second["allowed_actions"] == []


@pytest.mark.req("SI-3c")
async def test_who_lives_in_the_other_city_is_visited_there(lives: Lives) -> None:
    """J-4: a draft by itself when overdue; the answer renews."""
    row = await lives.registered()
    await lives.timers("2026-11-10")
    assert (await lives.timers("2026-11-11"))["visits"] == 1
    assert (await lives.timers("2026-11-12"))["visits"] == 0
    desk = lives.desk("cw-si-wh", "2026-11-12", "SI_DELEGATED_LIFE")
    [case] = (await desk.get(CASES, {"main_case_ref": row["biz_no"]})).json()["items"]
    assert (case["kind"], case["state"], case["executing_city"]) == ("LIFE", "DRAFT", EZHOU)
    assert case["main_case"]["state"] == "OVERDUE"
    case = (await desk.act(f"{CASES}/{case['id']}/send", case)).json()
    there = lives.desk("cw-si-ez", "2026-11-18", "SI_DELEGATED_LIFE")
    for action in ("accept", "start"):
        case = (await there.act(f"{CASES}/{case['id']}/{action}", case)).json()
    head = lives.desk("supervisor-ez", "2026-11-20", "SI_DELEGATED_LIFE")
    answer = {
        "answers": [{"question": 1, "answer": "健在"}],
        "result_code": "ALIVE",
        "result": {"visited_on": "2026-11-19"},
    }
    case = (await head.act(f"{CASES}/{case['id']}/reply", case, answer)).json()
    assert case["state"] == "REPLIED"
    row = await lives.read(row, "2026-11-20")
    assert (row["state"], row["method"], row["due_on"]) == ("NOT_DUE", "ASSIST", "2027-11-19")
    assert row["holds"] == []


async def test_a_counter_of_the_other_city_certifies_but_does_not_read_amounts(
    lives: Lives,
) -> None:
    row = await lives.registered()
    there = await lives.read(row, "2026-10-01", "window-ez")
    assert (there["monthly_amount"], there["allowed_actions"]) == (None, ["certify"])
    visit = {"method": "HOME_VISIT", "result": "ALIVE"}
    refused = await lives.act("window-ez", there, "certify", "2026-10-01", visit)
    assert_problem(refused, 403, "NOT_YOUR_CITY")
    clerk = await lives.act(
        "cw-si-ez", there, "certify", "2026-10-01", {"method": "COUNTER", "result": "ALIVE"}
    )
    assert_problem(clerk, 403, "NOT_YOUR_CITY")
    row = await lives.done(
        "window-ez", there, "certify", "2026-10-01", {"method": "COUNTER", "result": "ALIVE"}
    )
    assert row["due_on"] == "2027-10-01"
    [event] = await lives.insurance.suite.events("social_insurance", "si.lifecert.ok.v1")
    assert event["data"] == {
        "benefit": "RES_PENSION", "due_on": "2027-10-01", "method": "COUNTER",
    }  # fmt: skip
    assert event["audience"] == [WUHAN, EZHOU]


async def test_what_is_unsure_or_unreachable_renews_nothing(lives: Lives) -> None:
    row = await lives.registered()
    for body in (
        {"method": "DATA_MATCH", "result": "ALIVE", "confidence": "LOW"},
        {"method": "HOME_VISIT", "result": "UNREACHABLE"},
        {"method": "FACE_SELF", "result": "ALIVE", "certified_on": "2025-11-09"},
    ):
        row = await lives.done("cw-si-wh", row, "certify", "2026-10-01", body)
        assert row["due_on"] == "2026-11-10"
    assert row["next_step"] == "SELF"
    twice = await lives.desk("cw-si-wh", "2026-10-01").post(
        LIVES, {"person": LIU, "benefit": "RES_PENSION", "last_ok_on": "2026-01-01"}
    )
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]


def event(lives: Lives, type_: str, doc_no: str, data: Row) -> Received:
    return Received(
        id=uuid4(), type=type_, source="card", subject="CARD-1",
        time=datetime.fromisoformat("2026-10-15T10:00:00+08:00"), city=EZHOU,
        personref=sealing.person_ref(sealing.blind(doc_no)), data=data,
    )  # fmt: skip


async def handled(lives: Lives, number: int, told: Received) -> None:
    database = lives.insurance.suite.apps["social_insurance"].state.database
    async with database.transaction() as session:
        await handle_once(session, consumers.CONSUMERS[number], told)


@pytest.mark.parametrize(
    ("use", "assurance", "due_on"),
    [
        ("BENEFIT", "HIGH", "2027-10-15"),
        ("COUNTER_FACE", "HIGH", "2027-10-15"),
        ("BENEFIT", "LOW", "2026-11-10"),
        ("RESERVATION", "HIGH", "2026-11-10"),
    ],
)
async def test_a_card_used_face_to_face_certifies(
    lives: Lives, use: str, assurance: str, due_on: str
) -> None:
    """J-3."""
    row = await lives.registered()
    data = {"use_code": use, "assurance": assurance, "division": "420704"}
    told = event(lives, "card.used.v1", LIU["doc_no"], data)
    for _ in range(2):
        await handled(lives, 0, told)
    row = await lives.read(row, "2026-10-16")
    assert row["due_on"] == due_on
    assert len(row["checks"]) == (due_on != "2026-11-10")
    nobody = event(lives, "card.used.v1", "420799197508180058", data)
    await handled(lives, 0, nobody)
    assert await lives.insurance.database.value("SELECT count(*) FROM life_checks") == len(
        row["checks"]
    )


async def test_a_death_told_by_the_card_service_is_one_source(lives: Lives) -> None:
    row = await lives.registered()
    await handled(lives, 1, event(lives, "card.holder.deceased.v1", LIU["doc_no"], {}))
    row = await lives.read(row, "2026-10-16")
    assert (row["state"], row["is_end_reported"], row["checks"][0]["source"]) == (
        "NOT_DUE", True, "CARD",
    )  # fmt: skip
    stop = {"reason": "DEATH", "ended_on": "2026-10-15"}
    alone = await lives.act("supervisor-wh", row, "stop", "2026-10-16", stop)
    assert_problem(alone, 409, "VERIFICATION_REQUIRED")
    alive = {"method": "HOME_VISIT", "result": "ALIVE"}
    row = await lives.done("cw-si-wh", row, "certify", "2026-10-17", alive)
    assert row["is_end_reported"] is False


days = st.integers(737_425, 743_268).map(date.fromordinal)


@given(days, days, st.booleans())
def test_a_cycle_never_holds_before_it_is_due(due_on: date, today: date, next_month: bool) -> None:
    month = rules.held_from(due_on, is_next_month=next_month)
    state = rules.state_on(today, due_on, warn_days=60, hold_month=month)
    if today <= due_on:
        assert state in ("NOT_DUE", "DUE_SOON", "DUE")
    if state == "SUSPENDED":
        assert today.strftime("%Y-%m") >= month


@given(st.integers(1, 10_000_000), st.integers(1, 120))
def test_instalments_add_up_to_the_fen(fen: int, count: int) -> None:
    amount = Decimal(fen) / 100
    parts = rules.instalments(amount, count, "2026-10")
    assert sum(one.amount for one in parts) == amount
    assert len({one.month for one in parts}) == count


@given(days, days)
def test_overpaid_months_lie_after_the_end_and_within_what_was_paid(
    ended: date, paid: date
) -> None:
    through = paid.strftime("%Y-%m")
    months = rules.overpaid(ended, through, is_end_month_payable=True)
    assert all(ended.strftime("%Y-%m") < month <= through for month in months)
    assert len(rules.overpaid(ended, through, is_end_month_payable=False)) >= len(months)
