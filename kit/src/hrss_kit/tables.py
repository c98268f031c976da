"""Every table of the kit, imported so that its metadata is complete."""

from hrss_kit import (
    audit,
    calendar_store,
    deadlines,
    idempotency,
    inbox,
    numbering,
    outbox,
    policy,
    timeline,
)
from hrss_kit.db import KitBase

TABLES = (
    audit.AuditEntry,
    calendar_store.CalendarDay,
    deadlines.Deadline,
    idempotency.IdempotencyKey,
    inbox.FeedCursor,
    inbox.InboxEvent,
    outbox.OutboxEvent,
    policy.PolicyParameter,
    timeline.TimelineEntry,
)
SEQUENCES = (numbering.NUMBERS, outbox.POSITIONS)
METADATA = KitBase.metadata
