"""The service follows its own feed: what a posting says reaches the other city's copy in order.

A worker that was away reads on where it stopped, so that nothing is skipped and nothing comes
twice; a copy never goes back to an older version.
"""

from employment.mirrors.service import PostingSaid, mirror
from employment.postings.events import (
    PostingExpired,
    PostingFilled,
    PostingPublished,
    PostingSuspended,
    PostingUpdated,
    PostingWithdrawn,
)
from hrss_kit.inbox import Consumer

CONSUMERS = tuple(
    Consumer("employment", kind.type, PostingSaid, mirror)
    for kind in (
        PostingPublished,
        PostingUpdated,
        PostingSuspended,
        PostingFilled,
        PostingWithdrawn,
        PostingExpired,
    )
)
