"""What employment, talent and card tell, and what social insurance does about it."""

from hrss_kit.inbox import Consumer
from social_insurance.followups import deaths, hires, moves

CONSUMERS = (
    Consumer("employment", "employment.referral.hired.v1", hires.ReferralHired, hires.expect),
    Consumer("talent", "talent.move.opened.v1", moves.MoveOpened, moves.await_month),
    Consumer("card", "card.holder.deceased.v1", deaths.HolderDeceased, deaths.take),
)
EVENT_TYPES = (hires.ParticipationMissing, hires.ParticipationFound)
