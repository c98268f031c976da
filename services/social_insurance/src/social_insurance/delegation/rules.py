"""The life of a delegated case, and what its answer must hold (domain §2.2). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hrss_kit.states import Machine, transition

DRAFT, RECEIVED, ACCEPTED, DECLINED = "DRAFT", "RECEIVED", "ACCEPTED", "DECLINED"
SENT, IN_PROGRESS, SUPPLEMENT = "SENT", "IN_PROGRESS", "SUPPLEMENT"
REPLIED, REOPENED, CLOSED, CANCELLED = "REPLIED", "REOPENED", "CLOSED", "CANCELLED"

#: Between a case's making and its end; one of a kind for a main case and a city at a time.
OPEN: Final = (
    DRAFT, SENT, RECEIVED, ACCEPTED, IN_PROGRESS, SUPPLEMENT, REPLIED, REOPENED,
)  # fmt: skip
AT_WORK: Final = (IN_PROGRESS, REOPENED)
#: While the answer is still to come.
AWAITED: Final = (RECEIVED, ACCEPTED, IN_PROGRESS, SUPPLEMENT, REOPENED)

MACHINE: Final = Machine(
    transition("send", DRAFT, SENT),
    # The hub delivers at once, so the receipt needs nobody's hand.
    transition("receive", SENT, RECEIVED),
    transition("accept", RECEIVED, ACCEPTED),
    transition("decline", RECEIVED, DECLINED),
    transition("start", (ACCEPTED, REOPENED), IN_PROGRESS),
    transition("start", IN_PROGRESS, None),
    transition("ask-supplement", AT_WORK, SUPPLEMENT),
    transition("answer-supplement", SUPPLEMENT, IN_PROGRESS),
    transition("draft-reply", AT_WORK, None),
    transition("reply", AT_WORK, REPLIED),
    transition("decide-difference", REPLIED, None),
    transition("close", REPLIED, CLOSED),
    transition("reopen", REPLIED, REOPENED),
    transition("cancel", (DRAFT, SENT, RECEIVED), CANCELLED),
)
#: The requesting city's part; the rest is the executing city's.
OF_REQUESTER: Final = frozenset(
    {"send", "answer-supplement", "decide-difference", "close", "reopen", "cancel"}
)
#: What only a head does.
OF_HEAD: Final = frozenset({"decide-difference", "reopen"})
DECLINE_REASONS: Final = ("NOT_IN_AREA", "NO_LEGAL_BASIS", "DUPLICATE", "INCOMPLETE")

CONFIRMED, DIFFERENT, NOT_FOUND = "CONFIRMED", "DIFFERENT", "NOT_FOUND"
BIRTH_DATE: Final = "BIRTH_DATE"


def unanswered(questions: int, answers: Iterable[Mapping[str, Any]]) -> list[int]:
    """Numbers of questions without an answer, and without a reason why there is none."""
    given = {
        one["question"]
        for one in answers
        if one.get("answer") or (one.get("cannot_establish") and one.get("reason"))
    }
    return [number for number in range(1, questions + 1) if number not in given]


def verdict_of(claimed: str | None, found: str | None) -> str:
    """What an item of a personnel file comes to (人事档案认定)."""
    if not found:
        return NOT_FOUND
    return CONFIRMED if found == claimed else DIFFERENT


def needs_supervisor(findings: Sequence[Mapping[str, Any]], birth_date: str) -> bool:
    """True when the file says otherwise than was claimed, or than the ID says of the birth.

    Which of two dates wins is national policy and a head's decision, never the suite's.
    """
    return any(
        one["verdict"] == DIFFERENT
        or (one["item"] == BIRTH_DATE and one.get("found") not in (None, birth_date))
        for one in findings
    )


def result_code_of(findings: Sequence[Mapping[str, Any]]) -> str | None:
    """The outcome of a file's items in one word; None without any."""
    verdicts = {one["verdict"] for one in findings}
    if not verdicts:
        return None
    for verdict in (DIFFERENT, NOT_FOUND):
        if verdict in verdicts:
            return verdict
    return CONFIRMED
