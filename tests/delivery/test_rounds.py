"""The rounds erase what has had its time: secrets of dead links, sign-ins, lists, patients kept long enough."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.delivery import rounds
from reminderbot.services import access
from reminderbot.store import bots, tables, uploads
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    """The texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


async def test_what_has_had_its_time_is_erased_and_what_has_not_stays(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    now = clock.now()
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=now)
        await work.run(update(tables.clinics).values(retention_days=180))
    await cast.invite(store, bea, catalog, now=now)
    eva = await desk.employ(store, bea, access.Role.ADMIN, name="Eva")
    whose = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "staff_id": eva.staff_id}
    async with store.writing() as work:
        await uploads.add(work, **whose, content="Ana;24.11.2026", digest=b"d" * 32, now=now)

    await rounds.tidy(store, now + timedelta(hours=1))
    assert await left(store) == {"token": 1, "content": 1, "patient": 1}

    await rounds.tidy(store, now + timedelta(days=2))
    assert await left(store) == {"token": 1, "content": 0, "patient": 1}

    async with store.writing() as work:
        await work.run(update(tables.reminders).values(state="expired", reason="too_late"))
    await rounds.tidy(store, now + YEAR)
    assert await left(store) == {"token": 0, "content": 0, "patient": 0}


async def left(store: works.Store) -> dict[str, int]:
    """Return how many links, lists and patients are still there."""
    u, i, p = tables.uploads.c, tables.invites.c, tables.patients.c
    async with store.reading() as work:
        return {
            "token": len((await work.run(select(i.id).where(i.token.is_not(None)))).all()),
            "content": len((await work.run(select(u.id).where(u.content.is_not(None)))).all()),
            "patient": len((await work.run(select(p.id).where(p.erased_at.is_(None)))).all()),
        }


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEPT = {"claims": 0 * HOUR, "asked": HOUR, "submissions": DAY, "sign_ins": 90 * DAY, "staff_links": 90 * DAY}
"""By table how long after it is over a row is kept."""
LATE = {"late": MINUTE, "not yet": -MINUTE}


@pytest.mark.parametrize("name", KEPT)
async def test_what_is_over_is_forgotten_in_its_time_and_what_is_not_stays(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock, name: str
) -> None:
    await cast.consenting(store, catalog, telegram_id=41, now=clock.now())
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=clock.now())
    await cast.invite(store, bea, catalog, now=clock.now())
    eva = await desk.employ(store, bea, access.Role.ADMIN, name="Eva")
    over = {kept: await over_for(store, eva, clock, name, KEPT[name] + late) for kept, late in LATE.items()}

    await rounds.tidy(store, clock.now())

    table = tables.metadata.tables[name]
    key = next(iter(table.primary_key))
    async with store.reading() as work:
        left = set((await work.run(select(key))).scalars())
    assert {kept: id in left for kept, id in over.items()} == {"late": False, "not yet": True}


async def over_for(store: works.Store, eva: access.Staff, clock: clocks.Clock, name: str, since: timedelta) -> str:
    """Add a row of a table that was over so long ago; return its id."""
    now, machine = clock.now() - since, clocks.machine() - since
    staff = {"organisation_id": eva.organisation_id, "staff_id": eva.staff_id}
    blob = {"token_hash": secrets.token_bytes(32)}
    async with store.writing() as work:
        patient = (await work.run(select(tables.patients.c.id).limit(1))).scalar_one()
        used = {"organisation_id": eva.organisation_id, "patient_id": patient, "code_index": secrets.token_bytes(32)}
        rows = {
            "claims": {"id": tables.new_id(), **used, "created_at": now, "expires_at": now},
            "asked": {"chat_id": await _chat(work, clock), "at": now},
            "submissions": {"id": tables.new_id(), **staff, "location": "/console/today", "at": machine},
            "sign_ins": {"id": tables.new_id(), **staff, **blob, "clinic_id": eva.clinic_id, "kind": "full"}
            | {"created_at": machine, "seen_at": machine, "ends_at": machine},
            "staff_links": {"id": tables.new_id(), **staff, **blob, "purpose": "reset"}
            | {"created_at": machine, "expires_at": machine},
        }
        await work.run(insert(tables.metadata.tables[name]).values(**rows[name]))
    return str(rows[name].get("id") or rows[name]["chat_id"])


async def _chat(work: works.Work, clock: clocks.Clock) -> str:
    await bots.ensure(work, cast.BOT, username="aftercare_bot")
    row = {"id": tables.new_id(), "bot_id": cast.BOT, "language": "en", "created_at": clock.now()}
    await work.run(insert(tables.chats).values(**row))
    return row["id"]


async def test_counts_of_tries_are_forgotten_once_they_count_no_more(store: works.Store, clock: clocks.Clock) -> None:
    machine = clocks.machine()
    rows = [
        {"id": name, "failures": 3, "last_at": machine - since} for name, since in ((b"old", 3 * HOUR), (b"new", HOUR))
    ]
    async with store.writing() as work:
        await work.run(insert(tables.throttles), rows)

    await rounds.tidy(store, clock.now())

    async with store.reading() as work:
        assert list((await work.run(select(tables.throttles.c.id))).scalars()) == [b"new"]


async def test_a_used_code_stays_since_it_says_which_clinic_has_claimed(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=clock.now())
    await cast.invite(store, bea, catalog, now=clock.now())
    eva = await desk.employ(store, bea, access.Role.ADMIN, name="Eva")
    id = await over_for(store, eva, clock, "claims", DAY)
    async with store.writing() as work:
        await work.run(update(tables.claims).values(used_at=clock.now(), clinic_id=bea.id))

    await rounds.tidy(store, clock.now())

    async with store.reading() as work:
        assert list((await work.run(select(tables.claims.c.id))).scalars()) == [id]
