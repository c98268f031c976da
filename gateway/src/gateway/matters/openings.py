"""What the gateway asks of a service for a step of a matter, and what its states mean. Pure.

A step is a call of the service's public interface, made in the city and in the name of whoever
began the matter. What becomes of it is read from the resource's own timeline.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JsonObject = dict[str, Any]
INSTANT: Final = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a body is made of: the number, the city, the person in full, the form."""

    number: str
    city: str
    online: bool
    person: Mapping[str, str | None]
    form: Mapping[str, Any]
    verification_id: str | None = None
    #: The matter's id: a journey that a service's part begins is known by it as well.
    journey_id: str | None = None

    @property
    def pair(self) -> JsonObject:
        """Name and number."""
        return {"name": self.person["name"], "doc_no": self.person["doc_no"]}

    def some(self, *names: str) -> JsonObject:
        """The named fields of the form, those that were given."""
        return {name: self.form[name] for name in names if self.form.get(name) is not None}


def _always(_facts: Facts) -> bool:
    return True


def _own_city(facts: Facts) -> str:
    return facts.city


def _by_id(answer: Mapping[str, Any]) -> bool:
    return answer.get("id") is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """One kind of step. `done` and `refused` are states of the resource; INSTANT: done at once."""

    member: str
    collection: str
    title_zh: str
    title_en: str
    body: Callable[[Facts], JsonObject]
    done: frozenset[str] = INSTANT
    refused: frozenset[str] = frozenset()
    city: Callable[[Facts], str] = _own_city
    when: Callable[[Facts], bool] = _always
    purpose: str | None = None
    #: A look-up leaves no resource; it is done when this says so, else looked at again.
    settled: Callable[[Mapping[str, Any]], bool] = _by_id
    is_lookup: bool = False
    #: Events of the member after which the resource is read again.
    events: tuple[str, ...] = field(default=())

    @property
    def path(self) -> str:
        """Where it is opened."""
        return f"/{self.member.replace('_', '-')}/v1/{self.collection}"


def _person(facts: Facts) -> JsonObject:
    return {name: value for name, value in facts.person.items() if value is not None}


def _transfer(facts: Facts) -> JsonObject:
    return {
        "person": _person(facts),
        "apply_channel": "WEB" if facts.online else "WINDOW",
        **facts.some("kind", "from_city", "to_city", "hukou_division", "reason"),
        **({"verification_id": facts.verification_id} if facts.verification_id else {}),
    }


def _link(facts: Facts) -> JsonObject:
    made = _transfer(facts) | facts.some("retire_kind")
    return made | {
        "kind": facts.form["link"],
        "from_city": facts.form.get("from_city", facts.city),
        "to_city": facts.form.get("to_city", facts.city),
    }


def _seeker(facts: Facts) -> JsonObject:
    made = facts.some(
        "edu",
        "major",
        "skills",
        "expected_occupations",
        "expected_salary_min",
        "accept_cities",
        "residence_division",
    )
    others = [city for city in facts.form["accept_cities"] if city != facts.city]
    if facts.form.get("consent_emp_match") and others:
        made["consents"] = [{"purpose": "EMP_MATCH", "cities": others}]
    return {"person": _person(facts), **made, **_reference(facts)}


def _reference(facts: Facts) -> JsonObject:
    return {"source_system": "gateway", "source_ref": facts.number}


def _title(facts: Facts) -> JsonObject:
    given = facts.form.get("title")
    of_one_thing = isinstance(given, Mapping)
    form = dict(given) if isinstance(given, Mapping) else dict(facts.form)
    if of_one_thing and facts.form.get("to_city"):
        form["receiving_city"] = facts.form["to_city"]
    return {"person": _person(facts), **form, **_reference(facts)}


def _title_city(facts: Facts) -> str:
    wanted = facts.form.get("receiving_city") or facts.form.get("to_city")
    return str(wanted or facts.city)


def _title_wanted(facts: Facts) -> bool:
    return "cert_no" in facts.form or isinstance(facts.form.get("title"), Mapping)


def _move(facts: Facts) -> JsonObject:
    return {
        "person": _person(facts),
        **facts.some(
            "from_city", "to_city", "employer_name", "employer_uscc", "contract_signed_on", "note"
        ),
        **({} if _title_wanted(facts) else {"not_needed": ["TITLE_RECOGNITION"]}),
        **({"journey_id": facts.journey_id} if facts.journey_id else {}),
        **_reference(facts),
    }


def _card_request(facts: Facts) -> JsonObject:
    return {
        "person": _person(facts),
        "proof": facts.pair,
        **facts.some("kind", "delivery", "delivery_address", "damage_proof", "correction"),
    }


