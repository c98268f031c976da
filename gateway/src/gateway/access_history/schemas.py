"""What an access history says over the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hrss_kit.pagination import Cursor, Page


class AccessHistoryQuery(BaseModel):
    """Which part of the history; whose it is an auditor only has to say."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = Field(default=None, description="The first instant not meant")
    purpose: Annotated[str | None, Field(pattern="^[A-Z_]{1,40}$")] = None
    person_ref: Annotated[str | None, Field(pattern="^[0-9a-f]{24}$")] = Field(
        default=None, description="For an auditor: the blind reference of the person meant"
    )


class AccessHistoryEntry(BaseModel):
    """Who looked at a person's data or changed it, when, where, what for, and which fields."""

    id: UUID
    at: datetime
    service: str
    city: str | None
    org_id: str | None
    actor: str = Field(description="Staff number of a person, or the name of a system")
    roles: list[str]
    purpose: str | None
    purpose_zh: str | None
    purpose_en: str | None
    operation: str
    fields: list[str]
    result: str = Field(description="OK, or the code under which it was refused")
    client_id: str | None = Field(description="For an auditor")
    case_no: str | None = Field(description="For an auditor")
    subject: str | None = Field(description="For an auditor: the resource's number")


class AccessHistory(Page[AccessHistoryEntry]):
    """A page, newest first.

    A service that did not answer is named in `incomplete`: its entries are not on this page and
    come on a later one; there is a next page until everybody has been heard.
    """

    incomplete: list[str]
