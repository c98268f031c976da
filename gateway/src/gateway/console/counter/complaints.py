"""A complaint at a station or counter 投诉举报登记: one form by keyboard, and its receipt."""

from typing import Any

from starlette.responses import Response

from gateway.console import choices, links, printing
from gateway.console.counter import people, sections
from gateway.console.forms import Field, Form, codes
from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
API = "/labor-inspection/v1/complaints"
PURPOSE = "LI_COMPLAINT"
ROLES = ("station", "window", "cw.li", "supervisor.li")
WORKERS = (
    Field("person.name", "person.name", is_short=True, longest=50),
    Field("person.doc_no", "person.doc_no", is_short=True, longest=40),
    Field("amount", "complaints.amount", "money"),
    Field("months", "complaints.months", "number"),
)
# Errors that the interface names after the whole of what one field here asks for.
MOVES = {
    "complainant": "complainant.name",
    "work_place": "work_place.kind",
    "LIMITATION": "period_to",
    "OTHER_PROCEDURE": "other_procedure",
}


def told(stations: list[tuple[str, str]], channel: str) -> list[sections.Section]:
    """The form in the order in which somebody tells it."""
    return [
        ("complaints.who", (
            Field("kind", "complaints.kind", "radio", required=True, table="complaint_kind",
                  options=codes("COMPLAINT", "REPORT"), default="COMPLAINT"),
            Field("complainant.name", "person.name", is_short=True, longest=50,
                  hint="complaints.anonymous"),
            Field("complainant.doc_type", "person.doc_type", "select", table="code_doc_type",
                  options=choices.DOCUMENT_TYPES, default="01", is_short=True),
            Field("complainant.doc_no", "person.doc_no", is_short=True, longest=40),
            Field("complainant.mobile", "person.mobile", is_short=True, longest=20),
            Field("is_migrant", "complaints.is_migrant", "yes"),
            Field("verification_id", "person.name", "hidden"),
        )),
        ("complaints.against", (
            Field("employer_name", "complaints.employer_name", longest=200),
            Field("employer_uscc", "complaints.employer_uscc", is_short=True, longest=18),
        )),
        ("complaints.place", (
            Field("work_place.kind", "complaints.place_kind", "radio", required=True,
                  table="complaint_place", options=codes("KNOWN", "UNKNOWN", "REMOTE"),
                  default="KNOWN", hint="complaints.place_hint"),
            Field("work_place.division", "complaints.division", "select", is_short=True,
                  options=choices.districts),
            Field("work_place.address", "complaints.address", longest=200),
            Field("work_place.project_name", "complaints.project_name", longest=200),
        )),
        ("complaints.what", (
            Field("matter", "complaints.matter", "checks", required=True, table="code_matter",
                  options=choices.MATTERS),
            Field("facts", "complaints.facts", "area", required=True, longest=4000),
            Field("period_from", "complaints.period_from", required=True, is_short=True,
                  longest=10, hint="complaints.period_hint"),
            Field("period_to", "complaints.period_to", is_short=True, longest=10,
                  hint="complaints.period_hint"),
            Field("other_procedure", "complaints.other_procedure", "radio", required=True,
                  table="complaint_procedure", options=codes("NONE", "ARBITRATION", "COURT"),
                  default="NONE"),
        )),
        ("complaints.how_much", (
            Field("amount_claimed", "complaints.amount_claimed", "money",
                  hint="complaints.amount_hint"),
            Field("workers_count", "complaints.workers_count", "number"),
            Field("workers", "complaints.workers", "rows", columns=WORKERS),
        )),
        ("complaints.taken", (
            Field("channel", "complaints.channel", "select", required=True, is_short=True,
                  table="complaint_channel", options=codes("STATION", "WINDOW", "HOTLINE_12333"),
                  default=channel),
            Field("station_id", "complaints.station", "select", options=stations, is_short=True,
                  default=stations[0][0] if len(stations) == 1 else ""),
        )),
    ]  # fmt: skip


@PAGES.page(
    "/console/complaints/new", title="complaints.title", roles=ROLES, group="counter", order=10,
    methods=("GET", "POST"),
)  # fmt: skip
async def new_complaint(visit: Visit) -> Response:
    """Filed once, at any counter of either city; it finds the competent city by itself."""
    parts = told(await _stations(visit), "STATION" if "station" in visit.who.held else "WINDOW")
    form = await Form.load(visit, sections.fields_of(parts))
    checked = await people.fill(visit, form, "complainant")
    if visit.is_post and not form.grew():
        answer = await visit.api.post(API, _body(form), once=form.once)
        if answer.is_ok:
            await form.done()
            await people.forget(visit)
            return visit.redirect(f"/console/complaints/{answer.body['id']}/receipt")
        people.refuse(form, answer, MOVES)
    return await sections.show(form, parts, submit="complaints.file", checked=checked)


def _body(form: Form) -> dict[str, Any]:
    body = form.body()
    people.only_typed(body, "complainant")
    if body.get("channel") != "STATION":
        body.pop("station_id", None)
    return body


async def _stations(visit: Visit) -> list[tuple[str, str]]:
    """Stations to choose from; a complaint is taken without one when they cannot be read."""
    path = "/labor-inspection/v1/service-stations"
    answer = await visit.api.get(path, {"state": "OPEN", "limit": 200})
    rows = answer.body["items"] if answer.is_ok else []
    return [(one["id"], visit.t.pick(one["name_zh"], one["name_en"])) for one in rows]


@PAGES.page("/console/complaints/{id}/receipt", title="complaints.receipt", roles=ROLES)
async def receipt(visit: Visit) -> Response:
    """What the complainant takes home 回执: the number to ask with, and who deals with it."""
    row = await visit.api.read(f"{API}/{visit.part('id')}", purpose=PURPOSE)
    return await visit.render(
        "counter/receipt.html",
        row=row,
        mark=printing.mark(visit, row["tracking_no"]),
        case_page=links.case("complaints", row["id"]),
    )
