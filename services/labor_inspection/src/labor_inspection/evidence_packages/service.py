"""Puts together what a case consists of, signed, so that a tribunal can check it offline."""

import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.file_store import FileLost
from hrss_kit.file_types import ENDINGS
from hrss_kit.files import FileUnavailable
from hrss_kit.ids import new_id
from hrss_kit.sealing import CannotOpen
from hrss_kit.signatures import Signer
from hrss_kit.stored_files import StoredFile, content
from labor_inspection.assist_requests.models import (
    AssistEvidence,
    AssistRequest,
    CustodyEntry,
)
from labor_inspection.assist_requests.schemas import CustodyRead
from labor_inspection.cases import views
from labor_inspection.cases.models import Case, CaseOrder, CasePayment, Hearing
from labor_inspection.cases.schemas import HearingRead
from labor_inspection.cases.service import workers_of
from labor_inspection.complaints.models import Complaint
from labor_inspection.evidence_packages import rules
from labor_inspection.evidence_packages.models import EvidencePackage
from labor_inspection.evidence_packages.schemas import Manifest, ManifestEntry
from labor_inspection.evidences import service as evidences
from labor_inspection.evidences.models import CaseCustody, CaseEvidence
from labor_inspection.evidences.schemas import CaseCustodyRead

KEYS = "/labor-inspection/v1/keys"
#: Zip's first day: the bytes do not depend on when they are written.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
NAMED = "COMPLAINT"


@dataclass(frozen=True, slots=True)
class Package:
    """A package before it is written."""

    case_no: str
    manifest_sha256: str
    documents: dict[str, bytes]
    files: dict[str, StoredFile]


async def build(session: AsyncSession, caller: Principal, signer: Signer, case_id: UUID) -> Package:
    """Everything on the case's file, for one of the case's people."""
    case = await evidences.case_of(session, caller, case_id)
    letters = await _letters(session, case)
    documents: dict[str, bytes] = {}
    files: dict[str, StoredFile] = {}
    names: dict[str, str] = {}
    orders = (await views.orders_of(session, case.id))[case.id]
    payments = await _all(session, CasePayment, CasePayment.case_id == case.id)
    custody = await _custody(session, case, letters, files, names)
    documents["case.json"] = rules.written(await _case(session, case))
    documents["timeline.json"] = rules.written(await _timeline(session, case, letters))
    documents["receipts.json"] = rules.written(_receipts(orders, letters, payments))
    documents["custody.json"] = rules.written(custody)
    for name, told in await _documents(session, case, orders, letters):
        documents[f"documents/{name}.json"] = rules.written(told)
    exchange().note(fields=["evidence-package", *(f"file:{one.id}" for one in files.values())])
    return await _signed(session, caller, signer, case, documents, files, names)


async def _signed(
    session: AsyncSession,
    caller: Principal,
    signer: Signer,
    case: Case,
    documents: dict[str, bytes],
    files: dict[str, StoredFile],
    names: dict[str, str],
) -> Package:
    rows = [
        *({"path": path, "sha256": rules.digest(data), "size": len(data)}
          for path, data in documents.items()),
        *({"path": path, "sha256": one.sha256, "size": one.size} for path, one in files.items()),
    ]  # fmt: skip
    rows.sort(key=lambda row: str(row["path"]))
    named = [{**row, "name": names.get(str(row["path"]))} for row in rows]
    documents[rules.INDEX] = page = rules.index(case.biz_no, named, KEYS)
    rows.insert(0, {"path": rules.INDEX, "sha256": rules.digest(page), "size": len(page)})
    manifest = Manifest(
        format=rules.FORMAT,
        case_no=case.biz_no,
        city=case.owner_city,
        entries=[ManifestEntry.model_validate(row) for row in rows],
    )
    listed = rules.written(manifest.model_dump())
    signature = await _signature(session, caller, signer, case, listed)
    first = {rules.MANIFEST: listed, rules.SIGNATURE: signature.encode() + b"\n"}
    return Package(case.biz_no, rules.digest(listed), {**first, **documents}, files)


async def _signature(
    session: AsyncSession, caller: Principal, signer: Signer, case: Case, listed: bytes
) -> str:
    """The signature over this state, made when it is first asked for."""
    values = {
        "id": new_id(),
        "case_id": case.id,
        "manifest_sha256": rules.digest(listed),
        "signature": signer.sign_detached(listed, typ=rules.SIGNATURE_TYPE),
        "created_at": clock.now(),
        "created_by": caller.actor,
    }
    await session.execute(insert(EvidencePackage).values(values).on_conflict_do_nothing())
    kept = await session.scalar(
        select(EvidencePackage.signature).where(
            EvidencePackage.case_id == case.id,
            EvidencePackage.manifest_sha256 == values["manifest_sha256"],
        )
    )
    return str(kept)


# ── what stands in it ───────────────────────────────────────────────────────────────────────


async def _all(session: AsyncSession, model: Any, *conditions: Any) -> Sequence[Any]:
    rows = await session.scalars(select(model).where(*conditions).order_by(model.id))
    return rows.all()


async def _letters(session: AsyncSession, case: Case) -> Sequence[AssistRequest]:
    return await _all(
        session,
        AssistRequest,
        AssistRequest.case_id == case.id,
        AssistRequest.replied_on.is_not(None),
    )


