"""One page for every kind of case: facts, terms, materials, lawful actions, history, documents.

Which actions are offered is the service's word (`allowed_actions`); why another is missing is told.
"""

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.console import action_forms, refusals, terms
from gateway.console.api import Answer, Refused
from gateway.console.forms import Field, Form, codes
from gateway.console.kinds import KINDS, Kind
from gateway.console.pages import Pages
from gateway.console.visit import Visit
from hrss_kit.problems import NotFound

PAGES = Pages()
CASE = "/console/cases/{kind}/{id:uuid}"
# Columns that have places of their own on the page, or say nothing to a caseworker.
NOT_FACTS = frozenset(
    {
        "id", "biz_no", "version", "state", "owner_city", "allowed_actions", "deadlines",
        "created_at", "updated_at", "source_system", "source_ref", "person",
    }
)  # fmt: skip


class Case:
    """A row with what belongs to it."""

    def __init__(self, visit: Visit, kind: Kind, row: dict[str, Any]) -> None:
        self.visit, self.kind, self.row = visit, kind, row
        self.address = f"/console/cases/{kind.name}/{row['id']}"

    @classmethod
    async def read(cls, visit: Visit) -> "Case":
        """The case of the page's address."""
        kind = KINDS.get(visit.part("kind"))
        if kind is None:
            raise NotFound
        path = kind.path(visit.part("id"))
        row = await visit.api.read(path, purpose=kind.purpose_for(visit.who.held))
        return cls(visit, kind, row)

    @property
    def path(self) -> str:
        """Where the interface keeps it."""
        return self.kind.path(self.row["id"])

    @property
    def purpose(self) -> str | None:
        """Why this person reads it."""
        return self.kind.purpose_for(self.visit.who.held)

    def facts(self) -> list[tuple[str, Any]]:
        """(name, value) in the order of the kind, without what is empty."""
        hidden = {*NOT_FACTS, *self.kind.people, *self.kind.open_items}
        names = self.kind.facts or tuple(name for name in self.row if name not in hidden)
        return [
            (name, self.row[name])
            for name in names
            if self.row.get(name) not in (None, "", [], {}) and self.visit.t.knows(f"fact.{name}")
        ]

    def people(self) -> list[tuple[str, dict[str, Any]]]:
        """Persons of the case, masked, by what they are in it."""
        found = []
        for name in self.kind.people:
            value = self.row.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one:
                    found.append((name, one))
        return found

    def materials(self) -> list[dict[str, str]]:
        """What is asked for and its state; "not looked at" differs from "incomplete"."""
        found = []
        for name in self.kind.open_items:
            for one in self.row.get(name) or []:
                if isinstance(one, dict):
                    title = self.visit.t.pick(one.get("title_zh"), one.get("title_en"))
                    words = one.get("item") or one.get("code") or one.get("name") or ""
                    words = title if one.get("title_zh") else words
                    state = str(one.get("state") or "WAITING")
                else:
                    words, state = one, "MISSING"
                found.append({"name": str(words), "state": state})
        return found

    async def actions(self) -> tuple[list[str], list[tuple[str, str]]]:
        """What may be done now, and every other action with the reason why it may not."""
        allowed = list(self.row.get("allowed_actions") or [])
        try:
            document = await action_forms.contract(self.visit, self.kind.service)
        except Refused:
            return allowed, []
        every = action_forms.actions_of(document, self.kind.collection)
        t, row = self.visit.t, self.row
        is_other = row.get("owner_city") not in (None, self.visit.who.city)
        missing = []
        for name in every:
            if name not in allowed:
                if is_other and not allowed:
                    why = t("case.other_city", city=t.code("city", row["owner_city"]))
                else:
                    why = t("case.not_in_state", state=t.code("state", row.get("state", "")))
                missing.append((name, why))
        return [name for name in allowed if name in every], missing


@PAGES.page(CASE, title="case.title")
async def case_page(visit: Visit) -> Response:
    """The whole case."""
    case = await Case.read(visit)
    history, files, work, days, (allowed, missing) = await asyncio.gather(
        visit.api.get(f"{case.path}/timeline", purpose=case.purpose),
        _files(case),
        _work_item(case),
        terms.calendar(visit),
        case.actions(),
    )
    deadlines = [
        {**one, "term": terms.of_deadline(visit.t, days, one)}
        for one in sorted(case.row.get("deadlines") or [], key=lambda one: str(one["due_on"]))
    ]
    return await visit.render(
        "case/page.html",
        title=f"{visit.t.code('kind', case.kind.name)} {case.row.get('biz_no') or ''}",
        case=case,
        allowed=allowed,
        missing=missing,
        deadlines=deadlines,
        history=list(reversed(history.body.get("items", []))) if history.is_ok else [],
        files=files,
        work=work,
        is_head=any(role.startswith("supervisor.") for role in visit.who.held),
    )


async def _files(case: Case) -> list[dict[str, Any]]:
    if not case.kind.files:
        return []
    answer = await case.visit.api.get(f"{case.path}/{case.kind.files}", purpose=case.purpose)
    found = answer.body
    return (found.get("items", []) if isinstance(found, dict) else found) if answer.is_ok else []


