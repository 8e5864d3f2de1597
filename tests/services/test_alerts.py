"""Alerts: who hears of a worry and what, the button that takes it, links to a chat, and the rounds that pass it on."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, alerts, cases, clinics, linking, rounds
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast, staffing


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """A clinician of Dr Bea's."""
    return await staffing.employ(store, bea, access.Role.CLINICIAN, name="Dana")


@pytest.fixture
async def fred(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The front desk of Dr Bea's."""
    return await staffing.employ(store, bea, access.Role.DESK, name="Fred")


@pytest.fixture
async def danas(
    store: works.Store, catalog: catalogs.Catalog, dana: access.Staff, clock: clocks.Clock
) -> access.Person:
    """Dana's own chat, linked."""
    return await staffing.linked(store, catalog, dana, telegram_id=4_500_000_001, clock=clock)


@pytest.fixture
async def freds(
    store: works.Store, catalog: catalogs.Catalog, danas: access.Person, fred: access.Staff, clock: clocks.Clock
) -> access.Person:
    """Fred's own chat, linked."""
    return await staffing.linked(store, catalog, fred, telegram_id=4_500_000_002, clock=clock)


@pytest.fixture
async def session(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, ana: access.Person, clock: clocks.Clock
) -> str:
    """Ana has joined Dr Bea's clinic."""
    return await staffing.joined(store, bea, catalog, ana, clock=clock)


async def set_clinic(store: works.Store, clinic: clinics.ClinicView, **values: object) -> None:
    async with store.writing() as work:
        await work.run(update(tables.clinics).where(tables.clinics.c.id == clinic.id).values(**values))


async def set_staff(store: works.Store, who: access.Staff, **values: object) -> None:
    async with store.writing() as work:
        await work.run(update(tables.staff).where(tables.staff.c.id == who.staff_id).values(**values))


async def texts(store: works.Store, chat: access.Person) -> list[str]:
    return [str(each["text"]) for each in await staffing.heard(store, chat)]


async def escalate(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> int:
    """Make one round; return how many cases were passed on."""
    async with store.reading() as work:
        overdue = await rounds.overdue(work, now=clock.now())
    done = 0
    for case_id in overdue:
        async with store.writing() as work:
            done += await rounds.escalate(
                work, staffing.means(catalog), catalog, case_id, now=clock.now(), machine_now=clocks.machine()
            )
    return done


async def digest(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> int:
    """Send the digests that are due; return how many had something to say."""
    async with store.reading() as work:
        due = await rounds.digests(work, now=clock.now())
    said = 0
    for clinic_id in due:
        async with store.writing() as work:
            means = staffing.means(catalog)
            said += await rounds.digest(work, means, clinic_id, now=clock.now(), machine_now=clocks.machine())
    return said


async def test_a_worry_reaches_every_linked_chat_each_with_what_its_role_may_read(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    freds: access.Person,
    clock: clocks.Clock,
) -> None:
    worry = await staffing.worried(store, catalog, ana, clock=clock, words="There is <pus>")

    case_id = (await staffing.case_of(store, worry)).id
    (alert,) = await staffing.heard(store, danas)
    (desks,) = await texts(store, freds)
    assert alert["kind"] == "alert"
    assert "<b>Ana García</b> is worried" in str(alert["text"])
    assert "There is &lt;pus&gt;" in str(alert["text"])
    assert f"{staffing.ADDRESS}/console/cases/{case_id}" in str(alert["text"])
    assert f"take:{case_id}" in str(alert["reply_markup"])
    assert "Ana García" in desks
    assert "pus" not in desks


async def test_a_clinic_may_keep_names_and_words_out_of_alerts(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await set_clinic(store, bea, alert_words=False)

    await staffing.worried(store, catalog, ana, clock=clock, words="There is pus")

    (said,) = await texts(store, danas)
    assert "A patient of Bea Skin is worried" in said
    assert "pus" not in said
    assert "Ana" not in said


async def test_an_alert_names_no_procedure(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await staffing.worried(store, catalog, ana, clock=clock)

    assert not any("needl" in said.lower() for said in await texts(store, danas))


async def test_words_that_are_added_are_told_too_and_a_second_tap_is_not(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await staffing.worried(store, catalog, ana, clock=clock)
    await staffing.worried(store, catalog, ana, clock=clock)
    await staffing.worried(store, catalog, ana, clock=clock, words="And a fever")

    first, second = await texts(store, danas)
    assert "fever" not in first
    assert "And a fever" in second


@pytest.mark.parametrize("what", ["off", "left", "blocked", "erased"])
async def test_who_does_not_listen_hears_nothing(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    dana: access.Staff,
    danas: access.Person,
    clock: clocks.Clock,
    what: str,
) -> None:
    if what in ("off", "left"):
        await set_staff(store, dana, **({"on_alert": False} if what == "off" else {"left_at": clock.now()}))
    else:
        async with store.writing() as work:
            chat = tables.chats.c.id == danas.chat_id
            await work.run(update(tables.chats).where(chat).values({f"{what}_at": clock.now()}))

    await staffing.worried(store, catalog, ana, clock=clock)

    assert await texts(store, danas) == []


async def test_the_button_takes_it_and_a_second_colleague_is_told_by_whom(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    carl: access.Person,
    session: str,
    danas: access.Person,
    freds: access.Person,
    clock: clocks.Clock,
) -> None:
    worry = await staffing.worried(store, catalog, ana, clock=clock)
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        first = await cases.take(work, danas, case_id, now=clock.now())
        second = await cases.take(work, freds, case_id, now=clock.now())
        for chat in (carl, ana):
            with pytest.raises(errors.NotFound):
                await cases.take(work, chat, case_id, now=clock.now())

    assert (first.is_mine, second.is_mine, second.name) == (True, False, "Dana")


async def test_nobody_takes_it_the_next_person_is_told_and_the_patient_once(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    freds: access.Person,
    clock: clocks.Clock,
) -> None:
    worry = await staffing.worried(store, catalog, ana, clock=clock)
    before = await escalate(store, catalog, clock)
    clock.wind(timedelta(minutes=30))
    first = await escalate(store, catalog, clock)
    again = await escalate(store, catalog, clock)
    clock.wind(timedelta(minutes=30))
    second = await escalate(store, catalog, clock)

    told = await texts(store, ana)
    assert (before, first, again, second) == (0, 1, 0, 1)
    assert [len(await texts(store, chat)) for chat in (danas, freds)] == [2, 2]
    assert "Nobody has taken this up in time" in (await texts(store, freds))[1]
    assert len(told) == 1
    assert "+34 910 000 000" in told[0]
    assert "+34 910 000 112" in told[0]
    assert (await staffing.case_of(store, worry)).told_at is not None


async def test_passing_on_ends_after_a_while(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await staffing.worried(store, catalog, ana, clock=clock)
    clock.wind(timedelta(days=7))
    passed = [await escalate(store, catalog, clock) for _ in range(rounds.MOST + 2)]

    assert sum(passed) == rounds.MOST


async def test_what_was_taken_or_closed_or_read_is_not_passed_on(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    worry = await staffing.worried(store, catalog, ana, clock=clock)
    letter = await staffing.write_letter(store, bea, session, clock=clock)
    async with store.writing() as work:
        row = await staffing.case_of(store, worry)
        given = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "patient_id": row.patient_id}
        await cases.raise_(work, kind=cases.Kind.LETTER, subject=letter, now=clock.now(), **given)
        await cases.take(work, danas, row.id, now=clock.now())
        await work.run(update(tables.letters).values(read_at=clock.now()))
    clock.wind(timedelta(hours=2))

    assert await escalate(store, catalog, clock) == 0


async def test_of_many_processes_one_passes_it_on(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await staffing.worried(store, catalog, ana, clock=clock)
    clock.wind(timedelta(minutes=31))

    done = await asyncio.gather(*(escalate(store, catalog, clock) for _ in range(4)))

    assert sum(done) == 1
    assert len(await texts(store, ana)) == 1


async def test_the_digest_comes_once_at_opening_to_those_who_may_read(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    danas: access.Person,
    freds: access.Person,
    clock: clocks.Clock,
) -> None:
    await staffing.worried(store, catalog, ana, clock=clock)
    clock.wind(cast.at(24, 7, 59) - clock.now())
    early = await digest(store, catalog, clock)
    clock.wind(timedelta(minutes=2))
    said = [await digest(store, catalog, clock), await digest(store, catalog, clock)]

    assert (early, said) == (0, [1, 0])
    assert "Worried, and open: 1\n• Sessions today: 1" in (await texts(store, danas))[-1]
    assert len(await texts(store, freds)) == 1


async def test_a_digest_with_nothing_to_say_is_not_sent_nor_on_a_day_on_which_it_is_closed(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    monday = await digest(store, catalog, clock)
    clock.wind(cast.at(29, 12) - clock.now())  # a Sunday

    assert (monday, await digest(store, catalog, clock), await texts(store, danas)) == (0, 0, [])


async def test_phone_only_leaves_letters_out_of_the_digest(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    session: str,
    danas: access.Person,
    clock: clocks.Clock,
) -> None:
    await set_clinic(store, bea, phone_only=True)
    await staffing.write_letter(store, bea, session, clock=clock)
    await cast.set_rows(store, session, "eve", state=life.State.REJECTED)
    clock.wind(cast.at(24, 8, 1) - clock.now())

    await digest(store, catalog, clock)

    (said,) = await texts(store, danas)
    assert "Not delivered: 1" in said
    assert "Unread" not in said


async def test_a_link_serves_once_within_its_hour_and_for_who_still_works_there(
    store: works.Store, bea: clinics.ClinicView, dana: access.Staff, ana: access.Person, clock: clocks.Clock
) -> None:
    machine = clocks.machine()
    async with store.writing() as work:
        made = [await linking.make(work, dana, bot_id=cast.BOT, machine_now=machine) for _ in range(2)]
        tokens = [each.typed.removeprefix(f"/start {linking.PREFIX}") for each in made]
        late = machine + linking.LIFE + timedelta(seconds=1)
        used = [
            await linking.linked(work, ana, tokens[0], machine_now=machine),
            await linking.linked(work, ana, tokens[1], machine_now=late),
            await linking.linked(work, ana, tokens[1], machine_now=machine),
            await linking.linked(work, ana, tokens[1], machine_now=machine),
            await linking.linked(work, ana, "x" * 43, machine_now=machine),
        ]
        standing = await linking.standing(work, dana)

    assert used == [False, False, True, False, False]
    assert (standing.is_linked, standing.on_alert) == (True, True)


async def test_whom_a_case_is_handed_to_is_told(
    store: works.Store,
    catalog: catalogs.Catalog,
    ana: access.Person,
    session: str,
    dana: access.Staff,
    fred: access.Staff,
    freds: access.Person,
    clock: clocks.Clock,
) -> None:
    worry = await staffing.worried(store, catalog, ana, clock=clock)
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        await cases.hand_over(work, dana, case_id, fred.staff_id, version=1)
        await alerts.handed(work, staffing.means(catalog), dana, case_id, machine_now=clocks.machine())

    assert "Dana hands a case over to you" in (await texts(store, freds))[-1]
