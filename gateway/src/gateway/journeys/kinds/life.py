"""J-3, life certified by the use of a card; J-4, by a visit in the other city.

Social insurance listens to card uses and runs the delegated visit by itself; both are watched.
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
    by_person,
    by_subject,
)
from hrss_kit.inbox import Received

CERTIFIED: Final = ("si.lifecert.ok.v1", "si.lifecert.resumed.v1")
SENT: Final = "si.delegated.sent.v1"
DEATH: Final = "DECEASED"


def _is_of_card(event: Received, _facts: Facts) -> bool:
    return bool(event.data.get("method") == "CARD_USE")


def _certified(event: Received) -> Opening | None:
    if not _is_of_card(event, {}) or event.city is None:
        return None
    return Opening(
        opened_for=f"si:{event.subject}/{event.id}",
        owner_city=event.city,
        cities=(event.city,),
        subject=event.subject,
        keys=(f"person:{event.personref}",),
        facts={"benefit": event.data["benefit"], "due_on": event.data["due_on"]},
    )


def _is_certain(event: Received, _facts: Facts) -> bool:
    """Face or PIN, and somebody was there: what less is shown is ignored (J-3)."""
    return event.data.get("assurance") == "HIGH" and not event.data.get("data_only")


CARD_USE: Final = Kind(
    code="LIFE_CERT_CARD",
    rule="J-3",
    zh="用卡即认证",
    en="Life certified by card use",
    domain="si",
    steps=(
        Step("CARD_USE", "card", "用卡", "card used", "card-use-events", aside=True),
        Step("CERTIFICATION", "social_insurance", "资格认证通过", "life certified",
             "life-certifications"),
    ),
    hears=(
        Hear("card.used.v1", "CARD_USE", DONE, by=by_person, when=_is_certain, early=True),
        *(
            Hear(word, "CERTIFICATION", DONE, by=by_subject, when=_is_of_card)
            for word in CERTIFIED
        ),
    ),
    opens=dict.fromkeys(CERTIFIED, _certified),
)  # fmt: skip


def _asked(event: Received) -> Opening | None:
    if event.data.get("kind") != "LIFE" or event.city is None:
        return None
    return Opening(
        opened_for=f"si:{event.subject}",
        owner_city=event.city,
        cities=(event.city, event.data["executing_city"]),
        subject=event.subject,
        journey_id=event.journeyid,
        keys=(f"person:{event.personref}",) if event.personref else (),
        facts={"executing_city": event.data["executing_city"]},
    )


def _replied(event: Received) -> Facts:
    return {"result_code": event.data.get("result_code")}


def _has_died(facts: Facts) -> bool:
    return facts.get("result_code") == DEATH


def _follows(code: str, service: str, zh: str, en: str) -> Step:
    return Step(code, service, zh, en, after=("REPLY",), when=_has_died, aside=True)


def _delegated(word: str, step: str, state: str, **more: Any) -> Hear:
    return Hear(f"si.delegated.{word}.v1", step, state, by=by_subject, **more)


VISIT: Final = Kind(
    code="LIFE_CERT_VISIT",
    rule="J-4",
    zh="异地上门认证",
    en="Life certified by a visit in the other city",
    domain="si",
    steps=(
        Step("ASK", "social_insurance", "发出协查", "the other city asked", "delegated-cases"),
        Step("ACCEPT", "social_insurance", "受理协查", "taken up", "delegated-cases",
             after=("ASK",)),
        Step("REPLY", "social_insurance", "上门并回复", "visited, answered", "delegated-cases",
             after=("ACCEPT",)),
        Step("OUTCOME", "social_insurance", "恢复或停发待遇", "payment resumed or stopped",
             "life-certifications", after=("REPLY",), aside=True),
        Step("CLOSE", "social_insurance", "结案", "answer taken over", "delegated-cases",
             after=("REPLY",)),
        _follows("CARD_DECEASED", "card", "社保卡标记身故", "card marked"),
        _follows("SEEKER", "employment", "求职登记关闭", "job seeker's registration closed"),
        _follows("AWARDS", "talent", "人才称号终止", "awards expired"),
    ),
    hears=(
        _delegated("sent", "ASK", DONE),
        _delegated("accepted", "ACCEPT", DONE),
        _delegated("declined", "ACCEPT", FAILED),
        _delegated("overdue", "REPLY", RUNNING),
        _delegated("replied", "REPLY", DONE, learn=_replied),
        _delegated("reopened", "CLOSE", RUNNING),
        _delegated("closed", "CLOSE", DONE),
        *(_delegated("cancelled", step, NOT_NEEDED) for step in ("ACCEPT", "REPLY", "CLOSE")),
        *(
            Hear(f"si.lifecert.{word}.v1", "OUTCOME", DONE, by=by_person)
            for word in ("ok", "resumed", "stopped", "suspended")
        ),
        Hear("card.holder.deceased.v1", "CARD_DECEASED", DONE, by=by_person, has_resource=False),
        Hear("employment.seeker.left.v1", "SEEKER", DONE, by=by_person, has_resource=False),
        Hear("talent.award.expired.v1", "AWARDS", DONE, by=by_person, has_resource=False),
    ),
    opens={SENT: _asked},
)  # fmt: skip
