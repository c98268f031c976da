"""The triggers that keep work items: a row's item changes in the transaction that changes the row.

They go by the declared sources, which `install` writes down after each migration; a new source
fills its items from the rows that are there. Times come from the rows, never from the database.
"""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hrss_kit.work import WorkSource

FUNCTIONS: Final = (
    # What presses first of an item: a running clock of the row or its parts, else its last day.
    """
    CREATE OR REPLACE FUNCTION work_due(
        held jsonb, source jsonb, OUT due_on date, OUT code text, OUT provisional boolean
    ) LANGUAGE plpgsql STABLE AS $$
    BEGIN
        SELECT d.due_on, d.code, d.provisional INTO due_on, code, provisional FROM deadlines d
            WHERE d.subject_id IN (SELECT work_subjects((held->>'id')::uuid, source))
            AND d.status IN ('OPEN', 'OVERDUE') AND d.met_on IS NULL AND d.paused_on IS NULL
            AND (source->'clocks' = '[]' OR source->'clocks' ? d.code)
            ORDER BY d.due_on, d.id LIMIT 1;
        IF due_on IS NULL AND source->>'due' IS NOT NULL THEN
            due_on := (held->>(source->>'due'))::date;
            code := CASE WHEN due_on IS NOT NULL THEN upper(source->>'due') END;
        END IF;
        provisional := coalesce(provisional, false);
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION work_subjects(item uuid, source jsonb) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE AS $$
    DECLARE part record;
    BEGIN
        RETURN NEXT item;
        FOR part IN SELECT key, value FROM jsonb_each_text(source->'parts') LOOP
            RETURN QUERY EXECUTE format('SELECT id FROM %I WHERE %I = $1', part.key, part.value)
                USING item;
        END LOOP;
    END $$
    """,
    # The cities that columns of a row name; a code stands for itself.
    """
    CREATE OR REPLACE FUNCTION work_cities(held jsonb, columns jsonb) RETURNS varchar[]
    LANGUAGE sql IMMUTABLE AS $$
        SELECT coalesce(array_agg(DISTINCT city::varchar ORDER BY city::varchar), '{}') FROM (
            SELECT CASE WHEN named ~ '^[0-9]{6}$' THEN named ELSE held->>named END AS city
                FROM jsonb_array_elements_text(columns) AS named
                WHERE coalesce(jsonb_typeof(held->named), 'null') <> 'array'
            UNION ALL
            SELECT jsonb_array_elements_text(held->named)
                FROM jsonb_array_elements_text(columns) AS named
                WHERE jsonb_typeof(held->named) = 'array'
        ) AS found WHERE city IS NOT NULL
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION work_title(held jsonb, source jsonb) RETURNS varchar
    LANGUAGE sql IMMUTABLE AS $$
        SELECT left(concat_ws(' · ', source->>'label', string_agg(word, ' · ' ORDER BY at)), 400)
        FROM (
            SELECT at, CASE WHEN jsonb_typeof(held->name) = 'array'
                THEN (SELECT string_agg(one, '、') FROM jsonb_array_elements_text(held->name) one)
                ELSE nullif(held->>name, '') END AS word
            FROM jsonb_array_elements_text(source->'title') WITH ORDINALITY AS named(name, at)
        ) AS words
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION work_project(held jsonb, source jsonb) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        item uuid := (held->>'id')::uuid;
        present text := held->>(source->>'state');
        turn varchar[];
        due record;
    BEGIN
        IF NOT coalesce(source->'turns' ? present, false) THEN
            UPDATE work_items SET is_open = false, state = present,
                closed_at = coalesce((held->>'updated_at')::timestamptz, now()),
                closed_cities = turn_cities, turn_cities = '{}',
                closed_holders = coalesce(
                    (SELECT array_agg(claimed_by) FROM work_claims WHERE item_id = item), '{}')
                WHERE id = item AND is_open;
            IF NOT FOUND THEN
                UPDATE work_items SET state = present WHERE id = item AND state <> present;
            END IF;
            DELETE FROM work_claims WHERE item_id = item;
            RETURN;
        END IF;
        IF source->'turns'->present ? '?' THEN
            EXECUTE source->>'turn_query' INTO turn USING item;
            turn := coalesce(turn, '{}');
        ELSE
            turn := work_cities(held, source->'turns'->present);
        END IF;
        due := work_due(held, source);
        INSERT INTO work_items (id, kind, collection, biz_no, title, state, owner_city,
                turn_cities, cities, is_open, due_on, due_key, deadline_code, provisional,
                created_at, closed_cities, closed_holders)
            VALUES (item, source->>'kind', source->>'collection', held->>'biz_no',
                work_title(held, source), present, held->>'owner_city', turn,
                work_cities(held, (source->'cities')) || turn, true, due.due_on,
                coalesce(due.due_on, DATE '9999-12-31'), due.code, due.provisional,
                coalesce((held->>'created_at')::timestamptz, now()), '{}', '{}')
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, state = excluded.state,
                biz_no = excluded.biz_no, owner_city = excluded.owner_city,
                turn_cities = excluded.turn_cities, cities = excluded.cities, is_open = true,
                due_on = excluded.due_on, due_key = excluded.due_key,
                deadline_code = excluded.deadline_code, provisional = excluded.provisional,
                closed_at = NULL, closed_cities = '{}', closed_holders = '{}';
        DELETE FROM work_claims WHERE item_id = item AND NOT city = ANY(turn);
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION work_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM work_items WHERE id = OLD.id;
        ELSE
            PERFORM work_project(to_jsonb(NEW), k.source)
                FROM work_kinds k WHERE k.kind = TG_ARGV[0];
        END IF;
        RETURN NULL;
    END $$
    """,
    # A part or a follower changed: its row is looked at again.
    """
    CREATE OR REPLACE FUNCTION work_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE source jsonb := (SELECT k.source FROM work_kinds k WHERE k.kind = TG_ARGV[0]);
    BEGIN
        EXECUTE format('SELECT work_project(to_jsonb(r), $2) FROM %I r WHERE r.id = $1',
            source->>'table') USING (to_jsonb(NEW)->>TG_ARGV[1])::uuid, source;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION work_clock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        source jsonb; item uuid := NEW.subject_id; part record; owner uuid;
    BEGIN
        IF TG_OP = 'UPDATE' AND (OLD.due_on, OLD.status, OLD.met_on, OLD.paused_on,
                OLD.provisional) IS NOT DISTINCT FROM (NEW.due_on, NEW.status, NEW.met_on,
                NEW.paused_on, NEW.provisional) THEN
            RETURN NULL;
        END IF;
        SELECT k.source INTO source FROM work_items i JOIN work_kinds k USING (kind)
            WHERE i.id = item AND i.is_open;
        IF source IS NULL THEN
            FOR part IN SELECT k.source AS of, p.key, p.value FROM work_kinds k,
                    jsonb_each_text(k.source->'parts') p LOOP
                EXECUTE format('SELECT %I FROM %I WHERE id = $1', part.value, part.key)
                    INTO owner USING item;
                IF owner IS NOT NULL THEN
                    source := part.of; item := owner; EXIT;
                END IF;
            END LOOP;
        END IF;
        IF source IS NOT NULL THEN
            EXECUTE format('SELECT work_project(to_jsonb(r), $2) FROM %I r WHERE r.id = $1',
                source->>'table') USING item, source;
        END IF;
        RETURN NULL;
    END $$
    """,
)


