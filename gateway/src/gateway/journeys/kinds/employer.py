"""J-7, an employer's grade is shown everywhere; J-10, wages owed are paid to the worker's card."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.journeys.declaring import (
    DONE,
    NOT_NEEDED,
    Act,
    Facts,
    Hear,
    Kind,
    Known,
    Opening,
    Step,
    Taken,
    by_person,
    by_subject,
    opened,
)
from hrss_kit.inbox import Received

PUBLISHED, PAID = "li.grade.published.v1", "li.payment.recorded.v1"


def _grade(event: Received) -> Opening | None:
    if event.city is None:
        return None
    return Opening(
        opened_for=f"li:{event.data['uscc']}/{event.data['year']}/{event.id}",
        owner_city=event.city,
        cities=("420100", "420700"),
        subject=event.subject,
        keys=(f"grade:{event.data['uscc']}/{event.data['year']}",),
        facts={name: event.data[name] for name in ("uscc", "year", "joint_grade")},
    )


def _by_grade(event: Received) -> list[str]:
    return [f"grade:{event.data.get('uscc')}/{event.data.get('year')}"]


def _is_same(event: Received, facts: Facts) -> bool:
    return not facts or event.data.get("grade") == facts.get("joint_grade")


CREDIT_SPREAD: Final = Kind(
    code="CREDIT_SPREAD",
    rule="J-7",
    zh="守法诚信等级共享",
    en="Credit grade shown everywhere",
    domain="li",
    steps=(
        Step("PUBLISHED", "labor_inspection", "公布等级", "grade published", "credit-grades"),
        Step("EMPLOYMENT", "employment", "就业服务显示等级", "shown in employment", "employers",
             after=("PUBLISHED",), aside=True),
        Step("TALENT", "talent", "人才服务显示等级", "shown in talent", after=("PUBLISHED",),
             aside=True),
    ),
    hears=(
        Hear(PUBLISHED, "PUBLISHED", DONE, by=by_subject),
        Hear("employment.employer.graded.v1", "EMPLOYMENT", DONE, by=_by_grade, when=_is_same,
             link="employer_id", early=True),
        Hear("talent.employer.graded.v1", "TALENT", DONE, by=_by_grade, when=_is_same,
             has_resource=False, early=True),
    ),
    opens={PUBLISHED: _grade},
)  # fmt: skip


def _paid(event: Received) -> Opening | None:
    if event.city is None or event.personref is None:
        return None
    return Opening(
        opened_for=f"li:{event.data['payment_id']}",
        owner_city=event.city,
        cities=(event.city,),
        subject=event.subject,
        keys=(f"payment:{event.data['payment_id']}", f"person:{event.personref}"),
        facts={
            "person_ref": event.personref,
            "payment_id": event.data["payment_id"],
            "kind": event.data["kind"],
        },
    )


def _by_payment(event: Received) -> list[str]:
    return [f"payment:{event.data.get('payment_id')}"]


def _wish(known: Known) -> Mapping[str, Any]:
    return {"kind": "ACTIVATE", "person_ref": known.facts["person_ref"]}


def _no_need(_known: Known, problem: Mapping[str, Any]) -> Taken | None:
    """A card that is active needs nothing: money can be paid to it."""
    is_good = problem.get("code") == "STATE_CONFLICT" and problem.get("state") == "ACTIVE"
    return Taken(state=NOT_NEEDED) if is_good else None


WAGES_TO_CARD: Final = Kind(
    code="WAGES_TO_CARD",
    rule="J-10",
    zh="欠薪支付到社保卡",
    en="Wages owed, paid to the card",
    domain="li",
    steps=(
        Step("PAYMENT", "labor_inspection", "登记支付", "payment recorded", "cases"),
        Step(
            "CARD_ACTIVE",
            "card",
            "社保卡可用",
            "card can take it",
            "card-service-requests",
            after=("PAYMENT",),
            ready=lambda facts: "person_ref" in facts,
            act=Act(
                lambda _known: "/card/v1/card-service-requests",
                body=_wish,
                take=opened,
                refused=_no_need,
            ),
        ),
    ),
    hears=(
        Hear(PAID, "PAYMENT", DONE, by=_by_payment),
        Hear("card.activated.v1", "CARD_ACTIVE", DONE, by=by_person, has_resource=False),
    ),
    opens={PAID: _paid},
)
