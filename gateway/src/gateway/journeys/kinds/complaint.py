"""J-1, a complaint with card check: labour inspection leads, the others are watched.

Labour inspection asks the card service and social insurance by itself and asks again while they
are down; a complaint is never refused for that. The list of arrears is told to employment and
talent by its own events.
"""

from typing import Any, Final

from gateway.journeys.declaring import (
    DONE,
    FAILED,
    NOT_NEEDED,
    RUNNING,
    Facts,
    Hear,
    Kind,
    Opening,
    Step,
    by_subject,
)
from hrss_kit.inbox import Received

RECEIVED, CHECKED = "li.complaint.received.v1", "li.complaint.card_checked.v1"
VERIFIED, PENDING = "VERIFIED", "PENDING"
INSURANCE: Final = "SOCIAL_INSURANCE"

STEPS: Final = (
    Step("COMPLAINT", "labor_inspection", "投诉登记", "complaint taken", "complaints"),
    Step(
        "CARD_CHECK",
        "card",
        "社保卡身份核验",
        "card checked",
        after=("COMPLAINT",),
        when=lambda facts: facts.get("card_check") not in (None, "NONE"),
        aside=True,
    ),
    Step(
        "ROUTE",
        "labor_inspection",
        "按工作地转办",
        "sent to the city of the work place",
        "complaints",
        after=("COMPLAINT",),
        when=lambda facts: facts.get("work_city") != facts.get("receiving_city"),
    ),
    Step(
        "ACCEPT",
        "labor_inspection",
        "受理立案",
        "accepted, case filed",
        "complaints",
        after=("COMPLAINT",),
    ),
    Step(
        "CASE",
        "labor_inspection",
        "调查",
        "investigated",
        "cases",
        after=("ACCEPT",),
        when=lambda facts: bool(facts.get("accepted", True)),
    ),
    Step(
        "INSURANCE_LOOKUP",
        "social_insurance",
        "参保核查",
        "participation looked up",
        after=("ACCEPT",),
        when=lambda facts: INSURANCE in facts.get("matter", ()) and facts.get("accepted", True),
        aside=True,
    ),
    Step(
        "ORDER",
        "labor_inspection",
        "作出决定",
        "decided",
        "cases",
        after=("CASE",),
        when=lambda facts: bool(facts.get("accepted", True)),
    ),
    Step(
        "PAID",
        "labor_inspection",
        "支付工资",
        "paid",
        "cases",
        after=("ORDER",),
        when=lambda facts: bool(facts.get("accepted", True)),
    ),
    Step("CLOSE", "labor_inspection", "结案", "closed", "cases", after=("PAID",),
         when=lambda facts: bool(facts.get("accepted", True))),
    Step("LISTED", "labor_inspection", "列入拖欠名单", "on the arrears list", "arrears-list",
         aside=True),
    Step("POSTINGS", "employment", "暂停岗位发布", "postings suspended", aside=True),
    Step("DEMANDS", "talent", "停止受理人才需求", "demands refused", aside=True),
    Step("LIFTED", "labor_inspection", "移出名单并解除限制", "removed, limits lifted",
         "arrears-list", aside=True),
)  # fmt: skip


def _learn(event: Received) -> Facts:
    known = {
        name: event.data.get(name)
        for name in ("matter", "work_city", "receiving_city", "linkage_id", "complaint_id")
    }
    checked = event.data.get("card_check")
    return {**known, **({"card_check": checked} if checked else {})}


def _begin(event: Received) -> Opening:
    cities = (event.data["work_city"], event.data["receiving_city"])
    return Opening(
        opened_for=f"li:{event.subject}",
        owner_city=event.data["work_city"],
        cities=cities,
        subject=event.subject,
        journey_id=event.journeyid,
        facts=_learn(event),
    )


def _accepted(event: Received) -> Facts:
    return {**_learn(event), "accepted": True, "case_no": event.data.get("case_no")}


def _is_checked(wanted: str) -> Any:
    def fits(event: Received, _facts: Facts) -> bool:
        return bool((event.data.get("card_check") or event.data.get("result")) == wanted)

    return fits


def _is_refused(event: Received, _facts: Facts) -> bool:
    said = event.data.get("card_check") or event.data.get("result")
    return said not in (None, "NONE", VERIFIED, PENDING)


def _case_of(event: Received) -> list[str]:
    number = event.data.get("case_no")
    return [f"no:{number}"] if number else []


def _not_verified(_event: Received) -> tuple[str, str]:
    return (
        "身份未核实，投诉照常办理",
        "Identity is not verified; the complaint goes on all the same",
    )


KIND: Final = Kind(
    code="COMPLAINT",
    rule="J-1",
    zh="投诉与社保卡核验联动",
    en="Complaint with card check",
    domain="li",
    steps=STEPS,
    hears=(
        Hear(RECEIVED, "COMPLAINT", DONE, by=by_subject, link="complaint_id", learn=_learn),
        *(
            Hear(type_, "CARD_CHECK", state, by=by_subject, when=fits, has_resource=False,
                 problem=_not_verified)
            for type_ in (RECEIVED, CHECKED)
            for state, fits in (
                (DONE, _is_checked(VERIFIED)),
                (RUNNING, _is_checked(PENDING)),
                (FAILED, _is_refused),
            )
        ),
        Hear("li.complaint.forwarded.v1", "ROUTE", DONE, by=by_subject, link="complaint_id",
             learn=_learn),
        Hear("li.complaint.disputed.v1", "ROUTE", RUNNING, by=by_subject, link="complaint_id"),
        Hear("li.complaint.accepted.v1", "ACCEPT", DONE, by=by_subject, link="complaint_id",
             learn=_accepted, knows=_case_of),
        Hear("li.complaint.not_accepted.v1", "ACCEPT", NOT_NEEDED, by=by_subject,
             link="complaint_id", learn=lambda _event: {"accepted": False}),
        Hear("li.case.investigating.v1", "CASE", RUNNING, by=by_subject),
        Hear("li.case.extended.v1", "CASE", RUNNING, by=by_subject),
        Hear("li.case.insurance_checked.v1", "INSURANCE_LOOKUP", DONE, by=by_subject,
             has_resource=False, learn=lambda event: {"not_insured": event.data["not_insured"]}),
        Hear("li.case.decided.v1", "CASE", DONE, by=by_subject),
        Hear("li.case.decided.v1", "ORDER", DONE, by=by_subject),
        Hear("li.case.not_complied.v1", "PAID", RUNNING, by=by_subject),
        Hear("li.case.complied.v1", "PAID", DONE, by=by_subject),
        Hear("li.case.closed.v1", "PAID", NOT_NEEDED, by=by_subject),
        Hear("li.case.closed.v1", "CLOSE", DONE, by=by_subject),
        Hear("li.arrears.listed.v1", "LISTED", DONE, by=_case_of,
             learn=lambda event: {"listed_until": event.data["to"]}),
        Hear("li.arrears.removed.v1", "LIFTED", DONE, by=_case_of),
        Hear("employment.employer.blocked.v1", "POSTINGS", DONE, by=by_subject, early=True,
             has_resource=False),
        Hear("talent.employer.blocked.v1", "DEMANDS", DONE, by=by_subject, early=True,
             has_resource=False),
    ),
    opens={RECEIVED: _begin},
)  # fmt: skip
