"""Every table of the kit, imported so that its metadata is complete."""

from hrss_kit import (
    audit,
    audit_entries,
    audit_seal,
    calendar_store,
    deadlines,
    idempotency,
    import_tables,
    inbox,
    numbering,
    outbox,
    policy,
    sharing_store,
    stored_files,
    timeline,
    work,
)
from hrss_kit.db import KitBase

TABLES = (
    audit_entries.AuditVerification,
    audit_seal.AuditCheckpoint,
    audit_seal.AuditLeaf,
    audit.AuditEntry,
    calendar_store.CalendarDay,
    deadlines.Deadline,
    idempotency.IdempotencyKey,
    import_tables.ImportChunk,
    import_tables.ImportJob,
    import_tables.RowError,
    inbox.FeedCursor,
    inbox.InboxEvent,
    outbox.OutboxEvent,
    policy.PolicyParameter,
    sharing_store.SharingAgreement,
    sharing_store.SharingGrant,
    stored_files.StoredFile,
    timeline.TimelineEntry,
    work.WorkClaim,
    work.WorkItem,
    work.WorkKind,
)
SEQUENCES = (numbering.NUMBERS, outbox.POSITIONS)
METADATA = KitBase.metadata