def _json(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")


def _columns(row: object, *names: str) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    return {name: None if value is None else _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | list | dict) else str(value)


async def _case(session: AsyncSession, case: Case) -> dict[str, Any]:
    complaints = await _all(session, Complaint, Complaint.case_id == case.id)
    workers = await workers_of(session, case.id)
    people = await views.people_of(session, workers)
    exchange().note(person_refs=[people[row.id].person_ref or "" for row in workers])
    return {
        **_columns(
            case, "biz_no", "owner_city", "receiving_city", "state", "employer_name",
            "employer_uscc", "matter", "workers_count", "months_owed_max", "filed_on",
            "inspectors", "assigned_on", "extended_on", "heard_on", "amount_claimed",
            "amount_ordered", "amount_paid", "compensation_ordered", "compensation_paid",
            "enforced_on", "listing_proposed_on", "closed_on", "reopened_on",
        ),
        # Who complained is told to nobody (举报人保密); who reported not even by what they wrote.
        "complaints": [
            {
                **_columns(one, "biz_no", "kind", "channel", "received_on", "receiving_city"),
                "facts": one.facts if one.kind == NAMED else None,
            }
            for one in complaints
        ],
        "workers": [_json(views.worker_read(row, people[row.id])) for row in workers],
    }  # fmt: skip


async def _timeline(
    session: AsyncSession, case: Case, letters: Sequence[AssistRequest]
) -> dict[str, Any]:
    complaints = await _all(
        session, Complaint, Complaint.case_id == case.id, Complaint.kind == NAMED
    )
    told = {case.biz_no: case.id}
    told |= {one.biz_no: one.id for one in (*complaints, *letters)}
    return {
        number: _json(await timeline.of(session, subject_id))["items"]
        for number, subject_id in told.items()
    }


def _receipts(
    orders: Sequence[CaseOrder],
    letters: Sequence[AssistRequest],
    payments: Sequence[CasePayment],
) -> dict[str, Any]:
    return {
        "services": [
            _columns(
                one, "number", "kind", "decided_on", "served_on", "receipt_no", "through_assist_id"
            )
            for one in orders
        ],
        "letters": [
            _columns(
                one, "biz_no", "kind", "executing_city", "sent_on", "received_on", "accepted_on",
                "inspectors", "replied_on", "replied_by", "served_on", "receipt_no", "closed_on",
            )
            for one in letters
        ],
        "payments": [
            _columns(one, "kind", "worker_id", "amount", "paid_on", "recorded_on", "recorded_by")
            for one in payments
        ],
    }  # fmt: skip


async def _documents(
    session: AsyncSession,
    case: Case,
    orders: Sequence[CaseOrder],
    letters: Sequence[AssistRequest],
) -> list[tuple[str, dict[str, Any]]]:
    hearings = await _all(session, Hearing, Hearing.case_id == case.id)
    heard = [
        (f"hearing-{number}", _json(HearingRead.model_validate(one)))
        for number, one in enumerate(hearings, 1)
    ]
    decided = [
        (
            f"decision-{one.number}",
            _columns(
                one, "number", "round", "kind", "demands", "state", "amount", "payer_order",
                "fine_paid", "due_on", "reason", "decided_on", "decided_by", "checked_on",
                "compensation_from", "compensation_to",
            ),
        )
        for one in orders
    ]  # fmt: skip
    answered = [
        (
            f"letter-{one.biz_no}",
            _columns(one, "biz_no", "kind", "request", "questions", "result", "answers"),
        )
        for one in letters
    ]
    return [*heard, *decided, *answered]


async def _custody(
    session: AsyncSession,
    case: Case,
    letters: Sequence[AssistRequest],
    files: dict[str, StoredFile],
    names: dict[str, str],
) -> list[dict[str, Any]]:
    """The way of each piece, and by the way the files themselves."""
    own = await _all(session, CaseEvidence, CaseEvidence.case_id == case.id)
    sent = await _all(
        session, AssistEvidence, AssistEvidence.request_id.in_(one.id for one in letters)
    )
    ids = [one.file_id for one in (*own, *sent) if one.file_id]
    kept = {one.id: one for one in await _all(session, StoredFile, StoredFile.id.in_(ids))}
    told = []
    kinds: list[tuple[Any, Any, Any]] = [
        *((one, CaseCustody, CaseCustodyRead) for one in own),
        *((one, CustodyEntry, CustodyRead) for one in sent),
    ]
    for one, entries, shape in kinds:
        path = None
        if (file := kept.get(one.file_id)) is not None:
            path = f"files/{one.id}.{ENDINGS[one.media_type]}"
            files[path], names[path] = file, one.name
        way = await _all(session, entries, entries.evidence_id == one.id)
        told.append(
            {
                **_columns(
                    one, "name", "sha256", "media_type", "size", "collected_on", "collected_by"
                ),
                "path": path,
                "custody": [_json(shape.model_validate(entry)) for entry in way],
            }
        )
    return told


# ── how it is written ───────────────────────────────────────────────────────────────────────


async def check_files(package: Package) -> None:
    """503 before the first byte when a file is not there: half a package is worse than none."""
    for file in package.files.values():
        pieces = content(file)
        try:
            await anext(pieces)
        except (FileLost, CannotOpen, OSError) as error:
            raise FileUnavailable from error


class _Outlet:
    """What the archive writes to: bytes to be sent on, nothing to go back to."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """Takes bytes."""
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        """What has come since the last time."""
        data, self._held = bytes(self._held), bytearray()
        return data


async def written(package: Package) -> AsyncIterator[bytes]:
    """The archive piece by piece; no file is ever whole in memory."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for path, data in package.documents.items():
            archive.writestr(_entry(path), data)
            yield outlet.take()
        for path, file in sorted(package.files.items()):
            with archive.open(_entry(path), "w") as part:
                async for piece in content(file):
                    part.write(piece)
                    yield outlet.take()
    yield outlet.take()


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, FIRST_DAY)
    entry.external_attr, entry.create_system = 0o644 << 16, 3
    return entry
