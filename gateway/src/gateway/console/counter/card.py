"""Checking who stands at the counter 身份核验: name and number, a reader's line, or an e-card."""

from typing import Any

from starlette.responses import Response

from gateway.console import choices, links
from gateway.console.counter import people, sections
from gateway.console.forms import Field, Form, codes
from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
VERIFICATIONS = "/card/v1/verifications"
REQUESTS = "/card/v1/card-service-requests"
CHECKERS = (
    "window", "station", "cw.card", "cw.emp", "cw.li", "cw.si", "cw.talent", "supervisor.card",
    "supervisor.emp", "supervisor.li", "supervisor.si", "supervisor.talent",
)  # fmt: skip
# What the check is for; a choice among the purposes of the role (personal data is asked for one).
PURPOSES = codes(
    "CARD_SERVICE", "SI_TRANSFER", "LI_COMPLAINT", "EMP_MATCH", "LIFE_CERT", "BENEFIT_PAY",
    "SI_BENEFIT_EST", "TALENT_MOVE",
)  # fmt: skip
USUAL = (
    ({"station", "cw.li", "supervisor.li"}, "LI_COMPLAINT"),
    ({"cw.si", "supervisor.si"}, "SI_TRANSFER"),
    ({"cw.emp", "supervisor.emp"}, "EMP_MATCH"),
    ({"cw.talent", "supervisor.talent"}, "TALENT_MOVE"),
)
# Places of a reader's line: 社会保障号码 and 姓名. A contactless read leaves them empty.
NUMBER, NAME, LINE_FIELDS = 1, 4, 9
# Where a check can be taken to, and who works there.
USES = (
    ("/console/complaints/new", "card_check.to_complaint",
     {"station", "window", "cw.li", "supervisor.li"}),
    ("/console/transfers/new", "card_check.to_transfer", {"window", "cw.si"}),
    ("/console/card-requests/new", "card_check.to_request", {"window", "cw.card"}),
    ("/console/card-applications/new", "card_check.to_application", {"window", "cw.card"}),
    ("/console/jobs/seekers/new", "card_check.to_seeker", {"window", "cw.emp"}),
)  # fmt: skip


def check_fields(purpose: str) -> tuple[Field, ...]:
    """The three ways, one of which is used."""
    return (
        Field("purpose", "card_check.purpose", "select", required=True, is_short=True,
              table="choice_purpose", options=PURPOSES, default=purpose),
        Field("reader_line", "card_check.reader_line", hint="card_check.reader_hint", longest=400),
        Field("name", "person.name", is_short=True, longest=50),
        Field("doc_type", "person.doc_type", "select", table="code_doc_type", is_short=True,
              options=choices.DOCUMENT_TYPES, default="01"),
        Field("doc_no", "person.doc_no", is_short=True, longest=40),
        Field("ecard_token", "card_check.ecard_token", hint="card_check.ecard_hint", longest=200),
    )  # fmt: skip


@PAGES.page(
    "/console/card-check", title="card_check.title", roles=CHECKERS, group="counter", order=20,
    methods=("GET", "POST"),
)  # fmt: skip
async def check(visit: Visit) -> Response:
    """Yes or no; a yes is kept for the forms that follow."""
    usual = next((one for roles, one in USUAL if visit.who.held & roles), "CARD_SERVICE")
    form = await Form.load(visit, check_fields(usual))
    if visit.is_post:
        body = form.body()
        purpose = body.pop("purpose", usual)
        if "reader_line" in body or "ecard_token" in body:
            body.pop("doc_type", None)
        answer = await visit.api.post(VERIFICATIONS, body, purpose=purpose, once=form.once)
        if answer.is_ok and answer.body["match"]:
            await form.done()
            await people.keep(visit, await _checked(visit, body, answer.body))
            return visit.redirect("/console/card-check/result")
        if answer.is_ok:
            form.general.append(visit.t("card_check.no_match"))
        else:
            people.refuse(form, answer, {"": "reader_line"})
    return await form.render("counter/card_check.html", submit=visit.t("card_check.check"))


async def _checked(visit: Visit, body: dict[str, Any], found: dict[str, Any]) -> people.Checked:
    """Whom the check is about, and until when it is good."""
    number = found["verification_id"]
    until = await visit.api.read(f"{VERIFICATIONS}/{number}")
    line = [part.strip() for part in str(body.get("reader_line", "")).split("|")]
    read = line if len(line) >= LINE_FIELDS else [""] * LINE_FIELDS
    return people.Checked(
        verification_id=number,
        name=body.get("name") or read[NAME],
        doc_type=body.get("doc_type") or "01",
        doc_no=body.get("doc_no") or read[NUMBER],
        card_state=found["card_state"] or "",
        ecard_state=found["ecard_state"] or "",
        checked_at=found["checked_at"],
        expires_at=until["expires_at"],
    )


