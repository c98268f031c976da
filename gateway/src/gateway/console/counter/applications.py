"""Applying for a first card 社会保障卡申领 at the counter."""

from starlette.responses import Response

from gateway.console import choices, links
from gateway.console.counter import people, sections
from gateway.console.forms import Field, Form, codes
from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
API = "/card/v1/applications"
FORM: list[sections.Section] = [
    ("card_requests.holder", (
        Field("person.name", "person.name", required=True, is_short=True, longest=50),
        Field("person.doc_type", "person.doc_type", "select", table="code_doc_type",
              options=choices.DOCUMENT_TYPES, default="01", is_short=True),
        Field("person.doc_no", "person.doc_no", required=True, is_short=True, longest=40),
        Field("person.mobile", "person.mobile", is_short=True, longest=20),
    )),
    ("card_requests.delivery", (
        Field("bank_code", "card_requests.bank_code", is_short=True, longest=14),
        Field("delivery", "card_requests.how", "radio", required=True, table="card_delivery",
              options=codes("PICKUP", "POST"), default="PICKUP"),
        Field("delivery_address", "card_requests.address", longest=200),
    )),
]  # fmt: skip


@PAGES.page(
    "/console/card-applications/new", title="card_applications.title", roles=("window", "cw.card"),
    group="counter", order=40, methods=("GET", "POST"),
)  # fmt: skip
async def new_application(visit: Visit) -> Response:
    """Who applies, and how the card is to reach them."""
    form = await Form.load(visit, sections.fields_of(FORM))
    await people.fill(visit, form, "person")
    if visit.is_post:
        answer = await visit.api.post(API, form.body(), once=form.once)
        if answer.is_ok:
            await form.done()
            await people.forget(visit)
            await visit.say("card_applications.made", biz_no=answer.body["biz_no"])
            return visit.redirect(links.case("applications", answer.body["id"]))
        people.refuse(form, answer, {"person": "person.name"})
    return await sections.show(form, FORM, submit="card_applications.send", takes_card=False)
