"""Applying for a transfer of a relation 社会保险关系转移接续申请 at the counter of either city."""

from typing import Any

from starlette.responses import Response

from gateway.console import choices, links
from gateway.console.counter import people, sections
from gateway.console.forms import Field, Form, codes
from gateway.console.pages import Pages
from gateway.console.texts import Texts
from gateway.console.visit import Visit

PAGES = Pages()
API = "/social-insurance/v1/transfer-cases"
ELSEWHERE = "OTHER"


def places(t: Texts) -> choices.Choices:
    """The two cities, and any other by its code."""
    return [*choices.cities(t), (ELSEWHERE, t("transfers.elsewhere"))]


DOCUMENTS = (
    Field("kind", "transfers.document_kind", "select", table="transfer_document", is_short=True,
          options=codes("ID", "HUKOU", "LUMP_SUM", "PLEDGE", "OTHER")),
    Field("number", "transfers.document_number", is_short=True, longest=80),
    Field("dated_on", "transfers.dated_on", "date"),
)  # fmt: skip
FORM: list[sections.Section] = [
    ("transfers.who", (
        Field("person.name", "person.name", required=True, is_short=True, longest=50),
        Field("person.doc_type", "person.doc_type", "select", table="code_doc_type",
              options=choices.DOCUMENT_TYPES, default="01", is_short=True),
        Field("person.doc_no", "person.doc_no", required=True, is_short=True, longest=40),
        Field("person.mobile", "person.mobile", is_short=True, longest=20),
        Field("verification_id", "person.name", "hidden"),
    )),
    ("transfers.what", (
        Field("kind", "transfers.kind", "select", required=True, table="transfer_kind",
              options=codes("EMP_INTRA", "EMP_CROSS", "RES_MOVE", "RES_TO_EMP", "EMP_TO_RES",
                            "INST_EMP", "EMP_INST", "UNEMP_MOVE")),
        Field("from_city", "transfers.from_city", "select", required=True, is_short=True,
              options=places),
        Field("from_other", "transfers.from_other", is_short=True, longest=6,
              hint="transfers.other_hint"),
        Field("to_city", "transfers.to_city", "select", required=True, is_short=True,
              options=places),
        Field("to_other", "transfers.to_other", is_short=True, longest=6,
              hint="transfers.other_hint"),
        Field("reason", "transfers.reason", "area", longest=2000),
    )),
    ("transfers.more", (
        Field("hukou_division", "transfers.hukou_division", is_short=True, longest=12,
              hint="transfers.hukou_hint"),
        Field("retire_kind", "transfers.retire_kind", "select", table="transfer_retire",
              options=codes("M60", "F55", "F50"), is_short=True),
        Field("by_order", "transfers.by_order", "yes"),
        Field("apply_channel", "transfers.channel", "select", required=True, is_short=True,
              table="transfer_channel", options=codes("WINDOW", "WEB", "APP"), default="WINDOW"),
        Field("documents", "transfers.documents", "rows", columns=DOCUMENTS),
    )),
]  # fmt: skip


@PAGES.page(
    "/console/transfers/new", title="transfers.title", roles=("cw.si", "window"), group="counter",
    order=50, methods=("GET", "POST"),
)  # fmt: skip
async def new_transfer(visit: Visit) -> Response:
    """Whose relation moves, from where to where: one application, no certificate to fetch."""
    form = await Form.load(visit, sections.fields_of(FORM))
    checked = await people.fill(visit, form, "person")
    if visit.is_post and not form.grew():
        body, moves = _body(form)
        answer = await visit.api.post(API, body, once=form.once)
        if answer.is_ok:
            await form.done()
            await people.forget(visit)
            await visit.say("transfers.made", biz_no=answer.body["biz_no"])
            return visit.redirect(links.case("transfer-cases", answer.body["id"]))
        people.refuse(form, answer, moves)
    return await sections.show(form, FORM, submit="transfers.apply", checked=checked)


def _body(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """The request, and where errors about a city that was given by its code belong."""
    body, moves = form.body(), {"person": "person.name"}
    for name in ("from", "to"):
        other = body.pop(f"{name}_other", None)
        if body.get(f"{name}_city") == ELSEWHERE:
            body[f"{name}_city"] = other or ""
            moves[f"{name}_city"] = f"{name}_other"
    return body, moves
