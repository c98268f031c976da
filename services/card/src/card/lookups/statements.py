"""The statements of the look-ups, each for a whole batch, prepared once a connection."""

from card.lookups import limits
from card.lookups.models import LookupLog

SEPARATOR = "\x1f"

# One row for each key: $1 the place of its question, then id_hash, identification_hash and
# card_no_hash, of which the given one is not NULL. A card number is unique within its division
# only, so that one given without has a key for each; known or not, as many rows come back.
FIND = """
SELECT asked.place, holder.id_hash, holder.person_name, holder.deceased_on,
       holder.residence_division, presented.card_no_hash, presented.spec_version,
       presented.issued_on, presented.valid_to, presented.id IS NOT NULL AS is_presented,
       card.social_state, card.generation, card.owner_city, card.valid_to AS card_valid_to,
       card.card_no, card.bank_code, card.bank_account,
       EXISTS (
           SELECT FROM cards
           WHERE cards.id_hash = holder.id_hash AND cards.social_state = 'ACTIVE'
             AND cards.id <> card.id
       ) AS has_successor
FROM unnest($1::int[], $2::bytea[], $3::bytea[], $4::bytea[])
    AS asked (place, id_hash, identification_hash, card_no_hash)
LEFT JOIN LATERAL (
    SELECT * FROM cards WHERE cards.identification_hash = asked.identification_hash
    UNION ALL
    SELECT * FROM cards WHERE cards.card_no_hash = asked.card_no_hash
    LIMIT 1
) AS presented ON true
LEFT JOIN holders AS holder ON holder.id_hash = coalesce(presented.id_hash, asked.id_hash)
LEFT JOIN LATERAL (
    SELECT * FROM cards WHERE cards.id_hash = holder.id_hash
    ORDER BY cards.id = presented.id DESC, social_state = 'ACTIVE' DESC,
             social_state = 'CANCELLED', issued_on DESC, id
    LIMIT 1
) AS card ON true
ORDER BY asked.place
"""

# One statement is one transaction: audit row, look-up log and, of a verification, its row and
# its event, or nothing; and the counters of who asked, which say what was too much today. Those
# are what it returns.
RECORD = f"""
WITH made AS MATERIALIZED (
    SELECT id, at, client_id, sub, actor, string_to_array(roles, '{SEPARATOR}') AS roles,
           city, org_id, purpose, case_no, operation, trace_id, asked_ref, found_ref, match,
           result, string_to_array(fields, '{SEPARATOR}') AS fields, audit_id, event_id,
           assurance, event_data, caller, counted_on
    FROM unnest(
        $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
        $15::bool[], $16::text[], $17::text[], $18::uuid[], $19::uuid[], $20::text[], $21::text[],
        $22::text[], $23::date[]
    ) AS made (
        id, at, client_id, sub, actor, roles, city, org_id, purpose, case_no, operation, trace_id,
        asked_ref, found_ref, match, result, fields, audit_id, event_id, assurance, event_data,
        caller, counted_on
    )
), callers AS (
    SELECT caller, counted_on, min(client_id) AS client_id, min(actor) AS actor,
           min(city) AS city, bool_and(sub = client_id) AS is_system, count(*)::int AS asked
    FROM made GROUP BY caller, counted_on
), counted AS (
    {limits.COUNT}
), judged AS MATERIALIZED (
    SELECT made.*, last_over > 0 AND last_over >= row_number() OVER (
        PARTITION BY caller, counted_on ORDER BY id DESC
    ) AS is_over
    FROM made JOIN counted USING (caller, counted_on)
), audited AS (
    INSERT INTO audit_entries (
        id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation, subject,
        person_refs, fields, reason, result, trace_id
    )
    SELECT audit_id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation,
           id::text, array_remove(ARRAY[asked_ref], NULL),
           CASE WHEN is_over THEN '{{}}' ELSE fields END, NULL,
           CASE WHEN is_over THEN '{limits.CODE}' ELSE result END, trace_id
    FROM judged
), logged AS (
    INSERT INTO {LookupLog.__tablename__} (
        id, at, client_id, actor, city, purpose, operation, person_ref, fields, hit
    )
    SELECT id, at, client_id, actor, city, purpose, operation, asked_ref, fields, match
    FROM judged WHERE NOT is_over
), told AS (
    INSERT INTO outbox_events (
        id, type, source, time, subject, city, audience, person_ref, schema_version, trace_id,
        data
    )
    SELECT event_id, 'card.verified.v1', 'card', at, id::text, city, ARRAY[client_id], found_ref,
           1, trace_id, event_data::jsonb
    FROM judged WHERE assurance IS NOT NULL AND NOT is_over
), verified AS (
    INSERT INTO verifications (id, client_id, sub, match, person_ref, assurance, checked_at)
    SELECT id, client_id, sub, match, found_ref, assurance, at
    FROM judged WHERE assurance IS NOT NULL AND NOT is_over
)
SELECT id FROM judged WHERE is_over
"""
