"""A backup of a running database is restored into either kind; who was erased stays erased, the past is not sent."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, clinics, privacy, restoring, worries
from reminderbot.store import audit, backing_up, backup_file, cells, erasure_list, tables, vault, verifying
from reminderbot.store import restoring as loads
from reminderbot.store import work as works
from tests.isolation import full
from tests.services import cast


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "night.backup"


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, url: str, sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated database of the kind that the story does not begin in."""
    if url.startswith("sqlite"):
        return str(request.getfixturevalue("postgres_url"))
    path = tmp_path / "new.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


async def restore(
    url: str,
    masters: vault.Masters,
    file: Path,
    clock: clocks.Clock,
    erased: list[erasure_list.Erasure] | None = None,
) -> restoring.Settled:
    """Restore as the operator's command does."""
    with file.open("rb") as opened:
        reader, listed = backup_file.Reader(opened, masters), erased or []
        async with loads.loaded(url, masters, reader, erased={each.id for each in listed}) as (work, _):
            return await restoring.settle(work, listed, made_at=reader.header.made_at, now=clock.now())


async def everything(store: works.Store, *, without: set[Table] = frozenset()) -> dict[str, list[tuple[object, ...]]]:  # type: ignore[assignment]
    """Return all rows of all tables."""
    async with store.reading() as work:
        return {
            table.name: sorted((tuple(row) for row in await work.run(select(table))), key=repr)
            for table in cells.ordered()
            if table not in without
        }


async def test_all_rows_are_the_same_in_the_other_database(
    store: works.Store,
    url: str,
    elsewhere: str,
    ana: access.Person,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())
    await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now(), words="it burns")
        ids = (await work.run(select(tables.reminders.c.id).limit(2))).scalars().all()
        merged = tables.reminders.update().where(tables.reminders.c.id == ids[0])
        await work.run(merged.values(state=life.State.MERGED, merged_into=ids[1]))

    made = await backing_up.write(url, masters, file, at=clock.now())
    await restore(elsewhere, masters, file, clock)

    other = await works.Store.open(elsewhere, masters)
    changed = {tables.audit, tables.audit_heads}  # where the restore itself is written down
    there, here = await everything(other, without=changed), await everything(store, without=changed)
    await other.close()
    assert there == here
    assert sum(made.rows.values()) > 30


