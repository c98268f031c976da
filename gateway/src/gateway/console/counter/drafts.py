"""A draft nobody wants any more: the next person at the counter gets an empty form."""

from starlette.responses import Response

from gateway.console.counter import people
from gateway.console.pages import Pages
from gateway.console.visit import Visit, local

PAGES = Pages()


@PAGES.page("/console/drafts/discard", title="drafts.discard", methods=("POST",))
async def discard(visit: Visit) -> Response:
    """Drops it, with whom it was about, and shows the empty form."""
    form = local(str(visit.form.get("_form", "")))
    await visit.drop_draft(form)
    await people.forget(visit)
    return visit.redirect(form)
