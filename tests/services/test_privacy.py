"""What is stored is told; what is erased is gone, and what stays has no name."""

from pathlib import Path

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import (
    access,
    clinics,
    dialogues,
    invites,
    letters,
    preferences,
    privacy,
    questions,
    worries,
)
from reminderbot.store import outbox, tables, vault
from reminderbot.store import work as works
from tests.services import cast


async def erase(store: works.Store, who: access.Person, clock: clocks.Clock) -> privacy.Erased:
    """Erase in a visit of its own."""
    async with store.writing() as work:
        return await privacy.erase(work, who, now=clock.now())


async def test_what_is_stored_is_told(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())
    async with store.writing() as work:
        await preferences.set_treated_by(work, ana, "+34 910 000 000", now=clock.now())
        held = await privacy.stored(work, ana)

    assert (held.telegram_id, held.consented_at) == (4_100_200_300, clock.now())
    assert [(p.treatments, p.reminders_sent, p.treated_by) for p in held.patients] == [(1, 1, "+34 910 000 000")]


async def test_an_erasure_ends_what_waits_and_destroys_the_keys(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    erased = await erase(store, ana, clock)

    async with store.reading() as work:
        purposes = (await work.run(select(tables.data_keys.c.purpose))).scalars().all()
    assert (erased.telegram_id, erased.bot_id, erased.cancelled) == (4_100_200_300, cast.BOT, 9)
    assert sorted(purposes) == ["index", "system"]
    assert (await cast.states(store, kept.treatment_id))["day-1"] == ("cancelled", "erased")


async def test_no_sealed_cell_of_an_erased_person_is_left(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
        await dialogues.save(work, ana, "session", {"day": "x"}, now=clock.now())
        await worries.raise_(work, ana, now=clock.now(), words="it burns")
        to = await letters.write(work, ana, "May I swim?", now=clock.now())
        await questions.keep(work, to, "parking?", language="en", topic="", catalog=catalog, now=clock.now())
        await outbox.owe(
            work,
            bot_id=cast.BOT,
            organisation_id=tables.BUILT_IN,
            chat_id=ana.chat_id,
            kind=outbox.Kind.REPLY,
            method="sendMessage",
            params={"text": "for Ana"},
            now=clock.now(),
        )

    await erase(store, ana, clock)

    personal = [c for t in tables.metadata.sorted_tables for c in t.c if c.info.get("personal")]
    async with store.reading() as work:
        left = {str(c): len((await work.run(select(c).where(c.is_not(None)))).all()) for c in personal}
    assert {name: count for name, count in left.items() if count} == {}


async def test_a_farewell_that_is_owed_in_the_same_visit_can_still_be_sent(
    store: works.Store, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await outbox.owe(
            work,
            bot_id=cast.BOT,
            organisation_id=tables.BUILT_IN,
            chat_id=ana.chat_id,
            kind=outbox.Kind.FAREWELL,
            method="sendMessage",
            params={"text": "Gone."},
            now=clock.now(),
        )
        await privacy.erase(work, ana, now=clock.now())

    async with store.reading() as work:
        row = (await work.run(select(tables.outbox))).one()
        payload = work.system.open(row.payload, table="outbox", row=row.id, column="payload")
    assert (row.state, "4100200300" in payload) == ("planned", True)


async def test_an_erased_chat_cannot_be_asked_for(store: works.Store, ana: access.Person, clock: clocks.Clock) -> None:
    await erase(store, ana, clock)

    with pytest.raises(errors.NotFound):
        await erase(store, ana, clock)


async def test_someone_who_comes_back_after_an_erasure_is_new(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await erase(store, ana, clock)

    async with store.writing() as work:
        again = await cast.arrive(work, catalog, telegram_id=4_100_200_300, now=clock.now())

    assert (again.id != ana.chat_id, again.is_new, again.consented_at) == (True, True, None)


async def test_a_clinic_keeps_its_session_without_a_name(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
    await erase(store, ana, clock)

    async with store.reading() as work:
        row = (await work.run(select(tables.treatments))).one()
    assert (row.clinic_id, row.day) == (bea.id, cast.TUESDAY.day)


async def test_nothing_personal_stands_in_the_database_file(
    sqlite_url: str, masters: vault.Masters, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    store = await works.Store.open(sqlite_url, masters)
    async with store.writing() as work:
        clinic = await cast.clinic(work, catalog, now=clock.now())
    await cast.invite(store, clinic, catalog, now=clock.now(), name="Zoraida Quiñones")
    who = await cast.consenting(store, catalog, telegram_id=8_123_456_789, now=clock.now())
    await cast.register(store, who, catalog, now=clock.now())
    async with store.writing() as work:
        await preferences.set_treated_by(work, who, "+34 987 654 321", now=clock.now())
        await worries.raise_(work, who, now=clock.now(), words="canary words")
        await dialogues.save(work, who, "session", {"typed": "canary typed"}, now=clock.now())
    await store.close()

    kept = raw(sqlite_url)
    canaries = ["Zoraida", "8123456789", "987 654 321", "canary words", "canary typed"]
    assert [canary for canary in canaries if canary.encode() in kept] == []


async def test_an_erased_persons_wrapped_keys_leave_the_database_file_and_its_log(
    sqlite_url: str, masters: vault.Masters, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    store = await works.Store.open(sqlite_url, masters)
    others = [await cast.consenting(store, catalog, telegram_id=70 + each, now=clock.now()) for each in range(3)]
    who = await cast.consenting(store, catalog, telegram_id=8_123_456_789, now=clock.now())
    await cast.register(store, who, catalog, now=clock.now())
    await cast.consenting(store, catalog, telegram_id=80, now=clock.now())
    k = tables.data_keys.c
    async with store.reading() as work:
        wrapped = {row.id: row.wrapped for row in await work.run(select(k.id, k.wrapped))}
    assert [id for id, cell in wrapped.items() if cell not in raw(sqlite_url)] == []

    await erase(store, who, clock)

    async with store.reading() as work:
        left = set((await work.run(select(k.id))).scalars())
    assert len(wrapped) - len(left) == 2  # the chat's and the patient's
    assert [id for id, cell in wrapped.items() if cell in raw(sqlite_url) and id not in left] == []
    assert len(left) >= len(others) + 3
    await store.close()


def raw(url: str) -> bytes:
    """Return the bytes of a database's file and of whatever stands beside it."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
