"""A clinic takes a copy of what is kept about a patient, and erases one: staff reach no farther than on any page."""

import asyncio
import json

import pytest
from sqlalchemy import update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, asked, clinics, dialogues, erasing, letters, mydata, worries
from reminderbot.store import erasure_list, outbox, personal, tables, vault
from reminderbot.store import work as works
from tests.services import branch_cast, cast

NAME = "Ana García"


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """An admin of Dr Bea's clinic."""
    return await branch_cast.employ(store, (bea, access.Role.ADMIN))


@pytest.fixture
async def patient(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> str:
    """Ana, who joined by Dr Bea's invite, has worried, written, and is typing something."""
    id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now(), name=NAME)
    await cast.sent(store, made.treatment_id, "eve", now=clock.now())
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now(), words="it burns")
        await letters.write(work, ana, "May I swim?", now=clock.now())
        await dialogues.save(work, ana, "session", {"typed": "a secret"}, now=clock.now())
        await asked.save(work, ana, asked.Asked(), now=clock.now())
    return id


async def erased(
    store: works.Store, who: access.Staff, id: str, catalog: catalogs.Catalog, clock: clocks.Clock, named: str = NAME
) -> bool:
    """Erase in a visit that reaches as far as the console's."""
    async with access.confined(store, who).writing() as work:
        return await erasing.erase(work, who, id, named=named, catalog=catalog, now=clock.now())


async def copied(store: works.Store, who: access.Staff, id: str, clock: clocks.Clock) -> mydata.Copy:
    async with access.confined(store, who).reading() as work:
        return await mydata.of_patient(work, who, id, now=clock.now())


async def sealed(store: works.Store) -> dict[str, int]:
    """Return by column how many cells are left by which somebody is recognised, the staff's own aside."""
    columns = [c for t in tables.metadata.sorted_tables for c in t.c if c.info.get("personal")]
    async with store.reading() as work:
        left = {str(c): len((await work.run(c.table.select().where(c.is_not(None)))).all()) for c in columns}
    return {name: count for name, count in left.items() if count and not name.startswith("staff")}