async def test_new_rows_are_numbered_after_those_that_came(
    store: works.Store,
    url: str,
    elsewhere: str,
    ana: access.Person,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await backing_up.write(url, masters, file, at=clock.now())
    await restore(elsewhere, masters, file, clock)

    other = await works.Store.open(elsewhere, masters)
    carl = await cast.consenting(other, catalog, telegram_id=4_100_200_309, now=clock.now())
    await cast.register(other, carl, catalog, now=clock.now())
    async with other.reading() as work:
        events = (await work.run(select(func.count()).select_from(tables.events))).scalar_one()
    await other.close()
    assert events == 2 * await cast.count(store, tables.events)


async def test_what_was_due_before_is_looked_at_and_not_sent(
    store: works.Store,
    url: str,
    elsewhere: str,
    ana: access.Person,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await backing_up.write(url, masters, file, at=clock.now())
    clock.wind(timedelta(days=2))

    settled = await restore(elsewhere, masters, file, clock)

    other = await works.Store.open(elsewhere, masters)
    async with other.reading() as work:
        r = tables.reminders.c
        of = (r.treatment_id == kept.treatment_id, r.due_at <= clock.now())
        past = set((await work.run(select(r.state).where(*of))).scalars())
        ahead = (await work.run(select(r.state).where(r.due_at > clock.now(), r.state == "planned"))).all()
    await other.close()
    assert settled.reminders > 0
    assert "planned" not in past
    assert "review" in past
    assert ahead


async def test_who_was_erased_since_the_backup_is_not_in_it_any_more(
    url: str,
    elsewhere: str,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
    tmp_path: Path,
) -> None:
    listed = erasure_list.ErasureList(tmp_path / "key.erased")
    store = await works.Store.open(url, masters, erasures=listed)
    ana = await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=clock.now())
    carl = await cast.consenting(store, catalog, telegram_id=4_100_200_301, now=clock.now())
    for who in (ana, carl):
        await cast.register(store, who, catalog, now=clock.now())
    await backing_up.write(url, masters, file, at=clock.now())
    async with store.writing() as work:
        await privacy.erase(work, ana, now=clock.now())
    await store.close()

    settled = await restore(elsewhere, masters, file, clock, listed.read())

    other = await works.Store.open(elsewhere, masters)
    async with other.reading() as work:
        purposes = sorted((await work.run(select(tables.data_keys.c.purpose))).scalars())
        with pytest.raises(errors.NotFound):
            await privacy.stored(work, ana)
        assert (await privacy.stored(work, carl)).telegram_id == 4_100_200_301
    await other.close()
    assert (settled.patients, settled.chats) == (1, 1)
    assert purposes == ["chat", "index", "patient", "system"]


async def test_the_list_of_another_installation_is_refused(
    store: works.Store,
    url: str,
    elsewhere: str,
    ana: access.Person,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    async with store.writing() as work:
        await privacy.erase(work, ana, now=clock.now())
    await backing_up.write(url, masters, file, at=clock.now())
    strange = [erasure_list.Erasure(erasure_list.Kind.PATIENT, "f" * 32)]

    with pytest.raises(errors.Unusable, match="another installation's"):
        await restore(elsewhere, masters, file, clock, strange)


async def test_a_database_that_is_in_use_is_left_as_it_is(
    store: works.Store, url: str, ana: access.Person, clock: clocks.Clock, masters: vault.Masters, file: Path
) -> None:
    await backing_up.write(url, masters, file, at=clock.now())
    before = await everything(store)

    with pytest.raises(errors.Unusable, match="is not empty"):
        await restore(url, masters, file, clock)
    assert await everything(store) == before


async def test_the_audits_chain_goes_on_after_a_restore(
    store: works.Store,
    url: str,
    elsewhere: str,
    bea: clinics.ClinicView,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    async with store.writing() as work:
        who = access.Staff("", bea.organisation_id, bea.id, access.Role.ADMIN)
        await audit.add(
            work,
            organisation_id=who.organisation_id,
            clinic_id=who.clinic_id,
            at=clock.now(),
            actor="program",
            action="session.moved",
            detail={"n": 1, "b": True, "none": None},
        )
    await backing_up.write(url, masters, file, at=clock.now())
    await restore(elsewhere, masters, file, clock)

    other = await works.Store.open(elsewhere, masters)
    async with other.reading() as work:
        rows = (
            await work.run(
                select(tables.audit).where(tables.audit.c.clinic_id == bea.id).order_by(tables.audit.c.number)
            )
        ).all()
    await other.close()
    previous = audit.FIRST
    for row in rows:
        line = audit.AuditRow(row.number, row.at, row.actor, row.staff_id, row.patient_id, row.action, row.detail)
        assert (row.previous, row.hash) == (previous, audit.chained(previous, bea.id, line))
        previous = row.hash
    assert rows[-1].action == "backup.restored"


async def test_a_whole_backup_is_told_in_figures(
    store: works.Store,
    url: str,
    ana: access.Person,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    masters: vault.Masters,
    file: Path,
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    made = await backing_up.write(url, masters, file, at=clock.now())

    with file.open("rb") as opened:
        found = verifying.verify(backup_file.Reader(opened, masters), masters)

    assert (found.rows, found.chunks) == (made.rows, made.chunks)
    assert (found.keys, found.opened) == (4, 1)  # who registers alone has no name: the chat's id


@pytest.fixture
async def full_store(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> works.Store:
    """A database in which every sealed column holds something."""
    await full.both(store, catalog, now=clock.now())
    return store


async def test_of_every_sealed_column_some_cells_are_opened(
    full_store: works.Store, url: str, clock: clocks.Clock, masters: vault.Masters, file: Path
) -> None:
    await backing_up.write(url, masters, file, at=clock.now())

    with file.open("rb") as opened:
        found = verifying.verify(backup_file.Reader(opened, masters), masters)

    sealed = {f"{table}.{column}" for table, columns in verifying.SEALED.items() for column in columns}
    assert set(found.columns) == sealed
    assert found.opened == sum(found.columns.values()) > len(sealed)


@pytest.mark.parametrize("column", ["letters.words", "outbox.payload", "uploads.content", "dialogues.data"])
async def test_a_cell_that_does_not_open_is_told_whosever_key_it_is_under(
    full_store: works.Store, url: str, clock: clocks.Clock, masters: vault.Masters, file: Path, column: str
) -> None:
    table, _, name = column.partition(".")
    of = tables.metadata.tables[table]
    async with full_store.writing() as work:
        await work.run(of.update().values({name: b"n" * 40}))
    await backing_up.write(url, masters, file, at=clock.now())

    with file.open("rb") as opened, pytest.raises(errors.Unusable, match=column):
        verifying.verify(backup_file.Reader(opened, masters), masters)
