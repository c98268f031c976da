"""What a case says over the wire: requests and replies."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from hrss_kit.money import Money, money_text
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonMasked, Uscc
from hrss_kit.resources import LivingRead, ResourceRead, WithReason
from hrss_kit.validation import CrossError, RequestModel
from labor_inspection.cases.rules import BURDENING, PAYER_ROLES, is_payer_order
from labor_inspection.complaints.rules import MATTERS

DecisionKind = Literal[
    "ORDER_CORRECT", "HANDLE", "PENALTY", "DISMISS", "TRANSFER_DEPT", "TRANSFER_POLICE"
]
PaymentKind = Literal["WAGE", "COMPENSATION", "FINE"]
Relation = Literal["RELATIVE", "OWNERSHIP", "FORMER_EMPLOYMENT", "DEBT", "OTHER"]

StaffNo = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$", examples=["li-ez-01"])]
ReceiptNo = Annotated[str, Field(min_length=1, max_length=60)]
Amount = Annotated[Decimal, PlainSerializer(money_text, return_type=str, when_used="json")]


# ── requests ────────────────────────────────────────────────────────────────────────────────


class InspectorIn(RequestModel):
    """An inspector and what they declare of themselves (S01 art. 16)."""

    staff_no: StaffNo
    is_related: bool = False


class Assign(RequestModel):
    """Who investigates: at least two inspectors."""

    inspectors: Annotated[list[StaffNo | InspectorIn], Field(max_length=10)]

    def named(self) -> list[str]:
        """Each staff number once, in order."""
        numbers = (one if isinstance(one, str) else one.staff_no for one in self.inspectors)
        return list(dict.fromkeys(numbers))

    def declared(self) -> list[str]:
        """Those who say of themselves that they have an interest."""
        return [
            one.staff_no
            for one in self.inspectors
            if isinstance(one, InspectorIn) and one.is_related
        ]


class AddMatter(RequestModel):
    """A further violation that the investigation has found."""

    matter: Annotated[str, Field(json_schema_extra={"enum": list(MATTERS)}, max_length=24)]
    note: Annotated[str | None, Field(max_length=500)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """The code must be one of the list (S01 art. 11)."""
        matter = given.get("matter")
        if isinstance(matter, str) and matter.strip() not in MATTERS:
            yield CrossError(("matter",), "CODE", "不在代码表中", "is not one of the allowed codes")


class Hear(RequestModel):
    """What the employer stated, and when it was heard (S01 art. 19)."""

    heard_on: date
    statement: Annotated[str, Field(min_length=1, max_length=4000)]


class WorkerAmount(RequestModel):
    """What one worker is to be paid under an order."""

    worker_id: UUID
    amount: Money


class Payer(RequestModel):
    """Somebody on a construction site who pays, by the place in the chain."""

    role: Literal["SUBCONTRACTOR", "GENERAL_CONTRACTOR", "CLIENT"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    uscc: Uscc | None = None


class Decide(WithReason):
    """A decision. After a disobeyed order on wages `amount` is the additional compensation."""

    kind: DecisionKind
    amount: Money | None = None
    due_on: date | None = None
    worker_amounts: Annotated[list[WorkerAmount] | None, Field(max_length=500)] = None
    payer_order: Annotated[list[Payer] | None, Field(min_length=1, max_length=3)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """What each kind needs and cannot have."""
        kind, amount, due_on = given.get("kind"), given.get("amount"), given.get("due_on")
        if kind == "ORDER_CORRECT" and due_on is None:
            yield CrossError(("due_on",), "REQUIRED", "责令改正须写明期限", "is required")
        if kind in ("HANDLE", "PENALTY") and amount is None:
            yield CrossError(("amount",), "REQUIRED", "须写明金额", "is required")
        roles = _roles(given.get("payer_order"))
        if not is_payer_order(roles):
            yield CrossError(
                ("payer_order",),
                "PAYER_ORDER",
                "清偿次序应为分包单位、总包单位、建设单位",
                "must go from the subcontractor to the general contractor to the client",
            )
        if kind not in BURDENING and isinstance(kind, str):
            for name in ("amount", "due_on", "worker_amounts", "payer_order"):
                if given.get(name) is not None:
                    yield CrossError(
                        (name,), "NOT_APPLICABLE", "此类决定不适用", "does not apply to this kind"
                    )


def _roles(given: Any) -> list[str]:
    """The known roles of payers as they were sent; what else is wrong is told by the field."""
    rows = given if isinstance(given, list) else []
    roles = [one.get("role") for one in rows if isinstance(one, dict)]
    return [role for role in roles if isinstance(role, str) and role in PAYER_ROLES]


class Serve(RequestModel):
    """How an order reached the employer; without `order_id` the oldest one not yet served."""

    receipt_no: ReceiptNo
    served_on: date | None = None
    order_id: UUID | None = None


class PaymentIn(RequestModel):
    """One sum paid. A fine goes to the treasury and names no worker."""

    kind: PaymentKind = "WAGE"
    worker_id: UUID | None = None
    amount: Money
    paid_on: date
    to_own_account: bool | None = None
    account_last4: Annotated[str | None, Field(pattern=r"^[0-9]{4}$", repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Wages go to the worker's own account (S03 art. 31)."""
        if given.get("kind") == "FINE":
            for name in ("worker_id", "to_own_account", "account_last4"):
                if given.get(name) is not None:
                    yield CrossError(
                        (name,), "NOT_APPLICABLE", "罚款不适用", "does not apply to a fine"
                    )
            return
        if given.get("worker_id") is None:
            yield CrossError(("worker_id",), "REQUIRED", "必填", "is required")
        if given.get("to_own_account") is None:
            yield CrossError(("to_own_account",), "REQUIRED", "必填", "is required")
        elif given.get("to_own_account") is False:
            yield CrossError(
                ("to_own_account",),
                "OWN_ACCOUNT",
                "工资应支付至劳动者本人账户",
                "wages go to the worker's own account",
            )