async def test_the_copy_holds_what_the_patient_wrote_and_their_chat(
    store: works.Store, patient: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    copy = await copied(store, dana, patient, clock)

    whole = json.loads(copy.json)
    assert [row["name"] for row in whole["patients"]] == [NAME]
    assert [row["words"] for row in whole["worries"]] == ["it burns"]
    assert [row["words"] for row in whole["letters"]] == ["May I swim?"]
    assert [row["telegram_id"] for row in whole["chats"]] == ["4100200300"]
    assert (len(whole["consents"]), len(whole["attempts"]), len(whole["invites"])) == (1, 1, 1)
    assert whole["clinics"] == {dana.clinic_id: "Bea Skin"}


async def test_the_clinics_copy_tells_every_table_but_what_stands_between_chat_and_bot(
    store: works.Store, patient: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    copy = await copied(store, dana, patient, clock)

    about = {table.name for table in tables.metadata.sorted_tables if personal.is_about(table)}
    assert set(copy.rows) == about - {*personal.NOT_TOLD, *personal.BETWEEN}
    assert "a secret" not in copy.json


async def test_a_chat_that_others_use_too_is_not_told(
    store: works.Store,
    patient: str,
    ana: access.Person,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    await branch_cast.joined(store, carls, catalog, ana, now=clock.now(), name="Lucía")

    copy = await copied(store, dana, patient, clock)

    assert (copy.rows["chats"], copy.rows["consents"]) == ([], [])
    assert not any(words in copy.json for words in ("Lucía", "Carl Skin", "4100200300", ana.chat_id))


async def test_an_erasure_leaves_no_sealed_cell_but_the_last_word(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    is_told = await erased(store, dana, patient, catalog, clock)

    left = await sealed(store)
    [row] = [each for each in await branch_cast.rows(store, tables.outbox) if each.payload is not None]
    assert (is_told, set(left)) == (True, {"outbox.payload"})
    assert (row.kind, row.state, row.organisation_id) == ("farewell", "planned", dana.organisation_id)


async def test_the_last_word_names_the_clinic_and_goes_without_the_chats_key(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await erased(store, dana, patient, catalog, clock)

    [row] = await branch_cast.rows(store, tables.outbox, kind=outbox.Kind.FAREWELL)
    async with store.reading() as work:
        said = json.loads(work.system.open(row.payload, table="outbox", row=row.id, column="payload"))
    assert said["to"] == 4_100_200_300
    assert "Bea Skin has erased all that I kept about you" in said["params"]["text"]
    assert "+34 910 000 000" in said["params"]["text"]


async def test_the_audit_keeps_a_pseudonym_of_who_was_erased(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await erased(store, dana, patient, catalog, clock)

    [line] = await branch_cast.rows(store, tables.audit, action="patient.erased")
    assert (line.actor, line.staff_id, line.patient_id) == ("staff", dana.staff_id, patient)
    assert NAME not in str(line.detail)


async def test_what_was_to_come_ends_and_no_one_waits_for_the_patient(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with access.confined(store, dana).reading() as work:
        ahead = await erasing.ahead(work, dana, patient)

    await erased(store, dana, patient, catalog, clock)

    ended = await branch_cast.rows(store, tables.reminders, patient_id=patient, reason="erased")
    open_cases = [each for each in await branch_cast.rows(store, tables.cases) if each.closed_at is None]
    assert (ahead.coming, ahead.chat_goes, ahead.is_told) == (len(ended), True, True)
    assert open_cases == []


async def test_a_chat_that_speaks_for_somebody_else_stays_and_hears_of_whom(
    store: works.Store,
    patient: str,
    ana: access.Person,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    daughter, _ = await branch_cast.joined(store, carls, catalog, ana, now=clock.now(), name="Lucía")

    await erased(store, dana, patient, catalog, clock)

    [chat] = await branch_cast.rows(store, tables.chats, id=ana.chat_id)
    [kept] = await branch_cast.rows(store, tables.patients, id=daughter)
    assert (chat.erased_at, kept.erased_at) == (None, None)
    assert f"about {NAME}" in (await branch_cast.told(store, ana.chat_id))[-1]


async def test_nobody_is_told_in_a_chat_that_blocks_us(
    store: works.Store,
    patient: str,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.chats).values(blocked_at=clock.now()))

    is_told = await erased(store, dana, patient, catalog, clock)

    assert (is_told, await branch_cast.rows(store, tables.outbox, kind="farewell")) == (False, [])
    assert await sealed(store) == {}


@pytest.mark.parametrize("named", ["", "Ana", "Ana Garcia Lopez", "ana garci"])
async def test_another_name_erases_nobody(
    store: works.Store,
    patient: str,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    named: str,
) -> None:
    before = await sealed(store)

    with pytest.raises(errors.Invalid, match="refused-name"):
        await erased(store, dana, patient, catalog, clock, named)

    assert await sealed(store) == before


@pytest.mark.parametrize("named", ["Ana García", " ana  garcia ", "ANA GARCI\u0301A", "anagarcía"])
async def test_case_accents_and_spaces_do_not_matter(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock, named: str
) -> None:
    await erased(store, dana, patient, catalog, clock, named)

    assert [each.erased_at for each in await branch_cast.rows(store, tables.patients, id=patient)] == [clock.now()]


async def test_who_has_no_name_is_confirmed_by_the_beginning_of_the_id(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.patients).values(name=None))
    with pytest.raises(errors.Invalid):
        await erased(store, dana, patient, catalog, clock, "")

    async with access.confined(store, dana).reading() as work:
        shown = (await erasing.ahead(work, dana, patient)).confirmed_by
    await erased(store, dana, patient, catalog, clock, shown)

    assert await branch_cast.rows(store, tables.patients, erased_at=None) == []


async def test_who_was_erased_is_not_there_any_more(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await erased(store, dana, patient, catalog, clock)

    with pytest.raises(errors.NotFound):
        await erased(store, dana, patient, catalog, clock)
    with pytest.raises(errors.NotFound):
        await copied(store, dana, patient, clock)


async def test_of_two_erasures_at_once_one_finds_nobody_and_one_last_word_is_owed(
    store: works.Store, patient: str, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    both = (erased(store, dana, patient, catalog, clock) for _ in range(2))

    first, second = sorted(await asyncio.gather(*both, return_exceptions=True), key=lambda each: each is not True)

    assert (first, type(second)) == (True, errors.NotFound)
    assert len(await branch_cast.rows(store, tables.outbox, kind="farewell")) == 1


async def test_another_clinic_neither_copies_nor_erases(
    store: works.Store, patient: str, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await branch_cast.employ(store, (carls, access.Role.ADMIN))
    before = await sealed(store)

    with pytest.raises(errors.NotFound):
        await erased(store, carl, patient, catalog, clock)
    with pytest.raises(errors.NotFound):
        await copied(store, carl, patient, clock)
    with pytest.raises(errors.NotFound):
        async with access.confined(store, carl).reading() as work:
            await erasing.ahead(work, carl, patient)

    assert await sealed(store) == before


@pytest.mark.parametrize(("role", "may_copy"), [(access.Role.CLINICIAN, True), (access.Role.DESK, False)])
async def test_only_an_admin_erases_and_the_desk_copies_nothing(
    store: works.Store,
    patient: str,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    role: access.Role,
    may_copy: bool,
) -> None:
    who = await branch_cast.employ(store, (bea, role))

    with pytest.raises(errors.NotAllowed):
        await erased(store, who, patient, catalog, clock)

    if may_copy:
        assert "May I swim?" in (await copied(store, who, patient, clock)).json
    else:
        with pytest.raises(errors.NotAllowed):
            await copied(store, who, patient, clock)


async def test_an_erasure_by_the_clinic_is_on_the_list_before_it_commits(
    sqlite_url: str, masters: vault.Masters, catalog: catalogs.Catalog, clock: clocks.Clock, tmp_path
) -> None:
    listed = erasure_list.ErasureList(tmp_path / "nowhere" / "reminderbot.erased")
    store = await works.Store.open(sqlite_url, masters, erasures=listed)
    ana = await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=clock.now())
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=clock.now())
    dana = await branch_cast.employ(store, (bea, access.Role.ADMIN))
    patient, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now(), name=NAME)

    with pytest.raises(errors.Unusable):
        await erased(store, dana, patient, catalog, clock)
    unlisted = await branch_cast.rows(store, tables.patients, erased_at=None)
    listed.path.parent.mkdir()
    await erased(store, dana, patient, catalog, clock)

    assert [each.id for each in unlisted] == [patient]
    assert {each.id for each in listed.read()} == {patient, ana.chat_id}
    await store.close()
