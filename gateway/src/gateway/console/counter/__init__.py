"""The counter 窗口: what a clerk does while the person stands there."""

from gateway.console.counter import applications, card, complaints, drafts, jobs, transfers
from gateway.console.pages import Pages

PAGES = Pages(
    [
        *complaints.PAGES,
        *drafts.PAGES,
        *card.PAGES,
        *applications.PAGES,
        *transfers.PAGES,
        *jobs.PAGES,
    ]
)
