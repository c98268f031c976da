"""The kinds of journeys that are watched: what the services publish takes them to their end."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from card.cards.schemas import CardActivated
from card.uses.schemas import CardUsed
from employment.employers.consumers import EmployerGraded
from employment.referrals.schemas import ReferralHired
from gateway.journeys import engine, hearing
from hrss_kit import context, outbox, sealing
from hrss_kit.ids import new_id
from hrss_kit.inbox import Received
from hrss_kit.testing import EZHOU, WUHAN, Suite
from labor_inspection.cases.events import PaymentRecorded
from labor_inspection.credit.schemas import GradePublished
from social_insurance.delegation.schemas import (
    DelegatedAccepted,
    DelegatedClosed,
    DelegatedReplied,
    DelegatedSent,
)
from social_insurance.followups.hires import ParticipationFound, ParticipationMissing
from social_insurance.life_certifications.schemas import LifeCertOk
from social_insurance.tasks.schemas import TaskOpened, TaskSettled
from social_insurance.unemployment_benefits.schemas import Reemployed
from talent.employers.consumers import EmployerGraded as TalentGraded

pytestmark = pytest.mark.req("P-0c")
DAY = date(2026, 6, 1)
EMPLOYER = "91420799MAEH00024C"
ZHOU = {"name": "周测己", "doc_type": "01", "doc_no": "420799197508180058"}


async def told(
    suite: Suite, event: outbox.Event, subject: str, person: str | None = "a" * 24
) -> None:
    """The gateway's worker reads an event of a service, as that service writes it; twice."""
    received = Received(
        id=uuid4(),
        type=event.type,
        source="test",
        subject=subject,
        time=datetime.now(UTC),
        city=EZHOU,
        personref=person,
        data=event.model_dump(mode="json"),
    )
    context.begin()
    for _ in range(2):
        async with suite.apps["gateway"].state.database.transaction() as session:
            await hearing.hear(session, received, hearing.Anything())


async def journey(suite: Suite, kind: str) -> tuple[dict[str, Any], dict[str, str]]:
    found = await suite.desk("cw-si-ez").get("/gateway/v1/journeys", params={"kind": kind})
    (row,) = found.json()["items"]
    return row, {step["code"]: step["state"] for step in row["steps"]}


def task(kind: str, about: str | None) -> dict[str, Any]:
    return {"kind": kind, "about": about, "due_on": None}


async def test_who_was_hired_is_insured_and_who_works_again_draws_no_benefit(suite: Suite) -> None:
    """J-5: missing in time, found after all; J-6: the task to stop; J-8: the link proposed."""
    await suite.start("gateway")
    hired = ReferralHired(
        referral_id=new_id(), employer_uscc=EMPLOYER, work_city=EZHOU, hired_on=DAY, groups=[]
    )
    missing = ParticipationMissing(employer_uscc=EMPLOYER, person_ref="a" * 24, since=DAY)
    # Social insurance's feed may be read before that of employment.
    await told(suite, missing, "EM-1")
    await told(suite, TaskOpened(**task("PARTICIPATION_MISSING", "EM-1")), "SI-1")
    await told(suite, hired, "EM-1")
    row, states = await journey(suite, "J-5")
    assert (row["state"], states["HIRED"], states["INSURED"]) == ("FAILED", "DONE", "FAILED")
    assert states["FOLLOW_UP"] == "RUNNING"
    await told(suite, ParticipationFound(employer_uscc=EMPLOYER, since=DAY), "EM-1")
    row, states = await journey(suite, "HIRED_INSURED")
    assert (row["state"], states["INSURED"]) == ("DONE", "DONE")

    await told(suite, Reemployed(month="2026-06"), "SI-2")
    stop = task("STOP_UNEMPLOYMENT_BENEFIT", "SI-2")
    await told(suite, TaskOpened(**stop), "SI-3")
    row, states = await journey(suite, "J-6")
    assert (row["state"], states["BENEFIT_STOP"]) == ("RUNNING", "RUNNING")
    await told(suite, TaskSettled(**stop, state="DONE"), "SI-3")
    row, states = await journey(suite, "J-6")
    assert (row["state"], states["BENEFIT_STOP"]) == ("DONE", "DONE")
    links = {one["code"]: one["resource"] for one in row["steps"]}
    assert links["BENEFIT_STOP"] == "/social-insurance/v1/tasks?q=SI-3"

    await told(suite, TaskOpened(**task("RETIREMENT_LINK", None)), "SI-4")
    await told(suite, TaskSettled(**task("RETIREMENT_LINK", None), state="DISMISSED"), "SI-4")
    row, states = await journey(suite, "J-8")
    assert (row["state"], states["SETTLED"]) == ("DONE", "NOT_NEEDED")


