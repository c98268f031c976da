"""The pages of an import: which there are, the file, how far it has come, what was wrong."""

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.console import refusals
from gateway.console.forms import Field, Form, codes
from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
LARGEST = 20 * 1024 * 1024  # as the interface takes them
ERRORS_SHOWN = 50
RUNNING = ("QUEUED", "RUNNING")


@dataclass(frozen=True, slots=True)
class Importable:
    """A list that is filled from files, and who may do it."""

    key: str
    service: str
    collection: str
    roles: tuple[str, ...]

    @property
    def title(self) -> str:
        """The key of its name."""
        return f"importable.{self.key.replace('-', '_')}"

    @property
    def api(self) -> str:
        """Where files go."""
        return f"/{self.service}/v1/{self.collection}/imports"


IMPORTABLE = (
    Importable("participations", "social-insurance", "participations", ("cw.si",)),
    Importable("cards", "card", "cards", ("cw.card",)),
    Importable("postings", "employment", "postings", ("cw.emp",)),
    Importable("job-seekers", "employment", "job-seekers", ("cw.emp", "window")),
    Importable("fair-results", "employment", "fair-results", ("cw.emp", "supervisor.emp")),
    Importable("occupations", "employment", "occupations", ("supervisor.emp",)),
    Importable("title-certificates", "talent", "title-certificates", ("cw.talent", "window")),
)
ROLES = tuple(sorted({role for one in IMPORTABLE for role in one.roles}))
FIELDS = (
    Field("how", "imports.how", "radio", required=True, table="import_how",
          options=codes("try", "take"), default="try"),
    Field("file", "imports.file", "file", required=True, hint="imports.file_hint"),
)  # fmt: skip


def _wanted(visit: Visit) -> Importable | None:
    """What the address names, if this person may fill it."""
    for one in IMPORTABLE:
        if one.key == visit.part("key") and visit.who.held & set(one.roles):
            return one
    return None


@PAGES.page("/console/imports", title="imports.title", roles=ROLES, group="counter", order=150)
async def imports(visit: Visit) -> Response:
    """What this person may fill from files."""
    rows = [one for one in IMPORTABLE if visit.who.held & set(one.roles)]
    return await visit.render("importing/list.html", rows=rows)


@PAGES.page("/console/imports/{key}/template", title="imports.template", roles=ROLES)
async def template(visit: Visit) -> Response:
    """The workbook to fill in."""
    wanted = _wanted(visit)
    if wanted is None:
        return await refusals.page(visit, 404)
    answer = await visit.api.get(f"{wanted.api}/template")
    return visit.download(answer) if answer.is_ok else await refusals.told(visit, answer)


@PAGES.page("/console/imports/{key}", title="imports.title", roles=ROLES, methods=("GET", "POST"))
async def take(visit: Visit) -> Response:
    """A file is tried or taken over; the same file sent again is the same job."""
    wanted = _wanted(visit)
    if wanted is None:
        return await refusals.page(visit, 404)
    form = await Form.load(visit, FIELDS)
    if not visit.is_post and visit.query.get("how") in ("try", "take"):
        form.values["how"] = [visit.query["how"]]
    if visit.is_post:
        answer = await _send(visit, form, wanted)
        if answer is not None and answer.is_ok:
            await form.done()
            return visit.redirect(f"/console/imports/{wanted.key}/jobs/{answer.body['id']}")
        if answer is not None:
            form.refuse(answer)
    return await form.render(
        "importing/file.html", wanted=wanted, title=visit.t(wanted.title)
    )  # fmt: skip


async def _send(visit: Visit, form: Form, wanted: Importable) -> Any:
    given = visit.form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        form.fault("file", visit.t("imports.no_file"))
        return None
    if (given.size or 0) > LARGEST:
        form.fault("file", visit.t("refusal.text_413"))
        return None
    part = (given.filename, await given.read(), given.content_type or "application/octet-stream")
    is_dry_run = form.value("how") != "take"
    return await visit.api.post(
        wanted.api,
        params={"dry_run": "true"} if is_dry_run else None,
        files={"file": part},
        once=form.once,
    )


@PAGES.page("/console/imports/{key}/jobs/{job}", title="imports.job", roles=ROLES)
async def job(visit: Visit) -> Response:
    """How far a file has come; the page asks again by itself until it is at its end."""
    wanted = _wanted(visit)
    if wanted is None:
        return await refusals.page(visit, 404)
    path = f"/{wanted.service}/v1/jobs/{visit.part('job')}"
    row = await visit.api.read(path)
    is_running = row["state"] in RUNNING
    errors: list[dict[str, Any]] = []
    if not is_running and row["failed"]:
        errors = (await visit.api.read(f"{path}/errors", {"limit": ERRORS_SHOWN}))["items"]
    return await visit.render(
        "importing/job.html",
        title=f"{visit.t(wanted.title)}：{visit.t('imports.job')}",
        wanted=wanted,
        row=row,
        is_running=is_running,
        errors=errors,
    )


@PAGES.page("/console/imports/{key}/jobs/{job}/errors", title="imports.errors", roles=ROLES)
async def errors(visit: Visit) -> Response:
    """The list of what was wrong 错误表, as a workbook."""
    wanted = _wanted(visit)
    if wanted is None:
        return await refusals.page(visit, 404)
    path = f"/{wanted.service}/v1/jobs/{visit.part('job')}/errors"
    answer = await visit.api.get(path, {"format": "xlsx"})
    return visit.download(answer) if answer.is_ok else await refusals.told(visit, answer)
