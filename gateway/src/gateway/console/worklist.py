"""The worklist 综合柜员制: what waits for this person, over all domains they hold."""

import asyncio
from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.console import refusals, terms
from gateway.console.api import Answer, Refused
from gateway.console.kinds import KINDS, SERVICES
from gateway.console.pages import Pages
from gateway.console.visit import Visit, local
from hrss_kit.problems import NotFound

PAGES = Pages()
BUCKETS = ("mine", "to_claim", "waiting", "due_soon", "overdue", "done")
ASKED = ("bucket", "domain", "kind", "q", "cursor")
WORKLIST = "/gateway/v1/worklist"


@PAGES.page("/console/", title="worklist.title", group="work", order=1)
async def worklist(visit: Visit) -> Response:
    """Tiles with counts; a tile opens exactly the rows it counts, oldest deadline first."""
    wish = {name: one for name, one in visit.query.items() if name in ASKED}
    bucket = wish.get("bucket", "mine")
    if bucket not in BUCKETS:
        bucket = "mine"
    params = {**wish, "bucket": bucket}
    domain = {"domain": params["domain"]} if "domain" in params else None
    counts, found, days = await asyncio.gather(
        visit.api.get(f"{WORKLIST}/counts", domain),
        visit.api.get(WORKLIST, params),
        terms.calendar(visit),
    )
    if found.code == "SCOPE_MISSING":
        return await visit.render("welcome.html")
    if not (found.is_ok and counts.is_ok):
        raise Refused(counts if found.is_ok else found)
    rows = [
        {
            **row,
            "title": _title(visit, row["title"]),
            "term": terms.term(visit.t, days, row["due_on"], provisional=row["provisional"])
            if bucket != "done"
            else None,
        }
        for row in found.body["items"]
    ]
    return await visit.render(
        "worklist.html",
        title=visit.t(f"worklist.{bucket}"),
        bucket=bucket,
        buckets=BUCKETS,
        counts=counts.body,
        rows=rows,
        down=[visit.t.code("service", one) for one in found.body["incomplete"]],
        next_cursor=found.body["next_cursor"],
        values=params,
        domains=_domains(visit),
        can_claim=any("claim" in row["allowed_actions"] for row in rows),
    )


def _domains(visit: Visit) -> list[str]:
    """The domains this person works in, by their roles."""
    held = visit.who.held
    if held & {"window", "station"}:
        return [one for one in visit.who.domains if one in SERVICES]
    return [one for one in SERVICES if held & {f"cw.{one}", f"supervisor.{one}"}]


@PAGES.page("/console/work/claim", title="worklist.claim", methods=("POST",))
async def claim(visit: Visit) -> Response:
    """Claims the ticked rows; tells the result of each, and never takes one from a colleague."""
    back = local(str(visit.form.get("to", "")))
    wanted = [str(one) for one in visit.form.getlist("item")]
    if not wanted:
        await visit.say("worklist.nothing_ticked", kind="warning")
        return visit.redirect(back)
    results = []
    for one in dict.fromkeys(wanted):
        kind, _, row_id = one.partition(":")
        answer = await _act(visit, kind, row_id, "claim")
        results.append((str(visit.form.get(f"no:{one}", "")), answer))
    failed = [(no, answer) for no, answer in results if not answer.is_ok]
    await visit.say(
        "worklist.claimed", kind="success" if not failed else "warning",
        done=len(results) - len(failed), failed=len(failed),
    )  # fmt: skip
    for no, answer in failed:
        body = answer.body if isinstance(answer.body, dict) else {}
        if body.get("claimed_by"):
            why = visit.t("worklist.held_by", who=body["claimed_by"])
        else:
            why = refusals.detail_of(visit, body)
        await visit.say("worklist.not_claimed", kind="error", no=no, why=why)
    return visit.redirect(back)


@PAGES.page("/console/work/{kind}/{id:uuid}/{action}", title="worklist.claim", methods=("POST",))
async def hold(visit: Visit) -> Response:
    """Claims one, gives it back, or takes it over (a supervisor, with a reason)."""
    action = visit.part("action")
    body = {"reason": str(visit.form.get("reason", ""))} if action == "take-over" else None
    answer = await _act(visit, visit.part("kind"), visit.part("id"), action, body)
    back = local(str(visit.form.get("to", "")))
    if not answer.is_ok:
        return await refusals.told(visit, answer, back=back)
    await visit.say(f"worklist.did_{action.replace('-', '_')}")
    return visit.redirect(back)


async def _act(
    visit: Visit, kind: str, row_id: str, action: str, body: dict[str, Any] | None = None
) -> Answer:
    known = KINDS.get(kind)
    if known is None or action not in ("claim", "release", "take-over"):
        raise NotFound
    try:
        path = f"/{known.service}/v1/work-items/{UUID(row_id)}/{action}"
    except ValueError as error:
        raise NotFound from error
    return await visit.api.post(path, body or {})


def _title(visit: Visit, title: str) -> str:
    """The title without its kind, which has a column of its own, and with words for its codes."""
    parts = title.split(" · ")
    rest = parts[1:] or parts
    return " · ".join(visit.t.code("code_matter", one) for one in rest)
