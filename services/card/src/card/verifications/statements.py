"""The two statements of a verification, each for a whole batch, prepared once a connection."""

OPERATION = "POST /card/v1/verifications"
SEPARATOR = "\x1f"

# $1 id_hash, $2 identification_hash: one of them is NULL when it was not given. One row comes
# back for each question, known or not, so that both cost the same.
FIND = """
SELECT holder.id_hash, holder.person_name, holder.deceased_on,
       presented.card_no_hash, presented.spec_version, presented.issued_on, presented.valid_to,
       presented.id IS NOT NULL AS is_presented, card.social_state,
       EXISTS (
           SELECT FROM cards WHERE cards.id_hash = holder.id_hash AND social_state = 'ACTIVE'
       ) AS has_active_card
FROM unnest($1::bytea[], $2::bytea[])
    WITH ORDINALITY AS asked (id_hash, identification_hash, place)
LEFT JOIN cards AS presented ON presented.identification_hash = asked.identification_hash
LEFT JOIN holders AS holder ON holder.id_hash = coalesce(presented.id_hash, asked.id_hash)
LEFT JOIN LATERAL (
    SELECT social_state FROM cards WHERE cards.id_hash = holder.id_hash
    ORDER BY cards.id = presented.id DESC, social_state = 'ACTIVE' DESC,
             social_state = 'CANCELLED', issued_on DESC, id
    LIMIT 1
) AS card ON true
ORDER BY asked.place
"""

# One statement is one transaction: verification, audit row, look-up log and event, or nothing.
RECORD = f"""
WITH made AS MATERIALIZED (
    SELECT id, at, client_id, sub, actor, string_to_array(roles, '{SEPARATOR}') AS roles,
           city, org_id, purpose, case_no, trace_id, asked_ref, found_ref, match, assurance,
           string_to_array(fields, '{SEPARATOR}') AS fields, audit_id, event_id, event_data
    FROM unnest(
        $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bool[],
        $15::text[], $16::text[], $17::uuid[], $18::uuid[], $19::text[]
    ) AS made (
        id, at, client_id, sub, actor, roles, city, org_id, purpose, case_no, trace_id, asked_ref,
        found_ref, match, assurance, fields, audit_id, event_id, event_data
    )
), audited AS (
    INSERT INTO audit_entries (
        id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation, subject,
        person_refs, fields, reason, result, trace_id
    )
    SELECT audit_id, at, actor, client_id, roles, city, org_id, purpose, case_no, '{OPERATION}',
           id::text, array_remove(ARRAY[asked_ref], NULL), fields, NULL, 'OK', trace_id
    FROM made
), logged AS (
    INSERT INTO lookup_logs (
        id, at, client_id, actor, city, purpose, operation, person_ref, fields, hit
    )
    SELECT id, at, client_id, actor, city, purpose, '{OPERATION}', asked_ref, fields, match
    FROM made
), told AS (
    INSERT INTO outbox_events (
        id, type, source, time, subject, city, audience, person_ref, schema_version, trace_id,
        data
    )
    SELECT event_id, 'card.verified.v1', 'card', at, id::text, city, ARRAY[client_id], found_ref,
           1, trace_id, event_data::jsonb
    FROM made
)
INSERT INTO verifications (id, client_id, sub, match, person_ref, assurance, checked_at)
SELECT id, client_id, sub, match, found_ref, assurance, at FROM made
"""
