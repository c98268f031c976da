"""Title certificates by the file: a city's register of 62 000 is taken over by a few statements.

What is new is written at once for a whole stretch; a certificate that is known as it is given is
left alone, one that is known otherwise is refused: a register is corrected by its city, row by row.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import bulk, clock, sealing
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.divisions import letters
from hrss_kit.ids import new_id
from hrss_kit.imports import Importer, Refused
from hrss_kit.problems import FieldError, Invalid, NotYourCity
from hrss_kit.timeline import TimelineEntry
from talent.title_certificates import models, rules
from talent.title_certificates.models import TitleCertificate
from talent.title_certificates.schemas import TitleCertificateCreate

TABLE = TitleCertificate.__tablename__
#: Business numbers of a day may meet their like; then others are drawn.
AGAIN = 3
SAME = ("series", "speciality", "level", "title_code", "issued_on", "path", "id_hash")

Row = dict[str, Any]


def prepare(caller: Principal, record: TitleCertificateCreate) -> Row:
    """Checks a row in itself and seals what is to be sealed."""
    if caller.city is None:
        raise NotYourCity
    person = record.person
    errors = list(
        rules.faults(
            record.series,
            record.level,
            record.title_code,
            issued_on=record.issued_on,
            doc_type=person.doc_type,
            doc_no=person.doc_no,
            today=clock.today(),
        )
    )
    if errors:
        raise Invalid(*errors)
    source = record.source_system or (caller.client_id if record.source_ref else None)
    return {
        "id": new_id(),
        **record.model_dump(exclude={"person", "source_system"}),
        "source_system": source,
        "verify_code": rules.new_verify_code(),
        "doc_type": person.doc_type,
        "id_hash": sealing.blind(person.doc_no),
        "person_name": _seal(person.name, "person_name"),
        "doc_no": _seal(person.doc_no, "doc_no"),
        "doc_original": _seal(person.doc_original, "doc_original"),
        "mobile": _seal(person.mobile, "mobile"),
    }


def _seal(value: str | None, column: str) -> bytes | None:
    return None if value is None else sealing.ring().seal(value.encode(), f"{TABLE}.{column}")


async def write(
    session: AsyncSession, caller: Principal, given: Sequence[tuple[int, Row]]
) -> list[Refused]:
    """Takes a stretch of rows over; answers with the rows that were refused."""
    left = dict(given)
    refused: list[Refused] = []
    for _ in range(AGAIN):
        if not left:
            break
        written = await _insert(session, caller, list(left.values()))
        left = {number: row for number, row in left.items() if row["id"] not in written}
        known = await _known(session, list(left.values()))
        for number, row in list(left.items()):
            entry = known.get((row["cert_no"], row["issuer_org"]))
            if entry is not None:
                del left[number]
                if entry.owner_city != caller.city or any(
                    getattr(entry, name) != row[name] for name in SAME
                ):
                    refused.append(_taken(number, "cert_no"))
    # What no number explains is taken by its reference in the sending system.
    return refused + [_taken(number, "source_ref") for number in left]


async def _insert(session: AsyncSession, caller: Principal, rows: list[Row]) -> set[UUID]:
    assert caller.city is not None, "the preparation has seen to it"
    today, now = clock.today(), clock.now()
    drawn = await session.scalars(
        text("SELECT nextval('business_numbers') FROM generate_series(1, :count)"),
        {"count": len(rows)},
    )
    for row, number in zip(rows, drawn.all(), strict=True):
        row["biz_no"] = format_number("TA", letters(caller.city), today, number)
    shared = {
        "owner_city": caller.city,
        "state": models.VALID,
        "version": 1,
        "created_at": now,
        "created_by": caller.actor,
        "updated_at": now,
        "updated_by": caller.actor,
    }
    written: set[UUID] = await bulk.insert_rows(
        session, TitleCertificate, rows, shared=shared, ignore_conflicts=True
    )
    entries = [{"id": new_id(), "subject_id": row["id"]} for row in rows if row["id"] in written]
    told = {
        "at": now,
        "actor": caller.actor,
        "org_id": caller.org_id,
        "city": caller.city,
        "action": "register",
        "to_state": models.VALID,
    }
    await bulk.insert_rows(session, TimelineEntry, entries, shared=told)
    return written


async def _known(session: AsyncSession, rows: list[Row]) -> dict[tuple[str, str], TitleCertificate]:
    keys = [(row["cert_no"], row["issuer_org"]) for row in rows]
    if not keys:
        return {}
    found = await session.scalars(
        select(TitleCertificate).where(
            tuple_(TitleCertificate.cert_no, TitleCertificate.issuer_org).in_(keys)
        )
    )
    return {(one.cert_no, one.issuer_org): one for one in found}


def _taken(number: int, field: str) -> Refused:
    return Refused(
        number,
        FieldError(
            field=field,
            code="DUPLICATE",
            message_zh="已有内容不同的同号记录",
            message_en="is known already with other contents",
        ),
    )


IMPORTER = Importer(
    name="title_certificates", model=TitleCertificateCreate, prepare=prepare, write=write
)
