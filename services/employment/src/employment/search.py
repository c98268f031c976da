"""Chinese search without a dictionary: bigrams in an expression index, checked by substring.

Two characters are a word to a job seeker (焊工); trigrams cannot find them and a dictionary cuts
words differently in query and text: docs/decisions/0015-bigrams-find-postings.md. The SQL
functions are in the migration.
"""

import json
import unicodedata
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, case, false, func, literal_column, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable

from employment.postings.models import WORDS

#: More hits than this are not gathered and sorted: the list is walked in its order instead. At a
#: million postings a page costs about the same either way here.
COMMON: Final = 4_000
TEXT: Final[ColumnElement[str]] = literal_column(f"({WORDS})", String)


def words_of(wanted: str) -> list[str]:
    """The words of a question, as text and index write them."""
    return unicodedata.normalize("NFKC", wanted).split()


def in_index(wanted: str) -> ColumnElement[bool]:
    """True of rows that hold every pair of characters of every word."""
    query = func.bigram_query(" ".join(words_of(wanted)))
    return func.bigrams(TEXT).bool_op("@@")(query)


def holding(wanted: str) -> list[ColumnElement[bool]]:
    """True of rows that hold every word as it stands."""
    return [TEXT.icontains(word, autoescape=True) for word in words_of(wanted)]


def met_on_the_way(wanted: str) -> list[ColumnElement[bool]]:
    """The same for a list that is walked: the planner is not to guess how rare a substring is.

    It takes every pattern for rare and would read and sort the whole table; of a CASE it takes
    half the rows to be true, and walks.
    """
    return [case((one, true()), else_=false()) for one in holding(wanted)]


async def expected(session: AsyncSession, wanted: Select[Any]) -> int:
    """How many rows the planner expects, from its statistics of pairs: asked, not counted."""
    plan = (await session.execute(_Explained(wanted))).scalar_one()
    found = json.loads(plan) if isinstance(plan, str) else plan
    return int(found[0]["Plan"]["Plan Rows"])


class _Explained(Executable, ClauseElement):
    """EXPLAIN of a statement."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explained, "postgresql")
def _explain(element: _Explained, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"
