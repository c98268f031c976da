"""The kinds of journeys there are (domain §3.1); a new one is a module here and a line below."""

from gateway.journeys.declaring import Kind
from gateway.journeys.kinds import complaint, employer, life, talent_move, work

KINDS: dict[str, Kind] = {
    one.code: one
    for one in (
        complaint.KIND,
        talent_move.KIND,
        life.CARD_USE,
        life.VISIT,
        work.HIRED_INSURED,
        work.REEMPLOYMENT,
        employer.CREDIT_SPREAD,
        work.RETIREMENT_LINK,
        employer.WAGES_TO_CARD,
    )
}


def find(code: str) -> Kind | None:
    """A kind by its code, or by the rule that it carries out (``J-2``)."""
    return KINDS.get(code) or next((one for one in KINDS.values() if one.rule == code), None)
