"""A posting and its life. No HTTP, no queries."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from employment.codes import EMPLOYMENT_TYPES
from employment.db import Base
from hrss_kit.db import Resource
from hrss_kit.states import Machine, transition

DRAFT: Final = "DRAFT"
SUBMITTED: Final = "SUBMITTED"
PUBLISHED: Final = "PUBLISHED"
SUSPENDED: Final = "SUSPENDED"
REJECTED: Final = "REJECTED"
FILLED: Final = "FILLED"
EXPIRED: Final = "EXPIRED"
WITHDRAWN: Final = "WITHDRAWN"
STATES: Final = (
    DRAFT, SUBMITTED, PUBLISHED, SUSPENDED, REJECTED, FILLED, EXPIRED, WITHDRAWN,
)  # fmt: skip
CHANGEABLE: Final = (DRAFT, SUBMITTED, PUBLISHED)
LIVE: Final = (DRAFT, SUBMITTED, PUBLISHED, SUSPENDED)

MACHINE: Final = Machine(
    transition("submit", DRAFT, SUBMITTED),
    transition("publish", SUBMITTED, PUBLISHED),
    transition("reject", SUBMITTED, REJECTED),
    transition("suspend", PUBLISHED, SUSPENDED),
    transition("resume", SUSPENDED, PUBLISHED),
    transition("fill", PUBLISHED, FILLED),
    transition("withdraw", (PUBLISHED, SUSPENDED), WITHDRAWN),
    transition("expire", PUBLISHED, EXPIRED),
)
#: What is searched.
WORDS: Final = "(title || ' ') || duties"
NOT_TWICE: Final = "ex_postings_not_twice"
ONE_PER_SOURCE: Final = "uq_postings_source"


def _one_of(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


class Posting(Resource, Base):
    """A job on offer (岗位). It belongs to the city of the work place, not of the employer."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("emp_type", EMPLOYMENT_TYPES), name="emp_type"),
        CheckConstraint(_one_of("salary_unit", ("MONTH", "DAY", "HOUR", "PIECE")), name="unit"),
        CheckConstraint("salary_max >= salary_min", name="salary"),
        CheckConstraint("headcount BETWEEN 1 AND 999", name="headcount"),
        CheckConstraint("filled BETWEEN 0 AND headcount", name="filled"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        # The same job is not offered twice at a time, unless it says that it is a repost.
        ExcludeConstraint(
            ("employer_id", "="),
            ("occupation", "="),
            ("work_division", "="),
            ("title_key", "="),
            (literal_column("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=text(f"{_one_of('state', LIVE)} AND repost_of IS NULL"),
            using="gist",
            name=NOT_TWICE,
        ),
        Index(
            ONE_PER_SOURCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        Index("ix_postings_words", text(f"bigrams({WORDS})"), postgresql_using="gin"),
        Index(
            "ix_postings_match_keys",
            "match_keys",
            postgresql_using="gin",
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index(
            "ix_postings_newest",
            "published_at",
            "id",
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index(
            "ix_postings_pay",
            "monthly_max",
            "id",
            postgresql_where=text("state = 'PUBLISHED'"),
        ),
        Index("ix_postings_created", "created_at", "id"),
        Index("ix_postings_state_created", "owner_city", "state", "created_at"),
        Index("ix_postings_expiring", "valid_to", postgresql_where=text("state = 'PUBLISHED'")),
    )

    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    title: Mapped[str] = mapped_column(String(40))
    title_key: Mapped[str] = mapped_column(String(80))
    occupation: Mapped[str] = mapped_column(String(12), index=True)
    headcount: Mapped[int]
    filled: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    emp_type: Mapped[str] = mapped_column(String(12))
    work_division: Mapped[str] = mapped_column(String(12), index=True)
    work_address: Mapped[str] = mapped_column(String(200))
    duties: Mapped[str] = mapped_column(String(2000))
    edu_req: Mapped[str | None] = mapped_column(String(2))
    edu_mandatory: Mapped[bool] = mapped_column(default=False)
    exp_years_req: Mapped[int | None]
    skills_req: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    skill_level_req: Mapped[str | None] = mapped_column(String(2))
    licences_req: Mapped[list[str]] = mapped_column(
        ARRAY(String(40)), default=list, server_default=text("'{}'")
    )
    is_hazardous: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    salary_min: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    salary_max: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    salary_unit: Mapped[str] = mapped_column(String(5))
    # Pay a month, by which postings are compared; none for piece work.
    monthly_min: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    monthly_max: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    working_hours: Mapped[str | None] = mapped_column(String(200))
    target_groups: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    contact: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    share_with: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    origin_channel: Mapped[str] = mapped_column(String(10))
    repost_source: Mapped[str | None] = mapped_column(String(120))
    repost_of: Mapped[UUID | None] = mapped_column(ForeignKey("postings.id"))
    # Of a posting for several places: the first one that was made with it.
    split_of: Mapped[UUID | None] = mapped_column(ForeignKey("postings.id"), index=True)
    # What it is found by in matching (employment.keys).
    match_keys: Mapped[list[str]] = mapped_column(
        ARRAY(String(60)), default=list, server_default=text("'{}'")
    )
    # Terms a caseworker has found lawful here: [{"term", "reason", "marked_by"}].
    lawful_terms: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    made_in: Mapped[str | None] = mapped_column(String(6))
    submitted_by: Mapped[str | None] = mapped_column(String(80))
    published_at: Mapped[datetime | None]
    # What the other city counts by: 1 at first publication, one more with each change after it.
    public_version: Mapped[int] = mapped_column(default=0)
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(2000))

    @property
    def audience(self) -> list[str]:
        """The cities that hear of it."""
        return sorted({self.owner_city, *self.share_with})