async def test_life_is_certified_by_a_card_or_by_a_visit(suite: Suite) -> None:
    """J-3: a use with high assurance only; J-4: asked, visited, answered."""
    await suite.start("gateway")
    for assurance, number in (("LOW", "CA-1"), ("HIGH", "CA-2")):
        used = CardUsed(use_code="BENEFIT", assurance=assurance, division="420704")
        await told(suite, used, number)
    certified = LifeCertOk(benefit="EMP_PENSION", due_on=DAY, method="CARD_USE")
    await told(suite, certified, "SI-1")
    await told(suite, certified.model_copy(update={"method": "SELF"}), "SI-9", "b" * 24)
    row, states = await journey(suite, "J-3")
    assert (row["state"], states) == ("DONE", {"CARD_USE": "DONE", "CERTIFICATION": "DONE"})
    assert [one["resource_no"] for one in row["steps"]] == ["CA-2", "SI-1"]

    asked = {"kind": "LIFE", "executing_city": WUHAN, "due_on": DAY}
    await told(suite, DelegatedSent(**asked), "SI-2")
    await told(suite, DelegatedAccepted(**asked), "SI-2")
    row, states = await journey(suite, "J-4")
    assert (row["cities"], states["ACCEPT"], states["REPLY"]) == (
        [WUHAN, EZHOU], "DONE", "WAITING",
    )  # fmt: skip
    assert row["steps"][1]["due_on"] == DAY.isoformat()
    await told(suite, DelegatedReplied(**asked, result_code="ALIVE"), "SI-2")
    await told(suite, DelegatedClosed(**asked, result_code="ALIVE"), "SI-2")
    row, states = await journey(suite, "J-4")
    assert (row["state"], states["CLOSE"], states["CARD_DECEASED"]) == (
        "DONE", "DONE", "NOT_NEEDED",
    )  # fmt: skip


async def test_a_grade_is_shown_everywhere_and_wages_reach_a_card_that_works(suite: Suite) -> None:
    """J-7; J-10: a card that is not active gets its task, once, and the journey waits for it."""
    await suite.start("gateway", "card")
    grade = GradePublished(
        uscc=EMPLOYER, year=2026, grade="B", joint_grade="C", reasons=[], is_red_listed=False
    )
    mirrored = {"uscc": EMPLOYER, "year": 2026, "grade": "C"}
    await told(suite, TalentGraded(**mirrored), "LI-1", None)
    await told(suite, grade, "LI-1", None)
    await told(suite, EmployerGraded(employer_id=new_id(), **mirrored), "LI-1", None)
    row, states = await journey(suite, "J-7")
    assert (row["state"], set(states.values())) == ("DONE", {"DONE"})

    # A card that was made and sealed, and lies waiting to be activated.
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE")
    card = {
        "holder": ZHOU, "card_no": "E00000019", "spec_version": "3.00", "social_state": "SEALED",
        "issued_on": "2021-12-03", "valid_to": "2031-12-02", "bank_code": "999",
        "bank_account": "9999994207000000011",
    }  # fmt: skip
    code = "420799D15600000500BF7C7A48FB0001"
    made = await clerk.http.put(
        f"/card/v1/cards/{code}", json=card, headers={"X-Purpose": "CARD_SERVICE"}
    )
    assert made.status_code == 201, made.text
    who = sealing.person_ref(sealing.blind(ZHOU["doc_no"]))
    paid = PaymentRecorded(payment_id=new_id(), kind="WAGE", amount_band="<10k", paid_on=DAY)
    await told(suite, paid, "LI-2", who)
    await engine.run(suite.worker("gateway"))
    row, states = await journey(suite, "J-10")
    step = row["steps"][1]
    assert (row["state"], step["state"], step["last_problem"]) == ("RUNNING", "RUNNING", None)
    request = (await clerk.get(step["resource"])).json()
    assert (request["kind"], request["state"]) == ("ACTIVATE", "CREATED")
    active = CardActivated(state="ACTIVE", issuing_city=EZHOU)
    await told(suite, active, "CA-1", who)
    row, states = await journey(suite, "J-10")
    assert (row["state"], states["CARD_ACTIVE"]) == ("DONE", "DONE")
