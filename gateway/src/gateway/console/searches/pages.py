"""The pages of the searches, and their files."""

from typing import Any

from starlette.responses import Response

from gateway.console import choices, links, refusals
from gateway.console.pages import Handler, Pages
from gateway.console.searches.kinds import SEARCHES, Search
from gateway.console.texts import Texts
from gateway.console.visit import Visit

PAGES = Pages()
ROWS = 50
# Facets of the interface: the filter that a value narrows to, and its words.
FACETS = (
    ("work_division", "work_division", "searches.work_division"),
    ("occupation", "occupation", "searches.occupation"),
    ("emp_type", "emp_type", "searches.emp_type"),
    ("edu_req", "edu_req", "searches.edu"),
    ("target_groups", "target_group", "searches.group"),
    # Bands by the highest pay; no filter of the interface is exactly that.
    ("salary", "", "searches.pay"),
)
WORDS = {
    "emp_type": "code_emp_type", "edu_req": "code_edu", "target_groups": "code_target_groups",
}  # fmt: skip
FORMATS = ("csv", "xlsx")
MOST_VALUES = 8


def asked(visit: Visit, search: Search, *more: str) -> dict[str, str]:
    """The filters of the address that this list knows."""
    known = {one.name for one in search.filters} | {"sort", *more}
    if search.has_facets:
        known |= {"edu_req"}
    return {name: value for name, value in visit.query.items() if name in known}


def purpose_of(visit: Visit, search: Search) -> str | None:
    """What people are looked through for."""
    return "AUDIT" if search.personal and "auditor" in visit.who.held else search.personal


def _page(search: Search) -> Handler:
    async def show(visit: Visit) -> Response:
        values = asked(visit, search, "cursor")
        wanted: dict[str, Any] = {**values, "limit": ROWS}
        if search.has_facets and "cursor" not in values:
            wanted["facets"] = "true"
        found = await visit.api.read(search.api, wanted, purpose=purpose_of(visit, search))
        t = visit.t
        filters = [
            (one.name, t(one.label), one.options(t) if one.options else None)
            for one in search.filters
        ]
        if "edu_req" in values:
            filters.append(
                ("edu_req", t("searches.edu_req"), choices.worded("edu", choices.EDUCATION, t))
            )
        if search.sorts:
            orders = [(one, t.code("sort", one)) for one in search.sorts]
            filters.append(("sort", t("searches.sort"), orders))
        rows = [
            (
                links.case(search.collection, str(row.get("id", ""))),
                [(column, column.shown(t, row)) for column in search.columns],
            )
            for row in found["items"]
        ]
        return await visit.render(
            "searches/list.html",
            search=search,
            values=values,
            filters=filters,
            rows=rows,
            next_cursor=found["next_cursor"],
            facets=_facets(t, found.get("facets")),
            formats=FORMATS if search.has_export else (),
        )

    show.__doc__ = f"{search.api}, a page at a time."
    return show


def _facets(t: Texts, found: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the found rows could be narrowed to, with how many that would be."""
    if found is None:
        return None
    groups = []
    for name, filtered, label in FACETS:
        values = []
        for one in found[name][:MOST_VALUES]:
            value = str(one["value"])
            if name == "work_division":
                words = choices.place(t, value)
            elif name == "salary":
                words = value
            else:
                words = t.code(WORDS.get(name, name), value)
            values.append((value, words, one["count"]))
        if values:
            groups.append((filtered, t(label), values))
    return {"total": found["total"], "is_exact": found["is_exact"], "groups": groups}


def _file(search: Search) -> Handler:
    async def export(visit: Visit) -> Response:
        wanted = {
            name: value for name, value in asked(visit, search).items() if name not in ("near",)
        }
        if wanted.get("sort") == "distance":
            del wanted["sort"]
        wish = visit.query.get("format", "")
        answer = await visit.api.get(
            f"{search.api}/export",
            {**wanted, "format": wish if wish in FORMATS else FORMATS[0]},
            purpose=purpose_of(visit, search),
            case_no=visit.query.get("case_no"),
        )
        if not answer.is_ok:
            return await refusals.told(visit, answer, back=search.path)
        return visit.download(answer)

    export.__doc__ = f"{search.api} as a file, with the same filters."
    return export


for place, one in enumerate(SEARCHES):
    PAGES.page(one.path, title=one.title, roles=one.roles, group="search", order=10 + place)(
        _page(one)
    )
    if one.has_export:
        PAGES.page(f"{one.path}/export", title=one.title, roles=one.roles)(_file(one))
