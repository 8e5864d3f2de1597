"""`reminderbot migrate` makes the program's role and says what lacks; an owner who is no superuser is confined too."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from reminderbot import errors, settings
from reminderbot.app import checking
from reminderbot.store import migrate, reach, tables, vault
from reminderbot.store import work as works
from tests.conftest import as_role, database_url
from tests.store.test_whose_rows import peopled


@pytest.fixture
def role(owner_url: str) -> Iterator[str]:
    """A name for a role that is not there yet; it is gone afterwards."""
    name = f"role_{uuid.uuid4().hex[:12]}"
    yield name
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def chosen(owner_url: str, program_url: str) -> settings.Settings:
    return settings.Settings(database_url=SecretStr(program_url), migrate_url=SecretStr(owner_url))


def do(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


async def test_the_role_that_lacks_is_made_and_may_use_its_rows(owner_url: str, role: str) -> None:
    program = as_role(owner_url, role, password="it's 100% %s secret")

    said = await checking.migrate(chosen(owner_url, program))

    assert said == f"The database is current already. The role {role} may use its rows."
    with psycopg.connect(as_role(owner_url, role)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None


async def test_a_role_that_lacks_and_cannot_be_made_is_told_with_the_statement(owner_url: str, role: str) -> None:
    with pytest.raises(errors.Unusable, match=f"CREATE ROLE {role} LOGIN PASSWORD"):
        await checking.migrate(chosen(owner_url, as_role(owner_url, role)))


TOO_MUCH = ("ALTER ROLE {role} SUPERUSER", "ALTER ROLE {role} BYPASSRLS", "GRANT {owner} TO {role}")


@pytest.mark.parametrize("too_much", TOO_MUCH)
async def test_a_role_that_passes_by_the_isolation_is_refused(owner_url: str, role: str, too_much: str) -> None:
    with psycopg.connect(owner_url) as connection:
        owner = connection.info.user
    do(owner_url, f"CREATE ROLE {role} LOGIN")
    do(owner_url, too_much.format(role=role, owner=owner))

    with pytest.raises(errors.Unusable, match="passes by the isolation of clinics"):
        await checking.migrate(chosen(owner_url, as_role(owner_url, role)))


async def test_one_role_for_both_is_told(owner_url: str) -> None:
    said = await checking.migrate(settings.Settings(database_url=SecretStr(owner_url), migrate_url=None))

    assert "The program's role owns the tables: see the runbook, Two roles." in said


async def test_on_sqlite_nothing_is_said_of_roles(sqlite_url: str) -> None:
    said = await checking.migrate(settings.Settings(database_url=SecretStr(sqlite_url), migrate_url=None))

    assert said == "The database is current already."


@pytest.fixture
def plain_owner(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database for its owner, who is no superuser."""
    name = f"plain_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        yield as_role(database_url(postgres_server, name), name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"DROP ROLE {name}")


async def test_an_owner_who_is_no_superuser_is_confined_once_it_has_said_what_it_is_about(
    plain_owner: str, masters: vault.Masters
) -> None:
    await migrate.upgrade(plain_owner)
    store = await works.Store.open(plain_owner, masters)
    bea, carl = await peopled(store)
    whose = select(tables.patients.c.organisation_id)
    async with store.confined(reach.organisation(bea)).reading() as work:
        confined = set((await work.run(whose)).scalars())
    await store.close()

    with psycopg.connect(plain_owner) as connection:  # an older program, and a migration that moves rows, say nothing
        unsaid = {row[0] for row in connection.execute("SELECT organisation_id FROM patients")}
        connection.execute("SET reminderbot.reach = 'nonsense'")
        wrong = connection.execute("SELECT organisation_id FROM patients").fetchall()

    assert (confined, unsaid, wrong) == ({bea}, {bea, carl}, [])
