"""Work places in both cities: one complaint for each city, tied by one linkage (domain §2.4)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import numbering
from hrss_kit.ids import new_id
from labor_inspection.complaints import collective, journey, rules
from labor_inspection.complaints.models import RECEIVED, Complaint, ComplaintWorker
from labor_inspection.complaints.schemas import WorkPlaceIn


async def in_other_cities(
    session: AsyncSession, complaint: Complaint, places: Sequence[WorkPlaceIn]
) -> list[Complaint]:
    """A complaint for each further city in which the same employer had work done.

    The money stays with the first, or it would be claimed twice; the handlers divide it.
    """
    made: list[Complaint] = []
    for place in places:
        city = rules.city_taking_part(place.division)
        if city is None or city in {
            complaint.competent_city,
            *(one.competent_city for one in made),
        }:
            continue
        if complaint.linkage_id is None:
            complaint.linkage_id = await collective.open_linkage(
                session, "TWO_CITIES", complaint.received_on
            )
        made.append(await _sibling(session, complaint, place))
    session.add_all(made)
    return made


async def _sibling(session: AsyncSession, first: Complaint, place: WorkPlaceIn) -> Complaint:
    today = first.received_on
    sibling = Complaint(
        id=new_id(),
        biz_no=await numbering.next_number(session, "LI", first.receiving_city, today),
        state=RECEIVED,
        received_on=today,
        amount_claimed=None,
        months_owed_max=first.months_owed_max,
        missing=[],
        **{name: getattr(first, name) for name in _SHARED},
        workers=[_listed_too(one) for one in first.workers],
        representatives=[],
    )
    journey.place_work(sibling, place)
    return sibling


_PERSON: Final = ("doc_type", "id_hash", "person_name", "doc_no", "doc_original", "mobile")
_SHARED: Final = (
    *_PERSON,
    "kind",
    "channel",
    "station_id",
    "is_migrant",
    "employer_name",
    "employer_key",
    "employer_uscc",
    "employer_division",
    "matter",
    "facts",
    "period_from",
    "period_to",
    "workers_count",
    "other_procedure",
    "verification_id",
    "card_verified",
    "receiving_city",
    "receiving_org_id",
    "linkage_id",
)


def _listed_too(worker: ComplaintWorker) -> ComplaintWorker:
    person = {name: getattr(worker, name) for name in _PERSON}
    return ComplaintWorker(position=worker.position, months=worker.months, **person)
