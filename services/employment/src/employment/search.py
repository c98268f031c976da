"""Chinese search without a dictionary: bigrams in an expression index, checked by substring.

Two characters are a word to a job seeker (焊工); trigrams cannot find them and a dictionary cuts
words differently in query and text. The SQL functions are in the migration.
"""

import unicodedata
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute


def title_matches(
    key: InstrumentedAttribute[UUID], title: InstrumentedAttribute[str], wanted: str
) -> Select[UUID]:
    """The ids of rows whose title holds every word of `wanted`."""
    words = unicodedata.normalize("NFKC", wanted).split()
    hits = select(key).where(
        func.bigrams(title).bool_op("@@")(func.bigram_query(" ".join(words))),
        *(title.icontains(word, autoescape=True) for word in words),
    )
    # OFFSET 0 is a fence: without it the planner may walk another index and compute the
    # bigrams of every row.
    return select(hits.offset(0).subquery("hits").c[key.key])
