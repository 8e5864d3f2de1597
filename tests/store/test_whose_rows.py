"""On PostgreSQL a query that forgets its clinic finds no other's rows, and the program's role cannot change that."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from reminderbot import clocks
from reminderbot.store import grants, reach, reminders, tables, vault
from reminderbot.store import work as works
from tests.chaos import rows
from tests.chaos.standin import BOT
from tests.conftest import MONDAY, ROLE

MANY = 300

OPEN = {"alembic_version": "the number of the schema: nobody's"}
"""Tables without row-level security, with the reason."""

FORBIDDEN = {
    "ALTER TABLE patients DISABLE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE patients ADD COLUMN mine text": "must be owner",
    "DROP POLICY reach_all ON patients": "must be owner",
    "CREATE POLICY mine ON patients USING (true)": "must be owner",
    "ALTER TABLE audit DISABLE TRIGGER ALL": "must be owner",
    "SET session_replication_role = replica": "permission denied",
    "SET ROLE postgres": "permission denied",
    "SET SESSION AUTHORIZATION postgres": "permission denied",
    f"ALTER ROLE {ROLE} BYPASSRLS": "permission denied",
    "TRUNCATE patients": "permission denied",
    "TRUNCATE audit": "permission denied",
    "UPDATE audit SET action = 'x'": "permission denied",
    "DELETE FROM audit": "permission denied",
    "DELETE FROM attempts": "permission denied",
    "DELETE FROM edition_texts": "permission denied",
    "CREATE TABLE mine (id int)": "permission denied",
    "SET LOCAL row_security = off; SELECT * FROM patients": "row-level security",
}


@pytest.fixture
async def store(postgres_url: str, masters: vault.Masters) -> AsyncIterator[works.Store]:
    opened = await works.Store.open(postgres_url, masters)
    yield opened
    await opened.close()


async def peopled(store: works.Store) -> tuple[str, str]:
    """Make two organisations with a patient each; return their ids."""
    made = []
    async with store.writing() as work:
        for name in ("Bea", "Carl"):
            own = tables.new_id()
            await work.run(insert(tables.organisations).values(id=own, name=name, created_at=MONDAY))
            await work.run(insert(tables.patients).values(**patient(own)))
            made.append(own)
    return made[0], made[1]


def patient(organisation_id: str) -> dict[str, object]:
    night, day = time(21), time(9)
    habits = {"language": "en", "zone": "Europe/Berlin", "morning": day, "quiet_from": night, "quiet_to": day}
    return {"organisation_id": organisation_id, "wants_reads": False, "created_at": MONDAY, **habits}


async def test_a_query_that_forgets_its_clinic_finds_its_own_rows_alone(store: works.Store) -> None:
    bea, carl = await peopled(store)

    async with store.confined(reach.organisation(bea)).reading() as work:
        seen = set((await work.run(select(tables.patients.c.organisation_id))).scalars())
    async with store.confined(reach.organisation(bea)).writing() as work:
        changed = (await work.run(update(tables.patients).values(language="es"))).rowcount
        gone = (await work.run(tables.patients.delete())).rowcount
    async with store.reading() as work:
        left = (await work.run(select(tables.patients.c.organisation_id, tables.patients.c.language))).all()

    assert (seen, changed, gone) == ({bea}, 1, 1)
    assert left == [(carl, "en")]


async def test_nothing_is_written_for_another_clinic(store: works.Store) -> None:
    bea, carl = await peopled(store)
    confined = store.confined(reach.organisation(bea))

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with confined.writing() as work:
            await work.run(insert(tables.patients).values(**patient(carl)))
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with confined.writing() as work:
            await work.run(update(tables.patients).values(organisation_id=carl))


async def test_before_it_is_known_who_asks_no_patient_is_reached(store: works.Store) -> None:
    await peopled(store)

    async with store.confined(reach.DOOR).reading() as work:
        patients = (await work.run(select(tables.patients.c.id))).all()
        clinics = (await work.run(select(tables.clinics.c.id))).all()

    assert (patients, len(clinics)) == ([], 1)


async def test_a_connection_is_not_confined_by_the_visit_before(store: works.Store) -> None:
    bea, _ = await peopled(store)
    for _ in range(3):
        async with store.confined(reach.organisation(bea)).reading() as work:
            await work.run(select(tables.patients.c.id))

    async with store.reading() as work:
        found = (await work.run(select(tables.patients.c.id))).all()

    assert len(found) == 2


async def test_a_claim_reads_few_pages_under_the_policies_and_without_statistics(postgres_url: str) -> None:
    """The planner knows nothing of tables that have just grown, and of a policy that it may be true of every row."""
    key = vault.new_master()
    await asyncio.to_thread(rows.fill, postgres_url, key, MANY)
    store = await works.Store.open(postgres_url, vault.Masters.read(key))
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store.engine.sync_engine, "before_cursor_execute")
    def remember(_: object, __: object, statement: str, given: object, *___: object) -> None:
        asked.append((statement, given))

    lease = timedelta(seconds=30)
    async with store.writing() as work:
        claimed = await reminders.claim(work, BOT, owner="x", now=clocks.machine(), lease=lease, limit=20)
        statement, given = next(each for each in asked if "FOR UPDATE" in each[0])
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        top = (await work.connection.exec_driver_sql(explained, given)).scalar_one()[0]["Plan"]
    await store.close()

    assert len(claimed) == 20
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 20 * MANY


async def test_keys_of_other_patients_cannot_be_destroyed(store: works.Store) -> None:
    bea, carl = await peopled(store)
    async with store.writing() as work:
        for own in (bea, carl):
            key = await work.new_key("patient")
            of = tables.patients.c
            await work.run(update(tables.patients).where(of.organisation_id == own).values(key_id=key.id))

    async with store.confined(reach.organisation(bea)).writing() as work:
        gone = (await work.run(tables.data_keys.delete())).rowcount

    assert gone == 1


async def test_who_says_nothing_sees_nothing(store: works.Store, postgres_url: str) -> None:
    await peopled(store)

    with psycopg.connect(postgres_url) as connection:
        seen = {
            table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()
            for table in tables.metadata.sorted_tables
        }

    assert set(seen.values()) == {(0,)}


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_programs_role_cannot_lift_it(store: works.Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match=FORBIDDEN[statement]):
        async with store.confined(reach.organisation("0" * 32)).writing() as work:
            for part in statement.split("; "):
                await work.run(text(part))


def test_every_table_is_confined_and_its_owner_too(owner_url: str) -> None:
    query = """
        SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity
               AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname <> 'unsaid')
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    """
    with psycopg.connect(owner_url) as connection:
        found = dict(connection.execute(query).fetchall())

    assert {name for name, is_confined in found.items() if not is_confined} == set(OPEN)
    assert set(found) == {table.name for table in tables.metadata.sorted_tables} | set(OPEN)


def test_the_programs_role_may_do_what_is_listed_and_no_more(owner_url: str) -> None:
    query = """
        SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN (%s, 'PUBLIC') AND table_schema = 'public'
    """
    with psycopg.connect(owner_url) as connection:
        found = set(connection.execute(query, [ROLE]).fetchall())
        [role] = connection.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR pg_has_role(oid, 'postgres', 'MEMBER')"
            " FROM pg_roles WHERE rolname = %s",
            [ROLE],
        ).fetchall()

    assert found == {(table, right) for table, given in grants.rights().items() for right in given}
    assert role == (False,)
