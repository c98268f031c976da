"""What can be looked through: the interface's list, its filters, columns, and who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.console import choices
from gateway.console.forms import codes
from gateway.console.rendering import day, money
from gateway.console.texts import Texts

Options = Callable[[Texts], choices.Choices]
Shown = Callable[[Texts, dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as the interface names it; without options it is typed."""

    name: str
    label: str
    options: Options | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; the first one of a list is the link to the row's page."""

    label: str
    shown: Shown
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """One list. `personal` is the purpose it is read for, where it is about people."""

    name: str
    service: str
    collection: str
    roles: tuple[str, ...]
    filters: tuple[Filter, ...]
    columns: tuple[Column, ...]
    sorts: tuple[str, ...] = ()
    personal: str | None = None
    has_facets: bool = False
    has_export: bool = True

    @property
    def title(self) -> str:
        """The key of its title."""
        return f"searches.{self.name.replace('-', '_')}"

    @property
    def path(self) -> str:
        """Where the console shows it."""
        return f"/console/search/{self.name}"

    @property
    def api(self) -> str:
        """Where it comes from."""
        return f"/{self.service}/v1/{self.collection}"


# --- columns --------------------------------------------------------------------------------------


def plain(name: str) -> Shown:
    """As it is."""
    return lambda _t, row: str(row[name] if row[name] is not None else "")


def coded(table: str, name: str) -> Shown:
    """A code, or several, in words."""

    def show(t: Texts, row: dict[str, Any]) -> str:
        given = row[name] if isinstance(row[name], list) else [row[name]]
        words = [t.code(table, one) for one in given if one is not None]
        return ("、" if t.lang == "zh-CN" else ", ").join(words)

    return show


def placed(name: str) -> Shown:
    """A district or city by its name."""
    return lambda t, row: choices.place(t, row[name])


def dated(name: str) -> Shown:
    """A date."""
    return lambda _t, row: day(row[name])


def person(t: Texts, row: dict[str, Any]) -> str:
    """A person, masked as the interface gives them."""
    return str(row["person"]["name"])


def pay(t: Texts, row: dict[str, Any]) -> str:
    """The pay of an offer."""
    unit = t.code("code_salary_unit", row["salary_unit"])
    return f"{money(row['salary_min'])}-{money(row['salary_max'])} {unit}"


def wished_pay(_t: Texts, row: dict[str, Any]) -> str:
    """The pay somebody looks for."""
    ends = [money(row[f"expected_salary_{end}"]) for end in ("min", "max")]
    return "-".join(ends) if any(ends) else ""


def _listed(table: str, listed: choices.Choices) -> Options:
    return lambda t: choices.worded(table, listed, t)


def _states(table: str, *values: str) -> Options:
    return lambda t: [(value, t.code(table, value)) for value in values]


KEYWORD = Filter("q", "list.keyword")
CITY = Filter("owner_city", "list.city", choices.cities)
EDUCATION = Filter("edu", "searches.edu", _listed("edu", choices.EDUCATION))
LEVEL = Filter("skill_level", "searches.skill_level", _listed("skill_level", choices.LEVELS))
FIELD = Filter("field", "searches.field", _listed("fields", choices.FIELDS))
OWNER = Column("list.city", coded("city", "owner_city"))
MARKET = ("cw.emp", "supervisor.emp", "window", "auditor")
TALENT = ("cw.talent", "supervisor.talent", "window", "auditor")