async def install(connection: AsyncConnection, sources: Sequence[WorkSource]) -> int:
    """Writes functions and sources down where they differ from what is there; how many did.

    Runs as the owner of the database, after the migrations, in the caller's transaction.
    """
    if await connection.scalar(text("SELECT to_regclass('work_kinds')")) is None:
        return 0  # an older state of the database, asked for by its revision
    for function in FUNCTIONS:
        await connection.exec_driver_sql(function)
    await connection.exec_driver_sql(_watch("deadlines", "work_clock", "work_clock_changed()"))
    known = {
        row.kind: row.source
        for row in await connection.execute(text("SELECT kind, source FROM work_kinds"))
    }
    for kind in known.keys() - {one.kind for one in sources}:
        await _forget(connection, kind, known[kind])
    changed = [one for one in sources if known.get(one.kind) != one.statement]
    for one in changed:
        await _declare(connection, one)
    return len(changed)


def _watch(table: str, name: str, call: str, condition: str = "", when: str = "") -> str:
    return (
        f'CREATE OR REPLACE TRIGGER "{name}" AFTER {when or "INSERT OR UPDATE"} ON "{table}" '
        f"FOR EACH ROW {condition} EXECUTE FUNCTION {call}"
    )


async def _declare(connection: AsyncConnection, one: WorkSource) -> None:
    await connection.execute(
        text(
            "INSERT INTO work_kinds (kind, source) VALUES (:kind, CAST(:source AS jsonb)) "
            "ON CONFLICT (kind) DO UPDATE SET source = excluded.source"
        ),
        {"kind": one.kind, "source": json.dumps(one.statement, ensure_ascii=False)},
    )
    call = f"work_row_changed('{one.kind}')"
    states = ", ".join(f"'{state}'" for state in one.open_states)
    is_open = f"{{}}.{one.state} IN ({states})"
    new, old = is_open.format("NEW"), is_open.format("OLD")
    for name, when, condition in (
        ("made", "INSERT", f"WHEN ({new})"),
        ("moved", "UPDATE", f"WHEN ({old} OR {new})"),
        ("gone", "DELETE", ""),
    ):
        statement = _watch(one.table, f"work_{one.kind}_{name}", call, condition, when)
        await connection.exec_driver_sql(statement)
    for table, column in {**one.parts, **one.follows}.items():
        part = f"work_part_changed('{one.kind}', '{column}')"
        await connection.exec_driver_sql(_watch(table, f"work_{one.kind}_part", part))
    await connection.exec_driver_sql(
        f"SELECT work_project(to_jsonb(r), k.source) FROM {one.table} r, work_kinds k "
        f"WHERE k.kind = '{one.kind}' AND (r.{one.state} IN ({states}) "
        f"OR r.id IN (SELECT id FROM work_items WHERE kind = '{one.kind}'))"
    )


async def _forget(connection: AsyncConnection, kind: str, source: dict[str, object]) -> None:
    for name in ("made", "moved", "gone"):
        await connection.exec_driver_sql(
            f'DROP TRIGGER IF EXISTS "work_{kind}_{name}" ON "{source["table"]}"'
        )
    parts, follows = source["parts"], source["follows"]
    assert isinstance(parts, dict)
    assert isinstance(follows, dict)
    for table in (*parts, *follows):
        await connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "work_{kind}_part" ON "{table}"')
    for table, column in (("work_items", "kind"), ("work_kinds", "kind")):
        await connection.execute(
            text(f"DELETE FROM {table} WHERE {column} = :kind"), {"kind": kind}
        )
