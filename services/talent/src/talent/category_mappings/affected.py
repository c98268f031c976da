"""Whom the change of a mapping concerns: those recognised under the one that it replaces."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from talent.category_mappings.models import CategoryMappingLeg
from talent.category_mappings.schemas import AffectedQuery, AffectedRead
from talent.category_mappings.service import one
from talent.recognitions import views
from talent.recognitions.models import Recognition


async def affected(
    session: AsyncSession, caller: Principal, mapping_id: UUID, query: AffectedQuery
) -> Page[AffectedRead]:
    """Recognitions under the replaced mapping, what each would be under the new one, and until
    when both cities have agreed to keep it. For a mapping that replaces none: those under it."""
    mapping = await resources.load(session, one(caller, mapping_id))
    under = mapping.supersedes or mapping.id
    rows, cursor = await select_page(
        session,
        views.visible(caller).where(Recognition.mapping_id == under),
        query,
        key=Recognition.id,
        sorts={"applied_on": Recognition.applied_on},
        default="applied_on",
    )
    legs = await session.scalars(
        select(CategoryMappingLeg).where(CategoryMappingLeg.mapping_id == mapping.id)
    )
    levels = {(leg.category_id, leg.to_city): leg.granted_level for leg in legs}
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    items = [
        AffectedRead(
            recognition_id=row.id,
            recognition_no=row.biz_no,
            person=row.masked(),
            state=row.state,
            granted_level=row.granted_level,
            level_under_new=levels.get((row.category_id, row.owner_city)),
            valid_to=row.valid_to,
            grandfathered_until=row.valid_to if row.grandfathered_by == mapping.id else None,
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=cursor)
