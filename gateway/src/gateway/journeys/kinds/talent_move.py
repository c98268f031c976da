"""J-2, a talent's move: one checklist in talent, and what each of the others does of it.

Talent tells what became of its items, also of those that others do; social insurance takes the
move up by itself. Only the card has to be asked.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway.journeys.declaring import (
    DONE,
    FAILED,
    NOT_NEEDED,
    RUNNING,
    Act,
    Facts,
    Hear,
    Kind,
    Known,
    Opening,
    Step,
    Taken,
    by_journey,
    by_subject,
    opened,
)
from hrss_kit.inbox import Received

OPENED, ITEM_DONE = "talent.move.opened.v1", "talent.move.item_done.v1"
MOVED, CALLED_OFF = "talent.move.done.v1", "talent.move.cancelled.v1"

#: Item of the checklist → who does it, and its name.
ITEMS: Final = {
    "CONTRACT": ("talent", "签订合同", "contract"),
    "FILE_TRANSFER": ("talent", "档案转递", "personnel file sent on"),
    "TITLE_RECOGNITION": ("talent", "职称互认", "title recognised"),
    "TALENT_AWARD": ("talent", "人才称号互认", "award recognised"),
    "SOCIAL_INSURANCE": ("social_insurance", "养老保险关系转移", "pension relation moved"),
    "CARD": ("card", "社会保障卡选择", "card kept or replaced"),
    "EMPLOYMENT_REGISTRATION": ("employment", "就业登记", "employment registered"),
}
COLLECTIONS: Final = {
    "FILE_TRANSFER": "file-transfers",
    "TITLE_RECOGNITION": "title-recognitions",
    "TALENT_AWARD": "recognitions",
    "SOCIAL_INSURANCE": "transfer-cases",
    "CARD": "card-choices",
}


def _is_wanted(code: str, facts: Facts) -> bool:
    return bool(facts.get("items", {}).get(code) != NOT_NEEDED)


def _move(known: Known) -> Mapping[str, Any]:
    return {**known.personal, "journey_id": str(known.journey_id)}


def _awaited(known: Known, answer: Mapping[str, Any]) -> Taken:
    found = answer["items"]
    if not found:
        return Taken(again=True)
    return Taken(resource_id=found[0]["id"], resource_no=found[0]["move_no"])


def _choice(known: Known) -> Mapping[str, Any]:
    return {
        "person_ref": known.facts["person_ref"],
        "from_city": known.facts["from"],
        "to_city": known.facts["to"],
        "move_no": known.facts["move_no"],
        "journey_id": str(known.journey_id),
    }


def _chosen(known: Known, answer: Mapping[str, Any]) -> Taken:
    made = opened(known, answer)
    # Whoever has no card here has nothing to choose.
    state = NOT_NEEDED if answer["state"] == "NO_CARD" else None
    return Taken(state=state, resource_id=made.resource_id, resource_no=made.resource_no)


def _is_over(_known: Known, problem: Mapping[str, Any]) -> Taken | None:
    """Called off, or settled, where it was made: there is nothing to take back."""
    return Taken() if problem.get("code") == "STATE_CONFLICT" else None


STEPS: Final = (
    Step(
        "OPEN_MOVE",
        "talent",
        "建立人才流动",
        "move opened",
        "moves",
        act=Act(lambda _known: "/talent/v1/moves", body=_move),
        undo=Act(
            lambda known: f"/talent/v1/moves/{known.resource_id}/cancel",
            body=lambda _known: {"reason": "联动已取消"},
            version_of=lambda known: f"/talent/v1/moves/{known.resource_id}",
            purpose="TALENT_MOVE",
            refused=_is_over,
        ),
    ),
    Step(
        "SI_AWAITED",
        "social_insurance",
        "等待新参保地首月缴费",
        "first month in the new city awaited",
        "awaited-moves",
        after=("OPEN_MOVE",),
        act=Act(
            lambda _known: "/social-insurance/v1/awaited-moves",
            method="GET",
            params=lambda known: {"journey_id": str(known.journey_id)},
            take=_awaited,
        ),
        aside=True,
    ),
    *(
        Step(code, service, zh, en, COLLECTIONS.get(code), after=("OPEN_MOVE",))
        for code, (service, zh, en) in ITEMS.items()
        if code != "CARD"
    ),
    Step(
        "CARD",
        *ITEMS["CARD"],
        COLLECTIONS["CARD"],
        after=("OPEN_MOVE",),
        when=lambda facts: _is_wanted("CARD", facts),
        # Whose card it is says the move's own event.
        ready=lambda facts: "move_no" in facts,
        act=Act(lambda _known: "/card/v1/card-choices", body=_choice, take=_chosen),
        undo=Act(
            lambda known: f"/card/v1/card-choices/{known.resource_id}/cancel",
            body=lambda _known: {"reason": "人才流动已取消"},
            version_of=lambda known: f"/card/v1/card-choices/{known.resource_id}",
            refused=_is_over,
        ),
    ),
    Step(
        "MOVE_DONE",
        "talent",
        "人才流动办结",
        "move done",
        "moves",
        after=("OPEN_MOVE", *ITEMS),
    ),
)


def _says(code: str, state: str) -> "Any":
    def fits(event: Received, _facts: Facts) -> bool:
        return bool(event.data.get("items", {}).get(code) == state)

    return fits


def _settles(code: str, state: str) -> "Any":
    def fits(event: Received, _facts: Facts) -> bool:
        return bool(event.data.get("item") == code and event.data.get("state") == state)

    return fits


def _moves(event: Received) -> Facts:
    return {
        "from": event.data["from"],
        "to": event.data["to"],
        "items": event.data["items"],
        "employer_uscc": event.data.get("employer_uscc"),
        "person_ref": event.personref,
        "move_no": event.subject,
    }


def _begin(event: Received) -> Opening | None:
    if event.journeyid is None:
        return None
    return Opening(
        opened_for=f"journey:{event.journeyid}",
        owner_city=event.data["to"],
        cities=(event.data["from"], event.data["to"]),
        subject=event.subject,
        journey_id=event.journeyid,
        facts=_moves(event),
    )


KIND: Final = Kind(
    code="TALENT_MOVE",
    rule="J-2",
    zh="人才流动联动",
    en="Talent move",
    domain="talent",
    starters=("partner", "cw.talent", "window"),
    steps=STEPS,
    hears=(
        Hear(OPENED, "OPEN_MOVE", DONE, link="move_id", learn=_moves),
        *(
            Hear(OPENED, code, state, has_resource=False, when=_says(code, state))
            for code in ITEMS
            for state in (DONE, NOT_NEEDED)
        ),
        *(
            Hear(ITEM_DONE, code, state, has_resource=False, when=_settles(code, state), early=True)
            for code in ITEMS
            for state in (DONE, NOT_NEEDED, FAILED)
        ),
        Hear("si.transfer.applied.v1", "SOCIAL_INSURANCE", RUNNING, early=True),
        *(
            Hear(f"si.transfer.{word}.v1", "SOCIAL_INSURANCE", RUNNING, early=True)
            for word in ("letter_sent", "out_sent", "returned", "disputed")
        ),
        Hear("si.transfer.completed.v1", "SOCIAL_INSURANCE", DONE, early=True),
        *(
            Hear(
                f"si.transfer.{word}.v1",
                "SOCIAL_INSURANCE",
                FAILED,
                early=True,
                problem=lambda event: (
                    f"转移 {event.subject} 未能办成",
                    f"transfer {event.subject} was not carried out",
                ),
            )
            for word in ("rejected", "withdrawn")
        ),
        Hear("card.choice.made.v1", "CARD", RUNNING, link="choice_id", early=True),
        Hear(MOVED, "MOVE_DONE", DONE, link="move_id", early=True),
    ),
    opens={OPENED: _begin},
    cancels={CALLED_OFF: lambda event: (*by_journey(event), *by_subject(event))},
)
