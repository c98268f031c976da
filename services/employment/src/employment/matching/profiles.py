"""Keeps the profile that matching reads in step with the job seeker it is of."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.job_seekers.models import SEEKING, GroupTag, JobSeeker
from employment.matching.models import SeekerProfile
from hrss_kit import clock
from hrss_kit.divisions import city_of


async def refresh(session: AsyncSession, row: JobSeeker) -> None:
    """Writes what the person's conditions are now; whoever is not SEEKING has no profile."""
    await session.flush()
    if row.state != SEEKING:
        wanted = delete(SeekerProfile).where(SeekerProfile.seeker_id == row.id)
        await session.execute(wanted)
        return
    values = values_of(row, await groups_of(session, row))
    statement = insert(SeekerProfile).values(values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[SeekerProfile.seeker_id],
            set_={name: statement.excluded[name] for name in values if name != "seeker_id"},
        )
    )


def values_of(row: JobSeeker, groups: list[str]) -> dict[str, object]:
    """The columns of a profile. Only what a job may ask for is taken over."""
    places = [one for one in (row.residence_division, *row.accept_districts) if one]
    city = city_of(row.residence_division or "") or row.owner_city
    return {
        "seeker_id": row.id,
        "owner_city": row.owner_city,
        "match_cities": row.match_cities,
        "registered_at": row.created_at,
        "edu": row.edu,
        "skills": sorted({keys.skill_key(skill) for skill in row.skills}),
        "licences": sorted({keys.licence_key(one) for one in row.licences}),
        "experience_months": row.experience_months,
        "expected_occupations": row.expected_occupations,
        "monthly_min": row.expected_salary_min,
        "accept_cities": row.accept_cities,
        "city": city,
        "districts": sorted({keys.district_of(place) for place in places}),
        "groups": groups,
        "adult_from": row.adult_from,
        "keys": sorted({*keys.keys_of(row.expected_occupations, places, row.skills), f"c:{city}"}),
    }


async def groups_of(session: AsyncSession, row: JobSeeker) -> list[str]:
    """The key groups that were verified and still hold."""
    held = select(GroupTag.group_code).where(
        GroupTag.seeker_id == row.id,
        GroupTag.state == "VERIFIED",
        GroupTag.valid_to.is_(None) | (GroupTag.valid_to >= clock.today()),
    )
    return sorted(await session.scalars(held))