async def _work_item(case: Case) -> dict[str, Any] | None:
    """Who holds it and since when; the buckets are asked, for a claim is a city's own matter."""
    number = case.row.get("biz_no")
    if not number or case.kind.service == "gateway":
        return None
    path = f"/{case.kind.service}/v1/work-items"
    answers = await case.visit.api.together(
        *(
            case.visit.api.get(path, {"bucket": bucket, "kind": case.kind.name, "q": number})
            for bucket in ("mine", "to_claim", "overdue", "waiting")
        )
    )
    for answer in answers:
        for row in answer.body.get("items", []) if answer.is_ok else []:
            if row["id"] == case.row["id"]:
                found: dict[str, Any] = row
                return found
    return None


@PAGES.page(CASE + "/act/{action}", title="case.act", methods=("GET", "POST"))
async def act(visit: Visit) -> Response:
    """The form of an action, and the action."""
    case = await Case.read(visit)
    action = visit.part("action")
    document = await action_forms.contract(visit, case.kind.service)
    found = action_forms.operation(document, case.kind.collection, action)
    if found is None or action == "reveal":
        raise NotFound
    fields = action_forms.fields_of(document, found)
    form = await Form.load(visit, fields, version=case.row["version"])
    title = f"{visit.t.code('action', action)} {case.row.get('biz_no') or ''}"
    if visit.is_post and not form.grew():
        answer = await visit.api.post(
            f"{case.path}/{action}",
            form.body(),
            purpose=case.purpose,
            version=form.version,
            once=form.once,
        )
        if answer.is_ok:
            await form.done()
            await visit.say("case.done", action=visit.t.code("action", action))
            return visit.redirect(case.address)
        if answer.status in (409, 412):
            return await _overtaken(case, form, answer)
        if answer.status not in (400, 422):
            return await refusals.told(visit, answer, back=visit.here(), once=form.once)
        form.refuse(answer)
    is_allowed = action in (case.row.get("allowed_actions") or [])
    return await form.render(
        "case/act.html", case=case, action=action, title=title, is_allowed=is_allowed
    )


async def _overtaken(case: Case, form: Form, answer: Answer) -> Response:
    """Somebody was there before: who, what and when; the typed text stays (behaviour 4)."""
    visit = case.visit
    now = await Case.read(visit)
    history = await visit.api.get(f"{case.path}/timeline", purpose=case.purpose)
    last = history.body.get("items", [])[-1:] if history.is_ok else []
    form.refuse(answer)
    # The next sending is made on what is shown now.
    form.version = now.row["version"]
    return await form.render(
        "case/act.html",
        case=now,
        action=visit.part("action"),
        title=f"{visit.t.code('action', visit.part('action'))} {now.row.get('biz_no') or ''}",
        is_allowed=visit.part("action") in (now.row.get("allowed_actions") or []),
        overtaken=last[0] if last else None,
        conflict=answer.body,
    )


@PAGES.page(CASE + "/reveal", title="case.reveal", methods=("GET", "POST"))
async def reveal(visit: Visit) -> Response:
    """Shows masked fields to who may see them, with a reason, on record (behaviour 15)."""
    case = await Case.read(visit)
    if not case.kind.reveals:
        raise NotFound
    names = codes(*case.kind.reveals)
    fields = (
        Field("fields", "case.reveal_fields", "checks", True, names, "code_reveal"),
        Field("reason", "field.reason", "area", True, hint="case.reveal_hint", longest=500),
    )
    form = await Form.load(visit, fields)
    shown: list[tuple[str, Any]] = []
    if visit.is_post:
        answer = await visit.api.post(
            f"{case.path}/reveal", form.body(), purpose=case.purpose, once=form.once
        )
        if answer.is_ok:
            await form.done()
            shown = [(name, one) for name, one in answer.body["fields"].items() if one]
        elif answer.status in (400, 422):
            form.refuse(answer)
        else:
            return await refusals.told(visit, answer, back=case.address)
    title = f"{visit.t('case.reveal')} {case.row.get('biz_no') or ''}"
    return await form.render("case/reveal.html", case=case, shown=shown, title=title)


@PAGES.page(CASE + "/files", title="case.upload", methods=("POST",))
async def upload(visit: Visit) -> Response:
    """Adds a document."""
    case = await Case.read(visit)
    given = visit.form.get("file")
    if not case.kind.files or not isinstance(given, UploadFile) or not given.filename:
        await visit.say("case.no_file", kind="warning")
        return visit.redirect(case.address)
    beside = {name: values[0] for name, values in visit.typed().items() if values[0]}
    answer = await visit.api.send(
        "POST",
        f"{case.path}/{case.kind.files}",
        files={"file": (given.filename, await given.read())},
        data=beside,
        purpose=case.purpose,
        once=visit.once,
    )
    if not answer.is_ok:
        return await refusals.told(visit, answer, back=case.address)
    await visit.say("case.uploaded")
    return visit.redirect(case.address)


@PAGES.page(CASE + "/files/{file:uuid}", title="case.files")
async def download(visit: Visit) -> Response:
    """A document, to be saved."""
    case = await Case.read(visit)
    path = f"{case.path}/{case.kind.files}/{visit.part('file')}/content"
    answer = await visit.api.get(path, purpose=case.purpose)
    if not case.kind.files or not answer.is_ok:
        return await refusals.told(visit, answer, back=case.address)
    return visit.download(answer)
