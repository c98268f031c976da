"""What other services tell social insurance, and what it does about it (J-2, J-5, J-6, J-8)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from hrss_kit import clock, sealing
from hrss_kit.inbox import Received, handle_all
from hrss_kit.testing import EZHOU, WUHAN, Desk, assert_problem
from hrss_kit.worker import run_timers

from .conftest import LI, PATH, SocialInsurance, stretch

BASE = "/social-insurance/v1"
BENEFITS = f"{BASE}/unemployment-benefits"
TASKS = f"{BASE}/tasks"
TRANSFERS = f"{BASE}/transfer-cases"
LOGISTICS = "91420799MAEH00024C"


def ref(doc_no: str = LI["doc_no"]) -> str:
    return sealing.person_ref(sealing.blind(doc_no))


async def hear(
    insurance: SocialInsurance,
    type_: str,
    day: str,
    data: dict[str, Any],
    journey: UUID | None = None,
) -> Received:
    """An event as the worker would hand it on."""
    app = insurance.suite.apps["social_insurance"]
    event = Received(
        id=uuid4(), type=type_, source=type_.partition(".")[0], subject="EM-EZ-1",
        time=datetime.fromisoformat(f"{day}T10:00:00+08:00"), personref=ref(), journeyid=journey,
        data=data,
    )  # fmt: skip
    consumers = [one for one in app.state.service.consumers if one.type == type_]
    assert consumers
    with clock.at(event.time):
        async with app.state.database.transaction() as session:
            assert await handle_all(session, consumers, event)
        async with app.state.database.transaction() as session:
            assert not await handle_all(session, consumers, event)
    return event


async def timers(insurance: SocialInsurance, day: str) -> dict[str, int]:
    app = insurance.suite.apps["social_insurance"]
    with clock.at(datetime.fromisoformat(f"{day}T03:00:00+08:00")):
        return await run_timers(app.state.service, app.state.database)


def desk(insurance: SocialInsurance, user: str, day: str) -> Desk:
    return insurance.desk(user, "SI_TRANSFER", f"{day}T10:00:00+08:00")


async def tasks(insurance: SocialInsurance, user: str = "cw-si-ez") -> list[dict[str, Any]]:
    answer = await insurance.desk(user).get(TASKS, {"state": "OPEN"})
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


HIRED = {"employer_uscc": LOGISTICS, "work_city": EZHOU, "hired_on": "2026-10-28", "groups": []}


@pytest.mark.req("SI-1b")
async def test_who_was_hired_and_is_not_insured_in_thirty_days_is_told(
    insurance: SocialInsurance,
) -> None:
    await hear(insurance, "employment.referral.hired.v1", "2026-10-28", HIRED)
    due = await insurance.database.value("SELECT due_on::text FROM expected_participations")
    assert due == "2026-11-27"
    assert (await timers(insurance, "2026-11-27"))["missing participations"] == 0
    assert (await timers(insurance, "2026-11-28"))["missing participations"] == 1
    assert (await timers(insurance, "2026-11-29"))["missing participations"] == 0
    (task,) = await tasks(insurance)
    assert (task["kind"], task["person_ref"]) == ("PARTICIPATION_MISSING", ref())
    assert task["details"] == {"employer_uscc": LOGISTICS, "hired_on": "2026-10-28"}
    (event,) = await insurance.suite.events("social_insurance", "si.participation.missing.v1")
    assert event["data"] == {
        "employer_uscc": LOGISTICS, "person_ref": ref(), "since": "2026-10-28",
    }  # fmt: skip
    path = f"{TASKS}/{task['id']}"
    clerk = desk(insurance, "cw-si-ez", "2026-12-01")
    assert_problem(await desk(insurance, "cw-si-wh", "2026-12-01").get(path), 404, "NOT_FOUND")
    done = await clerk.act(f"{path}/done", task, {"result": "已补办参保"})
    assert (done.json()["state"], done.json()["allowed_actions"]) == ("DONE", [])
    again = await clerk.act(f"{path}/dismiss", done.json(), {"result": "x"})
    assert_problem(again, 409, "STATE_CONFLICT")


async def test_who_is_insured_in_time_leaves_nothing_to_do(insurance: SocialInsurance) -> None:
    await hear(insurance, "employment.referral.hired.v1", "2026-10-28", HIRED)
    late = desk(insurance, "partner.ezhou", "2026-11-20")
    new = stretch(employer_uscc=LOGISTICS, from_month="2026-11", to_month=None, status="ACTIVE")
    assert (await late.post(PATH, new)).status_code == 201
    state = "SELECT state FROM expected_participations"
    assert await insurance.database.value(state) == "MET"
    await timers(insurance, "2026-12-10")
    assert await tasks(insurance) == []


@pytest.mark.req("X-8")
async def test_a_benefit_ends_when_its_receiver_is_employed_again(
    insurance: SocialInsurance,
) -> None:
    for city, partner, first, last in (
        (WUHAN, insurance.wuhan, "2018-01", "2020-06"),
        (EZHOU, insurance.ezhou, "2020-04", "2023-12"),
    ):
        made = await partner.post(
            PATH, stretch(city=city, scheme="UNEMP", from_month=first, to_month=last)
        )
        assert made.status_code == 201, made.text
    wish = {"person": LI, "from_month": "2024-02", "monthly_amount": "1600.00"}
    clerk = insurance.clerk
    few = await clerk.post(BENEFITS, {**wish, "from_month": "2018-12"})
    assert_problem(few, 409, "MONTHS_TOO_FEW")
    row = (await desk(insurance, "cw-si-ez", "2024-04-10").post(BENEFITS, wish)).json()
    # 72 different months of both cities: at most 18
    assert (row["paid_months"], row["months_granted"], row["months_used"]) == (72, 18, 2)
    assert_problem(await clerk.post(BENEFITS, wish), 409, "DUPLICATE")
    job = stretch(employer_uscc=LOGISTICS, from_month="2024-05", to_month="2024-06")
    assert (await desk(insurance, "partner.ezhou", "2024-06-10").post(PATH, job)).status_code == 201
    (event,) = await insurance.suite.events("social_insurance", "si.unemp.reemployed.v1")
    assert (event["data"], event["person_ref"]) == ({"month": "2024-05"}, ref())
    (task,) = await tasks(insurance)
    assert (task["kind"], task["subject"]) == ("STOP_UNEMPLOYMENT_BENEFIT", row["biz_no"])
    path = f"{BENEFITS}/{row['id']}"
    row = (await clerk.get(path)).json()
    assert (row["state"], row["reemployed_month"]) == ("STOP_PROPOSED", "2024-05")
    goes_on = (await clerk.act(f"{path}/continue", row, {"reason": "系补缴，非就业"})).json()
    assert goes_on["state"] == "PAYING"
    await timers(insurance, "2024-06-11")
    row = (await clerk.get(path)).json()
    assert (row["state"], row["reemployed_month"]) == ("STOP_PROPOSED", "2024-06")
    stop = {"from_month": "2024-06", "reason": "重新就业"}
    maker = await clerk.act(f"{path}/stop", row, stop)
    assert_problem(maker, 403, "SCOPE_MISSING")
    head = desk(insurance, "supervisor-ez", "2024-06-12")
    row = (await head.act(f"{path}/stop", row, stop)).json()
    assert (row["state"], row["months_used"], row["stopped_from"]) == ("STOPPED", 4, "2024-06")


@pytest.mark.req("SI-1c")
async def test_a_move_opens_a_transfer_once_the_first_month_is_paid(
    insurance: SocialInsurance,
) -> None:
    await insurance.wuhan.post(PATH, stretch(city=WUHAN, from_month="2018-01", to_month="2026-02"))
    await insurance.ezhou.post(PATH, stretch(from_month="2017-01", to_month="2017-06"))
    journey = uuid4()
    opened = {"from": WUHAN, "to": EZHOU, "items": {}, "move_id": str(uuid4())}
    await hear(insurance, "talent.move.opened.v1", "2026-05-20", opened, journey)
    assert await insurance.database.value("SELECT count(*) FROM transfer_cases") == 0
    first = stretch(employer_uscc=LOGISTICS, from_month="2026-06", to_month=None, status="ACTIVE")
    partner = desk(insurance, "partner.ezhou", "2026-06-22")
    assert (await partner.post(PATH, first)).status_code == 201
    (row,) = (await insurance.clerk.get(TRANSFERS)).json()["items"]
    assert (row["kind"], row["apply_channel"], row["applied_on"]) == (
        "EMP_INTRA", "JOURNEY", "2026-06-22",
    )  # fmt: skip
    assert row["journey_id"] == str(journey)
    found = await insurance.database.value(
        "SELECT journey_id FROM outbox_events WHERE type = 'si.transfer.applied.v1'"
    )
    assert found == journey
    await timers(insurance, "2026-06-23")
    assert await insurance.database.value("SELECT count(*) FROM transfer_cases") == 1


async def test_what_is_open_for_somebody_who_has_died_ends_or_is_looked_at(
    insurance: SocialInsurance,
) -> None:
    await insurance.both_cities()
    wish = {"kind": "EMP_INTRA", "person": LI, "from_city": WUHAN, "to_city": EZHOU}
    row = (await insurance.clerk.post(TRANSFERS, wish)).json()
    dead = {"verified_by": "cw-card-ez", "deceased_on": "2026-03-01"}
    await hear(insurance, "card.holder.deceased.v1", "2026-03-05", dead)
    row = (await insurance.clerk.get(f"{TRANSFERS}/{row['id']}")).json()
    assert (row["state"], "HOLDER_DECEASED" in row["flags"]) == ("WITHDRAWN", True)
    assert {one["status"] for one in row["deadlines"]} == {"CANCELLED"}


@pytest.mark.req("X-10")
async def test_half_a_year_before_retirement_the_link_is_proposed(
    insurance: SocialInsurance,
) -> None:
    zhao = {"name": "赵测丙", "doc_no": "420799196611052017", "doc_type": "01"}
    for changes in (
        {"scheme": "EMP", "from_month": "2009-01", "to_month": "2022-12"},
        {"scheme": "RES", "from_month": "2003-01", "to_month": "2007-12",
         "person_kind": "RESIDENT", "employer_uscc": None, "monthly_base": None},
    ):  # fmt: skip
        await insurance.ezhou.post(PATH, stretch(person=zhao, **changes))
    await insurance.both_cities()
    assert (await timers(insurance, "2026-10-31"))["retirement"] == 0
    assert (await timers(insurance, "2026-11-02"))["retirement"] == 1
    assert (await timers(insurance, "2026-11-03"))["retirement"] == 0
    (task,) = await tasks(insurance)
    assert task["details"] == {
        "retire_month": "2027-05", "retire_kind": "M60", "emp_months": 168, "res_months": 60,
        "threshold": 180, "choices": ["EMP_TO_RES", "CONTINUE_PAYING"],
    }  # fmt: skip
