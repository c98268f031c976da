"""One visit of a page: who, in which language, with which form; and the ways to answer."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import rendering
from gateway.console.api import Answer, Api
from gateway.console.pages import GROUPS, Page
from gateway.console.sessions import Found
from gateway.console.texts import Texts
from hrss_kit.auth import Principal

if TYPE_CHECKING:
    from gateway.console.app import Console

DOMAINS = ("emp", "si", "talent", "li", "card")
# Fields of a form that are about the form and no part of what was typed.
OWN_FIELDS = frozenset({"_csrf", "_once", "_version", "_add"})


@dataclass
class Visit:
    """What a page's function gets."""

    console: "Console"
    request: Request
    page: Page
    lang: str
    t: Texts
    session: Found
    principal: Principal | None
    api: Api
    form: FormData = field(default_factory=FormData)
    notices: list[dict[str, str]] = field(default_factory=list)

    # --- what was asked -------------------------------------------------------------------------

    @property
    def is_post(self) -> bool:
        """True when a form was sent."""
        return self.request.method == "POST"

    @property
    def path(self) -> str:
        """The page's path; drafts are filed under it."""
        return self.request.url.path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, empty ones left out."""
        return {name: one.strip() for name, one in self.request.query_params.items() if one.strip()}

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    @property
    def who(self) -> Principal:
        """The person at work; pages that are not public always have one."""
        assert self.principal is not None
        return self.principal

    @property
    def username(self) -> str:
        """Whose session it is, also of one that is locked."""
        assert self.session.row is not None
        return self.session.row.username

    def typed(self) -> dict[str, list[str]]:
        """What was typed into the form that was sent."""
        found: dict[str, list[str]] = {}
        for name, value in self.form.multi_items():
            if name not in OWN_FIELDS and not isinstance(value, UploadFile):
                found.setdefault(name, []).append(value)
        return found

    @property
    def once(self) -> str:
        """The form's Idempotency-Key: the same however often it is sent."""
        return str(self.form.get("_once") or uuid4())

    # --- drafts ---------------------------------------------------------------------------------

    async def keep_draft(self, *, once: str | None = None) -> bool:
        """Keeps what was typed; with `once` also the key, when the outcome is not known."""
        fields = self.typed()
        if not any(value.strip() for values in fields.values() for value in values):
            return False
        if once:
            fields["_once"] = [once]
        if self.form.get("_version"):
            fields["_version"] = [str(self.form["_version"])]
        return await self.console.drafts.save(self.username, self.path, fields)

    async def drop_draft(self, form: str | None = None) -> None:
        """The form was sent."""
        await self.console.drafts.drop(self.username, form or self.path)

    # --- answers --------------------------------------------------------------------------------

    async def say(self, key: str, *, kind: str = "success", **values: Any) -> None:
        """Keeps a notice for the next page: `kind` is success, warning or error."""
        self.notices.append({"kind": kind, "text": self.t(key, **values)})
        assert self.session.row is not None
        await self.console.sessions.notify(self.session.row, self.notices)

    def redirect(self, to: str) -> Response:
        """On to another page of the console."""
        return RedirectResponse(to, 303, rendering.HEADERS)

    def download(self, answer: Answer) -> Response:
        """A file as the interface gave it, to be saved and never shown."""
        headers = {**rendering.HEADERS}
        for name in ("content-type", "content-disposition"):
            if name in answer.headers:
                headers[name] = answer.headers[name]
        headers.setdefault("content-disposition", "attachment")
        return Response(answer.content, answer.status, headers)

    async def render(
        self,
        template: str,
        *,
        title: str | None = None,
        status: int = 200,
        has_errors: bool = False,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """The whole page. `title` is what stands in its heading, else the page's own."""
        shown = title or self.t(self.page.title)
        notices = self.notices
        if self.session.row is not None and not notices:
            notices = await self.console.sessions.take_notices(self.session.row)
        known = {
            "t": self.t,
            "lang": self.lang,
            "visit": self,
            "who": self.principal,
            "title": shown,
            "has_errors": has_errors,
            "notices": notices,
            "menu": self.menu() if self.principal else [],
            "csrf": self.session.csrf,
            "once": str(uuid4()),
            "keys_on": self.request.cookies.get("hrss_keys") != "off",
            "idle_seconds": int(self.console.sessions.idle.total_seconds()),
            "here": self.here(),
            "intro": "",
            "back": "",
        }
        return rendering.respond(template, self.lang, status, {**known, **values}, headers or {})

    def here(self) -> str:
        """This page's address, to come back to."""
        query = self.request.url.query
        return self.path + (f"?{query}" if query else "")

    def role_names(self) -> str:
        """The roles in words; one word for who heads all five domains."""
        held = self.who.held
        heads = {role for role in held if role.startswith("supervisor.")}
        names = sorted(held - heads if len(heads) == len(DOMAINS) else held)
        shown = [self.t.code("role", name) for name in names]
        if len(heads) == len(DOMAINS):
            shown.insert(0, self.t("role.supervisors"))
        return "、".join(shown) if self.lang == "zh-CN" else ", ".join(shown)

    def menu(self) -> list[tuple[str, list[Page]]]:
        """The pages this person may open, by group."""
        held = self.who.held
        return [
            (group, found)
            for group in GROUPS
            if (found := [
                page for page in self.console.pages
                if page.group == group and page.is_open_to(held)
            ])
        ]  # fmt: skip


def local(address: str | None, otherwise: str = "/console/") -> str:
    """An address inside the console, or `otherwise`: nobody is sent elsewhere by a link."""
    parts = urlsplit(address or "")
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/console/")
    is_plain = "\\" not in parts.path and "/." not in parts.path and "//" not in parts.path
    return str(address) if is_own and is_plain and str(address).isprintable() else otherwise
