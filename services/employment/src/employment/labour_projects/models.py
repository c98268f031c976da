"""Labour projects of two cities, the batches they send, and the workers in them."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, states_of
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.states import Machine, transition

DRAFT: Final = "DRAFT"
AGREED: Final = "AGREED"
ACTIVE: Final = "ACTIVE"
PROJECT_MACHINE: Final = Machine(
    # The second city's agreement makes it AGREED.
    transition("agree", DRAFT, None),
    transition("conclude", DRAFT, AGREED),
    transition("start", AGREED, ACTIVE),
    transition("complete", ACTIVE, "COMPLETED"),
    transition("terminate", (DRAFT, AGREED, ACTIVE), "TERMINATED"),
)
PLANNED: Final = "PLANNED"
DEPARTED: Final = "DEPARTED"
ARRIVED: Final = "ARRIVED"
FOLLOWUP_30: Final = "FOLLOWUP_30"
FOLLOWUP_90: Final = "FOLLOWUP_90"
AT_WORK: Final = (ARRIVED, FOLLOWUP_30, FOLLOWUP_90, "CLOSED")
BATCH_MACHINE: Final = Machine(
    transition("depart", PLANNED, DEPARTED),
    transition("confirm-arrival", DEPARTED, ARRIVED),
    transition("follow-up", ARRIVED, FOLLOWUP_30),
    transition("follow-up", FOLLOWUP_30, FOLLOWUP_90),
    transition("close", FOLLOWUP_90, "CLOSED"),
    transition("cancel", PLANNED, "CANCELLED"),
)
QUOTA: Final = "ck_labour_projects_quota_kept"
RESERVED: Final = "ck_labour_projects_reserve_kept"
ONE_WORKER: Final = "uq_dispatch_workers_person"
POVERTY: Final = "POVERTY"


class LabourProject(Lived, Base):
    """劳务协作项目: one city sends, an employer in the other receives; both cities agree."""

    __tablename__ = "labour_projects"
    __table_args__ = (
        states_of(PROJECT_MACHINE),
        CheckConstraint("ends_on > starts_on", name="period"),
        CheckConstraint("receiving_city <> sending_city", name="cities"),
        CheckConstraint("poverty_reserved BETWEEN 0 AND quota", name="reserve"),
        # Arrivals never exceed the quota, whoever confirms them and however many at once …
        CheckConstraint("arrived >= 0 AND arrived <= quota", name="quota_kept"),
        # … and places kept for people lifted out of poverty go to nobody else.
        CheckConstraint(
            "arrived_poverty BETWEEN 0 AND arrived "
            "AND arrived - arrived_poverty <= quota - poverty_reserved",
            name="reserve_kept",
        ),
        CheckConstraint("state = 'DRAFT' OR state = 'TERMINATED' OR cardinality(agreed_by) >= 2",
                        name="agreed"),
    )  # fmt: skip

    title: Mapped[str] = mapped_column(String(80))
    sending_city: Mapped[str] = mapped_column(String(6))
    sending_org: Mapped[str] = mapped_column(String(120))
    receiving_city: Mapped[str] = mapped_column(String(6))
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    work_division: Mapped[str] = mapped_column(String(12))
    occupation: Mapped[str] = mapped_column(String(12))
    quota: Mapped[int]
    poverty_reserved: Mapped[int]
    arrived: Mapped[int] = mapped_column(default=0)
    arrived_poverty: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # The cities that have agreed, in their order.
    agreed_by: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    agreed_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))


class DispatchBatch(Lived, Base):
    """输出批次: workers who travel together, or who went by themselves and were recorded."""

    __tablename__ = "dispatch_batches"
    __table_args__ = (
        states_of(BATCH_MACHINE),
        CheckConstraint("NOT organised OR project_id IS NOT NULL", name="organised"),
        CheckConstraint("to_city <> owner_city", name="cities"),
        Index("ix_dispatch_batches_project_id", "project_id"),
        Index("ix_dispatch_batches_arrived_on", "arrived_on"),
    )

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("labour_projects.id"))
    organised: Mapped[bool]
    to_city: Mapped[str] = mapped_column(String(6))
    departs_on: Mapped[date]
    departed_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))


class DispatchWorker(PersonColumns, Base):
    """输出人员: one person in one batch, and how it went with them."""

    __tablename__ = "dispatch_workers"
    __table_args__ = (UniqueConstraint("batch_id", "id_hash", name=ONE_WORKER),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch_batches.id"))
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    arrived: Mapped[bool] = mapped_column(default=False)
    # Still at work at the first and at the second follow-up.
    employed_30: Mapped[bool | None]
    employed_90: Mapped[bool | None]

    @property
    def is_poverty(self) -> bool:
        """True for whoever places are kept for."""
        return POVERTY in self.groups
