"""The life and the clocks of a determination (工伤保险条例 arts 17, 20; 工伤认定办法). Pure."""

from calendar import isleap
from datetime import date
from typing import Final

from hrss_kit.states import Machine, transition

APPLIED, NOT_ACCEPTED, ACCEPTED = "APPLIED", "NOT_ACCEPTED", "ACCEPTED"
SUSPENDED, DECIDED, SERVED = "SUSPENDED", "DECIDED", "SERVED"
OVER: Final = (NOT_ACCEPTED, DECIDED, SERVED)

MACHINE: Final = Machine(
    # Every missing paper is told at once; the time for acceptance begins when all are there.
    transition("request-supplement", APPLIED, None),
    transition("supplement", APPLIED, None),
    transition("accept", APPLIED, ACCEPTED),
    transition("not-accept", APPLIED, NOT_ACCEPTED),
    transition("suspend", ACCEPTED, SUSPENDED),
    transition("resume", SUSPENDED, ACCEPTED),
    transition("decide", ACCEPTED, DECIDED),
    transition("serve", DECIDED, SERVED),
)


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    year = day.year + years
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)
