"""Each service is whole: papers, contract, migrations, deployment, a database of its own."""

import difflib
import json
import re
import tomllib
from pathlib import Path

import asyncpg
import pytest
import yaml
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from hrss_kit import migrations, tables
from hrss_kit.command import contract
from hrss_kit.testing import Suite, TestDatabase

from .members import MEMBERS, ROOT, SERVICES, service_of

SHORT_SERVICE = 250
every_member = pytest.mark.parametrize("member", MEMBERS)
every_service = pytest.mark.parametrize("member", SERVICES)


def home(member: str) -> Path:
    return ROOT / ("gateway" if member == "gateway" else f"services/{member}")


@every_member
def test_it_has_its_papers_and_its_files(member: str) -> None:
    base, package = home(member), home(member) / "src" / member
    for file in ("README.md", "pyproject.toml", "contract/openapi.json", "tests"):
        assert (base / file).exists(), file
    for file in ("main.py", "settings.py", "db.py", "access.py", "migrations/env.py"):
        assert (package / file).exists(), file


@every_service
def test_a_feature_is_a_folder_with_the_same_files(member: str) -> None:
    """Decision 0004: parts of a long service stand beside it and know no HTTP."""
    package = home(member) / "src" / member
    features = [path.parent for path in package.glob("*/router.py")]
    assert features
    usual = {"__init__", "router", "schemas", "service", "models", "rules", "consumers"}
    for feature in features:
        found = {path.stem: path.read_text("utf-8") for path in feature.glob("*.py")}
        assert {"router", "schemas", "service", "models"} <= set(found), feature
        parts = set(found) - usual
        whole = sum(len(found[name].splitlines()) for name in {*parts, "service"})
        assert not parts or whole > SHORT_SERVICE, f"{feature.name}: {sorted(parts)}"
        for name in {*parts, "service", "models", "rules"} & set(found):
            heads = [line for line in found[name].splitlines() if "import" in line]
            web = [line for line in heads if "fastapi" in line or "starlette" in line]
            # What is asked before the transaction, and batches, hang on the application itself.
            handles = {"from fastapi import FastAPI", "from fastapi import Request"}
            assert set(web) <= handles, f"{feature.name}/{name}.py: {web}"


@every_member
def test_the_committed_contract_is_what_it_serves(member: str) -> None:
    committed = (home(member) / "contract" / "openapi.json").read_text("utf-8")
    served = contract(service_of(member))
    changed = difflib.unified_diff(committed.splitlines(), served.splitlines(), lineterm="", n=6)
    assert not (lines := list(changed)), "\n".join(lines[:60])


@every_member
def test_every_event_it_publishes_has_a_committed_schema(member: str) -> None:
    folder = home(member) / "contract" / "events"
    committed = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    published = {event.type: event for event in service_of(member).event_types}
    assert set(committed) == set(published)
    for name, event in published.items():
        assert committed[name]["data_schema"] == event.model_json_schema(), name
        assert committed[name]["examples"], name
        for example in committed[name]["examples"]:
            event.model_validate(example)


@every_member
def test_its_migrations_form_one_line(member: str) -> None:
    script = ScriptDirectory.from_config(migrations._config(member))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


CATALOGUE = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' '
       || coalesce(character_maximum_length::text, '') || ' ' || is_nullable AS line
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
  AND contype <> 'n'
UNION ALL
SELECT 'index ' || indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT 'sequence ' || sequencename || ' ' || max_value FROM pg_sequences
WHERE schemaname = 'public' AND sequencename NOT LIKE '%\\_seq'
ORDER BY 1
"""


async def catalogue(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["line"] for row in await connection.fetch(CATALOGUE)]
    finally:
        await connection.close()


@every_member
async def test_migrations_and_models_make_the_same_database(member: str, suite: Suite) -> None:
    """Alembic's own check misses constraints and partial indexes; the catalogues do not."""
    migrated, created = TestDatabase(member), TestDatabase(member)
    try:
        await migrated.create()
        await created.create()
        connection = await asyncpg.connect(created.superuser_url)
        functions = await connection.fetch(
            "SELECT pg_get_functiondef(p.oid) AS body FROM pg_proc p "
            "LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' "
            "WHERE pronamespace = 'public'::regnamespace AND d.objid IS NULL"
        )
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for extension in ("pg_trgm", "btree_gist"):
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        for function in functions:
            await connection.execute(function["body"])
        await connection.close()
        engine = create_async_engine(
            created.superuser_url.replace("postgresql:", "postgresql+asyncpg:", 1)
        )
        async with engine.begin() as making:
            for metadata in (service_of(member).metadata, tables.METADATA):
                await making.run_sync(metadata.create_all)
        await engine.dispose()
        by_migration = await catalogue(migrated.superuser_url)
        by_models = await catalogue(created.superuser_url)
        assert by_migration == by_models
    finally:
        await migrated.drop()
        await created.drop()


@every_member
async def test_its_role_reaches_no_other_database(member: str, suite: Suite) -> None:
    other = next(one for one in MEMBERS if one != member)
    database = TestDatabase(member)
    url = database.app_url.rpartition("/")[0]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"{url}/hrss_{other}")


@every_member
def test_compose_runs_it_its_worker_and_its_migrations(member: str) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    name = member.replace("_", "-")
    for wanted in (name, f"migrate-{name}"):
        assert wanted in compose["services"], wanted
    if member != "gateway":
        assert f"{name}-worker" in compose["services"]


@every_service
def test_the_gateway_knows_the_way(member: str) -> None:
    table = tomllib.loads((ROOT / "gateway/src/gateway/routes.toml").read_text("utf-8"))
    assert f"/{member.replace('_', '-')}" in json.dumps(table)


@every_service
def test_its_dependencies_are_the_kit_and_libraries(member: str) -> None:
    project = tomllib.loads((home(member) / "pyproject.toml").read_text("utf-8"))["project"]
    ours = [name for name in project["dependencies"] if name.startswith("hrss-")]
    assert ours == ["hrss-kit"]
    for name in project["dependencies"]:
        assert re.fullmatch(r"[A-Za-z0-9_.\-\[\]]+", name), f"{name}: versions are pinned once"