class RecordPayment(RequestModel):
    """What was paid, told together: all of it counts or none."""

    payments: Annotated[list[PaymentIn], Field(min_length=1, max_length=500)]


class CheckCompliance(RequestModel):
    """For what no sum of money settles, the inspectors' finding."""

    is_corrected: bool | None = None
    note: Annotated[str | None, Field(max_length=1000)] = None


class Enforce(RequestModel):
    """The application to the court for enforcement (S03 art. 42)."""

    note: Annotated[str | None, Field(max_length=1000)] = None


class ProposeListing(RequestModel):
    """Whether a mass or extreme incident with serious bad effect came of it (S22 art. 5)."""

    is_mass_incident: bool = False
    note: Annotated[str | None, Field(max_length=1000)] = None


class CaseQuery(ListQuery):
    """Filters of the list of cases."""

    state: Annotated[str | None, Field(max_length=24)] = None
    matter: Annotated[str | None, Field(max_length=24)] = None
    linkage_id: UUID | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    filed_on_from: date | None = None
    filed_on_to: date | None = None
    is_overdue: bool | None = None


class WorkerQuery(ListQuery):
    """A page of workers holds at most a hundred people (domain §4.3)."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50


class InterestCreate(RequestModel):
    """An inspector's interest, towards an employer or a person."""

    staff_no: StaffNo
    employer_uscc: Uscc | None = None
    person_ref: Annotated[str | None, Field(pattern=r"^[0-9a-f]{24}$")] = None
    relation: Relation

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """One of the two must be there."""
        if given.get("employer_uscc") is None and given.get("person_ref") is None:
            yield CrossError(
                ("employer_uscc",), "REQUIRED", "须填写单位或人员", "or person_ref is required"
            )


class InterestQuery(ListQuery):
    """Filters of the list of interests."""

    staff_no: Annotated[str | None, Field(max_length=40)] = None


# ── replies ─────────────────────────────────────────────────────────────────────────────────


class Employer(BaseModel):
    """Whom the case is about."""

    name: str | None
    uscc: str | None


class Served(BaseModel):
    """When and how a decision reached the employer; the other city sees only the day."""

    on: date
    receipt_no: str | None
    through_assist_id: UUID | None


class DecisionRead(BaseModel):
    """A decision; the other city sees its kind, its dates and whether it was obeyed."""

    id: UUID
    number: int
    kind: DecisionKind
    state: str
    decided_on: date
    due_on: date | None
    served: Served | None
    demands: str | None = None
    amount: Amount | None = None
    payer_order: list[dict[str, str | None]] | None = None
    fine_paid: Amount | None = None
    reason: str | None = None
    decided_by: str | None = None
    checked_on: date | None = None
    compensation_from: Amount | None = None
    compensation_to: Amount | None = None


class HearingRead(BaseModel):
    """A hearing as the case file holds it."""

    model_config = ConfigDict(from_attributes=True)

    heard_on: date
    statement: str
    recorded_by: str


class ComplaintLink(BaseModel):
    """A complaint that the case answers."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    biz_no: str
    state: str


class CaseRead(LivingRead):
    """A case. What follows `overdue_on` is the file, which only the competent city reads."""

    case_no: str
    view: Literal["FILE", "STATUS"]
    receiving_city: str
    linkage_id: UUID | None
    employer: Employer
    matter: list[str]
    workers_count: int
    filed_on: date
    extended_on: date | None
    decision: DecisionRead | None
    served: Served | None
    amount_paid: Amount
    compensation_paid: Amount
    enforced_on: date | None
    listing_proposed_on: date | None
    closed_on: date | None
    reopened_on: date | None
    overdue_on: date | None
    # Told when one case is read.
    joint_case_no: str | None = None
    inspectors: list[str] | None = None
    assigned_on: date | None = None
    extension_reason: str | None = None
    hearing: HearingRead | None = None
    amount_claimed: Amount | None = None
    amount_ordered: Amount | None = None
    compensation_ordered: Amount | None = None
    months_owed_max: int | None = None
    is_migrant: bool | None = None
    closed_by: str | None = None
    orders: list[DecisionRead] | None = None
    complaints: list[ComplaintLink] | None = None


class CaseWorkerRead(BaseModel):
    """One worker of a case, masked."""

    id: UUID
    complaint_id: UUID
    person: PersonMasked
    months: int
    amount_claimed: Amount
    amount: Amount
    paid: Amount
    unpaid: Amount
    compensation: Amount
    compensation_paid: Amount


class InterestRead(ResourceRead):
    """An inspector's interest as it is kept."""

    staff_no: str
    employer_uscc: str | None
    person_ref: str | None
    relation: Relation


class EvidenceListed(BaseModel):
    """One file of the evidence list, known by its SHA-256."""

    id: UUID
    source: Literal["CASE", "ASSIST"]
    letter_no: str | None
    name: str
    sha256: str
    media_type: str
    size: int
    collected_on: date
    collected_by: list[str]


class PoliceTransfer(BaseModel):
    """A case that went to the police, with what goes with it."""

    case_id: UUID
    case_no: str
    state: Literal["TRANSFERRED_TO_POLICE"]
    transferred_on: date
    reason: str
    inspectors: list[str]
    evidences: list[EvidenceListed]
