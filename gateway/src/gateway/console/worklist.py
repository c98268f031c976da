"""The worklist: what waits for this person, over all domains they hold."""

from starlette.responses import Response

from gateway.console.pages import Pages
from gateway.console.visit import Visit

PAGES = Pages()
BUCKETS = ("mine", "to_claim", "waiting", "due_soon", "overdue", "done")


@PAGES.page("/console/", title="worklist.title", group="work", order=1)
async def worklist(visit: Visit) -> Response:
    """The tiles with their counts, and the rows of one of them."""
    return await visit.render("worklist.html", counts={}, rows=[])
