"""Cases: what needs a person, taken on once, noted, handed over, closed; and nothing of it for Carl."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, cases, clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast, staffing

Kind = cases.Kind


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """A clinician of Dr Bea's."""
    return await staffing.employ(store, bea, access.Role.CLINICIAN, name="Dana")


@pytest.fixture
async def fred(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The front desk of Dr Bea's."""
    return await staffing.employ(store, bea, access.Role.DESK, name="Fred")


@pytest.fixture
async def outsider(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> access.Staff:
    """Carl's admin, of another clinic."""
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    return await staffing.employ(store, carls, access.Role.ADMIN, name="Carl")


@pytest.fixture
async def session(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    ana: access.Person,
    clock: clocks.Clock,
) -> str:
    """Ana has joined Dr Bea's clinic."""
    return await staffing.joined(store, bea, catalog, ana, clock=clock)


@pytest.fixture
async def worry(
    store: works.Store, catalog: catalogs.Catalog, ana: access.Person, session: str, clock: clocks.Clock
) -> str:
    """Ana is worried, in her own words."""
    return await staffing.worried(store, catalog, ana, clock=clock, words="There is pus")


async def listed(store: works.Store, who: access.Staff, clock: clocks.Clock) -> list[tuple[Kind, str, str]]:
    async with store.reading() as work:
        found = await cases.list_(work, who, now=clock.now())
    return [(each.need.kind, each.need.subject, each.state) for each in found.lines]


async def test_a_worry_is_a_case_that_is_due_after_half_an_hour_of_opening(
    store: works.Store, worry: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    row = await staffing.case_of(store, worry)

    assert (row.kind, row.due_at) == (Kind.WORRY, clock.now() + timedelta(minutes=30))
    assert await listed(store, dana, clock) == [(Kind.WORRY, worry, cases.State.NEW)]


async def test_a_worry_at_night_is_due_half_an_hour_after_opening(
    store: works.Store, catalog: catalogs.Catalog, ana: access.Person, session: str, clock: clocks.Clock
) -> None:
    clock.wind(timedelta(hours=12))

    worry = await staffing.worried(store, catalog, ana, clock=clock)

    assert (await staffing.case_of(store, worry)).due_at == cast.at(24, 8, 30)


async def test_all_kinds_stand_in_order_worries_first(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    session: str,
    worry: str,
    dana: access.Staff,
    clock: clocks.Clock,
) -> None:
    letter = await staffing.write_letter(store, bea, session, clock=clock)
    other = await cast.invite(store, bea, catalog, now=clock.now(), name="Eva")
    clock.wind(timedelta(days=3))
    await cast.set_rows(store, session, "eve", state=life.State.UNCONFIRMED)
    failed = (await cast.rows(store, session))["eve"].id

    found = await listed(store, dana, clock)

    assert [each[:2] for each in found] == [
        (Kind.WORRY, worry),
        (Kind.LETTER, letter),
        (Kind.REMINDER, failed),
        (Kind.INVITE, other.invite_id),
    ]


async def test_who_has_blocked_the_bot_is_one_case_a_session(
    store: works.Store, session: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, session, "eve", "day-1", "day-2", state=life.State.BLOCKED)
    clock.wind(timedelta(days=10))

    assert [each[0] for each in await listed(store, dana, clock)] == [Kind.REMINDER]


async def test_what_failed_long_ago_or_is_not_due_yet_is_not_listed(
    store: works.Store, session: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, session, "eve", state=life.State.REJECTED)
    before = await listed(store, dana, clock)
    clock.wind(timedelta(days=40))

    assert (before, await listed(store, dana, clock)) == ([], [])


@pytest.mark.parametrize("column", ["redeemed_at", "revoked_at", "declined_at"])
async def test_an_invite_that_was_answered_needs_nobody(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    dana: access.Staff,
    clock: clocks.Clock,
    column: str,
) -> None:
    await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await work.run(update(tables.invites).values({column: clock.now()}))
    clock.wind(timedelta(days=3))

    assert await listed(store, dana, clock) == []


async def test_an_invite_becomes_a_case_the_day_after_its_session_or_two_days_after_it_was_made(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    dana: access.Staff,
    clock: clocks.Clock,
) -> None:
    await cast.invite(store, bea, catalog, now=clock.now())
    clock.wind(timedelta(days=1, hours=23))
    before = await listed(store, dana, clock)
    clock.wind(timedelta(hours=2))

    assert (before, [each[0] for each in await listed(store, dana, clock)]) == ([], [Kind.INVITE])


async def test_a_second_letter_belongs_to_the_first_ones_case(
    store: works.Store, bea: clinics.ClinicView, session: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    letters = []
    for _ in range(2):
        clock.wind(timedelta(minutes=1))
        letters.append(await staffing.write_letter(store, bea, session, clock=clock))
        async with store.writing() as work:
            of = tables.letters.c
            patient_id = (await work.run(select(of.patient_id).limit(1))).scalar_one()
            given = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "patient_id": patient_id}
            await cases.raise_(work, kind=Kind.LETTER, subject=letters[-1], now=clock.now(), **given)

    assert await listed(store, dana, clock) == [(Kind.LETTER, letters[0], cases.State.NEW)]
    assert await cast.count(store, tables.cases) == 1


async def test_a_case_is_made_when_it_is_first_touched(
    store: works.Store, session: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, session, "eve", state=life.State.UNCONFIRMED)
    failed = (await cast.rows(store, session))["eve"].id
    clock.wind(timedelta(days=1))

    async with store.writing() as work:
        case_id = await cases.touch(work, dana, "reminder", failed, now=clock.now())
        again = await cases.touch(work, dana, "reminder", failed, now=clock.now())
        await cases.contacted(work, dana, case_id, now=clock.now())

    assert again == case_id
    assert await listed(store, dana, clock) == [(Kind.REMINDER, failed, cases.State.CONTACTED)]


@pytest.mark.parametrize("kind", ["worry", "letter", "nonsense"])
async def test_what_is_not_on_the_list_cannot_be_touched(
    store: works.Store, dana: access.Staff, clock: clocks.Clock, kind: str
) -> None:
    async with store.writing() as work:
        with pytest.raises(errors.Invalid if kind == "nonsense" else errors.NotFound):
            await cases.touch(work, dana, kind, "0" * 32, now=clock.now())


async def test_whoever_acknowledges_owns_it_and_a_second_person_is_told_who_was_first(
    store: works.Store, worry: str, dana: access.Staff, fred: access.Staff, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        await cases.acknowledge(work, dana, case_id, now=clock.now())
        await cases.acknowledge(work, dana, case_id, now=clock.now())

    async with store.writing() as work:
        with pytest.raises(errors.Conflict) as refused:
            await cases.acknowledge(work, fred, case_id, now=clock.now())

    assert refused.value.values == {"staff_name": "Dana"}
    assert (await staffing.case_of(store, worry)).owner_id == dana.staff_id


async def test_of_many_who_acknowledge_at_once_one_has_it(
    store: works.Store, worry: str, bea: clinics.ClinicView, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    staff = [await staffing.employ(store, bea, access.Role.DESK, name=f"D{n}") for n in range(5)]

    async def take(who: access.Staff) -> bool:
        try:
            async with store.writing() as work:
                await cases.acknowledge(work, who, case_id, now=clock.now())
        except errors.Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(take(who) for who in staff))) == [False] * 4 + [True]


async def test_closing_a_worry_closes_its_row_and_it_leaves_the_list(
    store: works.Store, worry: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await cases.close(work, dana, (await staffing.case_of(store, worry)).id, now=clock.now())

    async with store.reading() as work:
        state = (await work.run(select(tables.worries.c.state))).scalar_one()
    assert (state, await listed(store, dana, clock)) == ("closed", [])


async def test_closing_a_letter_reads_what_the_patient_wrote(
    store: works.Store, bea: clinics.ClinicView, session: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    letter = await staffing.write_letter(store, bea, session, clock=clock)
    async with store.writing() as work:
        case_id = await cases.touch(work, dana, "letter", letter, now=clock.now())
        await cases.close(work, dana, case_id, now=clock.now())

    assert await listed(store, dana, clock) == []


async def test_the_words_are_for_those_who_may_read_them(
    store: works.Store, worry: str, dana: access.Staff, fred: access.Staff, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.reading() as work:
        seen = await cases.view(work, dana, case_id, now=clock.now())
        hidden = await cases.view(work, fred, case_id, now=clock.now())

    assert (seen.words, hidden.words, hidden.patient_name) == ("There is pus", None, "Ana García")


async def test_a_note_is_sealed_and_an_old_form_is_told(
    store: works.Store, worry: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        await cases.write_note(work, dana, case_id, "Called, no answer\nagain at 5", version=1)
    async with store.writing() as work:
        with pytest.raises(errors.Conflict):
            await cases.write_note(work, dana, case_id, "Other", version=1)

    async with store.reading() as work:
        seen = await cases.view(work, dana, case_id, now=clock.now())
    assert seen.note == "Called, no answer\nagain at 5"
    assert b"answer" not in (await staffing.case_of(store, worry)).note


async def test_a_note_that_is_too_long_is_refused(store: works.Store, worry: str, dana: access.Staff) -> None:
    async with store.writing() as work:
        with pytest.raises(errors.Invalid):
            await cases.write_note(work, dana, (await staffing.case_of(store, worry)).id, "x" * 2001, version=1)


async def test_it_is_handed_over_within_the_clinic_only(
    store: works.Store, worry: str, dana: access.Staff, fred: access.Staff, outsider: access.Staff
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        await cases.hand_over(work, dana, case_id, fred.staff_id, version=1)
    async with store.writing() as work:
        with pytest.raises(errors.Invalid):
            await cases.hand_over(work, dana, case_id, outsider.staff_id, version=2)

    assert (await staffing.case_of(store, worry)).owner_id == fred.staff_id


async def test_carl_sees_and_does_nothing(
    store: works.Store, worry: str, outsider: access.Staff, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        for deed in (
            cases.view(work, outsider, case_id, now=clock.now()),
            cases.acknowledge(work, outsider, case_id, now=clock.now()),
            cases.close(work, outsider, case_id, now=clock.now()),
            cases.write_note(work, outsider, case_id, "x", version=1),
            cases.touch(work, outsider, "worry", worry, now=clock.now()),
        ):
            with pytest.raises(errors.NotFound):
                await deed

    assert await listed(store, outsider, clock) == []


async def test_each_deed_is_in_the_audit(
    store: works.Store, worry: str, dana: access.Staff, clock: clocks.Clock
) -> None:
    case_id = (await staffing.case_of(store, worry)).id
    async with store.writing() as work:
        await cases.acknowledge(work, dana, case_id, now=clock.now())
        await cases.contacted(work, dana, case_id, now=clock.now())
        await cases.close(work, dana, case_id, now=clock.now())

    async with store.reading() as work:
        actions = (await work.run(select(tables.audit.c.action).order_by(tables.audit.c.number))).scalars().all()
    assert actions == ["case.acknowledged", "case.contacted", "case.closed"]


async def test_more_than_is_shown_is_counted(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, dana: access.Staff, clock: clocks.Clock
) -> None:
    for number in range(4):
        await cast.invite(store, bea, catalog, now=clock.now(), name=f"Eva {number}")
    clock.wind(timedelta(days=3))

    async with store.reading() as work:
        found = await cases.list_(work, dana, now=clock.now(), most=3)

    assert (len(found.lines), found.more) == (3, {Kind.INVITE: 1})


async def test_who_registered_alone_raises_no_case(
    store: works.Store, catalog: catalogs.Catalog, carl: access.Person, clock: clocks.Clock
) -> None:
    await cast.register(store, carl, catalog, now=clock.now())
    await staffing.worried(store, catalog, carl, clock=clock)

    assert await cast.count(store, tables.cases) == 0