POSTINGS = Search(
    "postings", "employment", "postings", ("cw.emp", "supervisor.emp", "window", "auditor"),
    filters=(
        KEYWORD,
        Filter("work_division", "searches.work_division", choices.districts),
        Filter("emp_type", "searches.emp_type", _listed("emp_type", choices.EMPLOYMENT_TYPES)),
        EDUCATION,
        Filter("target_group", "searches.group", _listed("target_groups", choices.GROUPS)),
        Filter("salary_from", "searches.salary_from"),
        Filter("occupation", "searches.occupation"),
        Filter("state", "list.state", _states(
            "posting_state", "PUBLISHED", "DRAFT", "SUBMITTED", "SUSPENDED", "REJECTED", "FILLED",
            "EXPIRED", "WITHDRAWN")),
        Filter("near", "searches.near", choices.districts),
    ),
    columns=(
        Column("searches.job_title", plain("title")),
        Column("searches.employer", plain("employer_name")),
        Column("searches.work_division", placed("work_division")),
        Column("searches.pay", pay, is_number=True),
        Column("searches.emp_type", coded("code_emp_type", "emp_type")),
        Column("searches.edu", coded("code_edu", "edu_req")),
        Column("searches.headcount", plain("headcount"), is_number=True),
        Column("list.state", coded("posting_state", "state")),
        Column("searches.valid_to", dated("valid_to")),
    ),
    sorts=("-created_at", "-published_at", "-pay", "pay", "valid_to", "distance"),
    has_facets=True,
)  # fmt: skip
SEEKERS = Search(
    "job-seekers", "employment", "job-seekers", MARKET,
    filters=(
        Filter("q", "searches.biz_no"), EDUCATION,
        Filter("group", "searches.group", _listed("target_groups", choices.GROUPS)),
        Filter("accept_city", "searches.accept_city", choices.cities),
        Filter("occupation", "searches.occupation"),
        Filter("state", "list.state", _states(
            "seeker_state", "SEEKING", "EMPLOYED", "PAUSED", "CLOSED")),
    ),
    columns=(
        Column("searches.biz_no", plain("biz_no")),
        Column("person.name", person),
        Column("searches.edu", coded("code_edu", "edu")),
        Column("searches.occupation", coded("occupation", "expected_occupations")),
        Column("searches.pay", wished_pay, is_number=True),
        Column("searches.accept_city", coded("city", "accept_cities")),
        Column("list.state", coded("seeker_state", "state")), OWNER,
    ),
    sorts=("-created_at", "created_at", "biz_no"),
    personal="EMP_MATCH",
)  # fmt: skip
TALENTS = Search(
    "talents", "talent", "talents", ("cw.talent", "supervisor.talent", "auditor"),
    filters=(
        Filter("q", "searches.major"), EDUCATION, FIELD, LEVEL,
        Filter("availability", "searches.availability", _states(
            "code_availability", "FULL", "PART", "PROJECT", "NONE")),
        Filter("employer_uscc", "searches.employer_uscc"),
    ),
    columns=(
        Column("searches.biz_no", plain("biz_no")),
        Column("person.name", person),
        Column("searches.edu", coded("code_edu", "edu")),
        Column("searches.major", plain("major")),
        Column("searches.field", coded("code_fields", "fields")),
        Column("searches.skill_level", coded("code_skill_level", "skill_level")),
        Column("searches.availability", coded("code_availability", "availability")),
        Column("list.city", coded("city", "home_city")),
    ),
    sorts=("-created_at", "created_at"),
    personal="TALENT_MOVE",
    has_export=False,
)  # fmt: skip
DEMANDS = Search(
    "talent-demands", "talent", "talent-demands", TALENT,
    filters=(
        KEYWORD, FIELD, CITY,
        Filter("state", "list.state", _states(
            "demand_state", "DRAFT", "PUBLISHED", "MATCHING", "CONTACTED", "SIGNED", "UNFILLED")),
    ),
    columns=(
        Column("searches.name", plain("title")),
        Column("searches.employer", plain("employer_name")),
        Column("searches.field", coded("code_fields", "fields")),
        Column("searches.headcount", plain("headcount"), is_number=True),
        Column("list.state", coded("demand_state", "state")), OWNER,
    ),
    sorts=("-created_at", "created_at"),
    has_export=False,
)  # fmt: skip
SCIENCE = Search(
    "science-resources", "talent", "science-resources", TALENT,
    filters=(
        KEYWORD, FIELD, CITY,
        Filter("kind", "searches.kind", _states(
            "science_kind", "UNIVERSITY", "LAB", "TEAM", "PROJECT")),
        Filter("state", "list.state", _states("science_state", "ACTIVE", "CLOSED")),
    ),
    columns=(
        Column("searches.name", plain("name")),
        Column("searches.kind", coded("science_kind", "kind")),
        Column("searches.institution", plain("institution")),
        Column("searches.field", coded("code_fields", "fields")),
        Column("list.state", coded("science_state", "state")), OWNER,
    ),
    sorts=("-created_at", "created_at"),
    has_export=False,
)  # fmt: skip
TRAINING = Search(
    "training-resources", "employment", "training-resources", MARKET,
    filters=(
        KEYWORD, CITY,
        Filter("kind", "searches.kind", _states(
            "training_kind", "COURSE", "TEACHER", "WORKSHOP", "EQUIPMENT")),
        Filter("field", "searches.field", _states("code_fields", "ELEC", "AVLOG", "OTHER")),
        LEVEL,
        Filter("division", "searches.division", choices.districts),
        Filter("state", "list.state", _states(
            "training_state", "REGISTERED", "SHARED", "WITHDRAWN")),
    ),
    columns=(
        Column("searches.name", plain("title")),
        Column("searches.kind", coded("training_kind", "kind")),
        Column("searches.field", coded("code_fields", "field")),
        Column("searches.skill_level", coded("code_skill_level", "skill_level")),
        Column("searches.hours", plain("hours"), is_number=True),
        Column("searches.division", placed("division")),
        Column("list.state", coded("training_state", "state")), OWNER,
    ),
    sorts=("-created_at", "created_at"),
)  # fmt: skip
SPACES = Search(
    "startup-spaces", "employment", "startup-spaces", MARKET,
    filters=(
        KEYWORD, CITY,
        Filter("kind", "searches.kind", _states(
            "space_kind", "INCUBATOR", "MAKERSPACE", "TECHFIRM_LAB")),
        Filter("division", "searches.division", choices.districts),
        Filter("state", "list.state", _states("space_state", "OPEN", "CLOSED")),
    ),
    columns=(
        Column("searches.name", plain("name")),
        Column("searches.kind", coded("space_kind", "kind")),
        Column("searches.operator", plain("operator")),
        Column("searches.division", placed("division")),
        Column("searches.desks", plain("desks"), is_number=True),
        Column("searches.desks_free", lambda _t, row: str(
            row["desks"] - row["desks_resident"] - row["desks_offered"]), is_number=True),
        Column("list.state", coded("space_state", "state")), OWNER,
    ),
    sorts=("-created_at", "created_at"),
)  # fmt: skip
OCCUPATIONS = Search(
    "occupations", "employment", "occupations", MARKET,
    filters=(
        KEYWORD, Filter("code", "searches.occupation"),
        Filter("edition", "searches.edition", lambda _t: list(codes("2022", "2015"))),
    ),
    columns=(
        Column("searches.occupation", plain("code")),
        Column("searches.name", plain("name")),
        Column("searches.edition", plain("edition")),
    ),
    has_export=False,
)  # fmt: skip
SEARCHES = (POSTINGS, SEEKERS, TALENTS, DEMANDS, SCIENCE, TRAINING, SPACES, OCCUPATIONS)