def _complaint(facts: Facts) -> JsonObject:
    form = facts.form
    place = {"division": form["work_division"], "address": form["work_address"]}
    if form.get("project_name"):
        place["project_name"] = form["project_name"]
    is_wages = "matter" not in form
    return {
        "kind": "COMPLAINT",
        "channel": "WEB" if facts.online else "WINDOW",
        "complainant": _person(facts),
        "is_migrant": True if is_wages else bool(form.get("is_migrant")),
        "work_place": place,
        "matter": ["WAGE.ARREARS"] if is_wages else form["matter"],
        **facts.some(
            "employer_name", "employer_uscc", "facts", "period_from", "period_to", "amount_claimed"
        ),
        **({"verification_id": facts.verification_id} if facts.verification_id else {}),
        **_reference(facts),
    }


def _payable(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get("payable"))


TRANSFER_EVENTS: Final = tuple(
    f"si.transfer.{word}.v1"
    for word in ("letter_sent", "out_sent", "completed", "rejected", "returned", "withdrawn",
                 "disputed")
)  # fmt: skip
CARD_EVENTS: Final = (
    "card.activated.v1",
    "card.restored.v1",
    "card.unlocked.v1",
    "card.lost.v1",
    "card.delivered.v1",
)

OPENINGS: Final[Mapping[str, Opening]] = {
    "si.transfer": Opening(
        "social_insurance",
        "transfer-cases",
        "社保关系转移",
        "relation moved",
        _transfer,
        done=frozenset({"COMPLETED"}),
        refused=frozenset({"REJECTED", "WITHDRAWN"}),
        events=TRANSFER_EVENTS,
    ),
    "si.link": Opening(
        "social_insurance",
        "transfer-cases",
        "城乡养老保险制度衔接",
        "pension schemes linked",
        _link,
        done=frozenset({"COMPLETED"}),
        refused=frozenset({"REJECTED", "WITHDRAWN"}),
        when=lambda facts: facts.form.get("link") is not None,
        events=TRANSFER_EVENTS,
    ),
    "si.retirement": Opening(
        "social_insurance",
        "retirement-estimates",
        "退休时间与待遇条件测算",
        "retirement computed",
        lambda facts: {"person": _person(facts), **facts.some("retire_kind")},
    ),
    "emp.seeker": Opening(
        "employment", "job-seekers", "求职登记", "registered as looking for work", _seeker
    ),
    "talent.title": Opening(
        "talent",
        "title-recognitions",
        "职称互认",
        "title recognised",
        _title,
        done=frozenset({"GRANTED", "NOT_REQUIRED"}),
        refused=frozenset(
            {"REFUSED_REVOKED", "REFUSED_SCOPE", "REFUSED_SERIES", "REFUSED_ISSUER", "WITHDRAWN",
             "LAPSED", "REVOKED"}
        ),
        city=_title_city,
        when=_title_wanted,
        events=(
            "talent.recognition.verified.v1",
            "talent.recognition.granted.v1",
            "talent.recognition.revoked.v1",
        ),
    ),
    "talent.move": Opening(
        "talent",
        "moves",
        "人才流动",
        "move of a talent",
        _move,
        done=frozenset({"DONE"}),
        refused=frozenset({"CANCELLED"}),
        city=lambda facts: str(facts.form.get("to_city") or facts.city),
        events=("talent.move.item_done.v1", "talent.move.done.v1"),
    ),
    "card.request": Opening(
        "card",
        "card-service-requests",
        "社会保障卡业务",
        "card service",
        _card_request,
        done=frozenset({"DONE"}),
        refused=frozenset({"REFUSED", "CANCELLED"}),
        events=CARD_EVENTS,
    ),
    "card.account": Opening(
        "card",
        "payment-account-lookups",
        "社会保障卡账户可发放",
        "card account good for payment",
        lambda facts: facts.pair,
        purpose="BENEFIT_PAY",
        settled=_payable,
        is_lookup=True,
        events=CARD_EVENTS,
    ),
    "li.complaint": Opening(
        "labor_inspection",
        "complaints",
        "劳动保障监察投诉",
        "complaint to labour inspection",
        _complaint,
        done=frozenset({"CLOSED"}),
        refused=frozenset({"NOT_ACCEPTED"}),
        events=(
            "li.complaint.forwarded.v1",
            "li.complaint.accepted.v1",
            "li.complaint.not_accepted.v1",
            "li.case.decided.v1",
            "li.case.closed.v1",
        ),
    ),
}  # fmt: skip