@PAGES.page("/console/card-check/result", title="card_check.result", roles=CHECKERS)
async def result(visit: Visit) -> Response:
    """Who was found, how long the check is good, and where to take it."""
    checked = await people.recall(visit)
    if checked is None:
        await visit.say("card_check.over", kind="warning")
        return visit.redirect("/console/card-check")
    uses = [(to, visit.t(words)) for to, words, roles in USES if visit.who.held & roles]
    return await visit.render("counter/card_result.html", checked=checked, uses=uses)


REQUEST: list[sections.Section] = [
    ("card_requests.holder", (
        Field("person.name", "person.name", required=True, is_short=True, longest=50),
        Field("person.doc_type", "person.doc_type", "select", table="code_doc_type",
              options=choices.DOCUMENT_TYPES, default="01", is_short=True),
        Field("person.doc_no", "person.doc_no", required=True, is_short=True, longest=40),
        Field("person.mobile", "person.mobile", is_short=True, longest=20),
        Field("verification_id", "person.name", "hidden"),
    )),
    ("card_requests.proof", (
        Field("proof.card_no", "card_requests.card_no", is_short=True, longest=20,
              hint="card_requests.proof_hint"),
        Field("proof.mobile", "card_requests.mobile", is_short=True, longest=20),
        Field("proof.bank_last4", "card_requests.bank_last4", is_short=True, longest=4),
    )),
    ("card_requests.what", (
        Field("kind", "card_requests.kind", "select", required=True, is_short=True,
              table="card_request_kind", options=codes(
                  "TEMP_LOSS", "UNDO_TEMP_LOSS", "FORMAL_LOSS", "ACTIVATE", "PIN_RESET", "UNLOCK",
                  "REPLACE_LOST", "REPLACE_DAMAGED", "RENEW", "FIRST_ISSUE", "CORRECT_INFO",
                  "CANCEL")),
        Field("damage_proof", "card_requests.damage_proof", longest=200),
        Field("correction", "card_requests.correction", "area", longest=500),
        Field("takes_part_here", "card_requests.takes_part_here", "select", is_short=True,
              table="choice_yes_no", options=codes("true", "false"),
              hint="card_requests.takes_part_hint"),
    )),
    ("card_requests.delivery", (
        Field("delivery", "card_requests.how", "radio", required=True, table="card_delivery",
              options=codes("PICKUP", "POST"), default="PICKUP"),
        Field("delivery_address", "card_requests.address", longest=200),
        Field("bank_code", "card_requests.bank_code", is_short=True, longest=14),
        Field("fee", "card_requests.fee", "money"),
    )),
]  # fmt: skip
MOVES = {"card_id": "person.doc_no", "holder_id": "person.doc_no", "person": "person.name",
         "proof": "proof.card_no"}  # fmt: skip


@PAGES.page(
    "/console/card-requests/new", title="card_requests.title", roles=("window", "cw.card"),
    group="counter", order=30, methods=("GET", "POST"),
)  # fmt: skip
async def new_request(visit: Visit) -> Response:
    """Loss, activation, replacement … of a card of either city, at this counter."""
    form = await Form.load(visit, sections.fields_of(REQUEST))
    checked = await people.fill(visit, form, "person")
    if visit.is_post:
        answer = await visit.api.post(REQUESTS, _request(form), once=form.once)
        if answer.is_ok:
            await form.done()
            await people.forget(visit)
            await visit.say("card_requests.made", biz_no=answer.body["biz_no"])
            return visit.redirect(links.case("card-service-requests", answer.body["id"]))
        people.refuse(form, answer, MOVES)
    return await sections.show(form, REQUEST, submit="card_requests.send", checked=checked)


def _request(form: Form) -> dict[str, Any]:
    """With a proof from what was said and checked: it goes on at once when that is enough."""
    body = form.body()
    proof: dict[str, Any] = body.setdefault("proof", {})
    person: dict[str, Any] = body.get("person", {})
    if verification := body.pop("verification_id", None):
        proof["verification_id"] = verification
    proof.update({name: person[name] for name in ("name", "doc_no") if name in person})
    if "takes_part_here" in body:
        body["takes_part_here"] = body["takes_part_here"] == "true"
    return body
