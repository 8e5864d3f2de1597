"""A clinic's day: who came, who did not, what was sent and what comes."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, clinics, day, opening, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast, staffing

ZONE = cast.MADRID


@pytest.fixture
async def fred(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The front desk of Dr Bea's."""
    return await staffing.employ(store, bea, access.Role.DESK, name="Fred")


@pytest.fixture
async def session(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, ana: access.Person, clock: clocks.Clock
) -> str:
    """Ana has joined Dr Bea's clinic, with Tuesday's session."""
    id = await staffing.joined(store, bea, catalog, ana, clock=clock)
    clock.wind(timedelta(days=1))
    return id


async def of_today(store: works.Store, who: access.Staff, clock: clocks.Clock) -> list[day.Session]:
    async with store.reading() as work:
        return await day.sessions(work, who, zone=ZONE, now=clock.now())


async def test_todays_sessions_say_who_comes_when_and_who_has_joined(
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    session: str,
    fred: access.Staff,
    clock: clocks.Clock,
) -> None:
    await cast.invite(store, bea, catalog, now=clock.now(), name="Eva")

    found = sorted(await of_today(store, fred, clock), key=lambda each: each.patient_name)

    assert [(each.patient_name, each.at, each.is_joined) for each in found] == [
        ("Ana García", time(15, 30), True),
        ("Eva", time(15, 30), False),
    ]


async def test_tomorrow_is_not_today(store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock) -> None:
    clock.wind(cast.at(24, 23, 30) - clock.now())  # past midnight in Madrid

    assert await of_today(store, fred, clock) == []


async def test_came_is_kept_and_taken_back(
    store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await day.came(work, fred, session, now=clock.now())
        await day.came(work, fred, session, now=clock.now())
    came = (await of_today(store, fred, clock))[0].standing
    async with store.writing() as work:
        await day.not_yet(work, fred, session)

    assert (came, (await of_today(store, fred, clock))[0].standing) == (day.Standing.CAME, day.Standing.BOOKED)


async def test_who_did_not_come_is_not_asked_how_the_skin_is(
    store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        ended = await day.not_held(work, fred, session, now=clock.now())
        again = await day.not_held(work, fred, session, now=clock.now())

    after = await cast.states(store, session)
    assert (ended > 3, again) == (True, 0)
    assert after["day-1"] == (life.State.CANCELLED, life.Reason.NOT_HELD)
    assert life.State.PLANNED not in {state for state, _ in after.values()}
    assert (await of_today(store, fred, clock))[0].standing is day.Standing.NOT_HELD


async def test_a_cancelled_session_is_no_longer_of_the_day(
    store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await treatments.cancel(work, fred, session, now=clock.now())
        for deed in (
            day.came(work, fred, session, now=clock.now()),
            day.not_held(work, fred, session, now=clock.now()),
        ):
            with pytest.raises(errors.Conflict):
                await deed

    assert await of_today(store, fred, clock) == []


async def test_carl_changes_and_sees_nothing(
    store: works.Store, catalog: catalogs.Catalog, session: str, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    outsider = await staffing.employ(store, carls, access.Role.ADMIN, name="Carl")
    async with store.writing() as work:
        for deed in (
            day.came(work, outsider, session, now=clock.now()),
            day.not_yet(work, outsider, session),
            day.not_held(work, outsider, session, now=clock.now()),
        ):
            with pytest.raises(errors.NotFound):
                await deed
        figures = await day.figures(work, outsider, zone=ZONE, now=clock.now())
        state = (await work.run(select(tables.treatments.c.state))).scalar_one()

    assert await of_today(store, outsider, clock) == []
    assert (figures.sent, figures.coming, sum(bar.sent for bar in figures.chart)) == (0, 0, 0)
    assert state == "booked"


async def test_the_figures_count_by_the_clinics_own_days(
    store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock
) -> None:
    await cast.sent(store, session, "eve", now=cast.at(23, 22, 59))  # Monday 23:59 in Madrid
    await cast.sent(store, session, "ride-home", now=cast.at(23, 23, 1))  # Tuesday 0:01
    await cast.set_rows(store, session, "day-1", state=life.State.REJECTED, due_at=cast.at(23, 12))

    async with store.reading() as work:
        figures = await day.figures(work, fred, zone=ZONE, now=clock.now())

    assert [(bar.day, bar.sent, bar.failed) for bar in figures.chart[-2:]] == [
        (date(2026, 11, 23), 1, 1),
        (date(2026, 11, 24), 1, 0),
    ]
    assert (figures.sent, len(figures.chart)) == (1, 30)


async def test_what_comes_today_is_counted(
    store: works.Store, session: str, fred: access.Staff, clock: clocks.Clock
) -> None:
    async with store.reading() as work:
        figures = await day.figures(work, fred, zone=ZONE, now=clock.now())

    assert figures.coming == sum(
        row.state == life.State.PLANNED and clock.now() <= row.due_at < cast.at(24, 23)
        for row in (await cast.rows(store, session)).values()
    )


@pytest.mark.parametrize(
    ("since", "minutes", "by"),
    [
        (cast.at(23, 9), 30, cast.at(23, 9, 30)),  # Monday 10:00 in Madrid, open
        (cast.at(23, 16, 50), 30, cast.at(24, 8, 20)),  # ten minutes before closing
        (cast.at(28, 12, 50), 30, cast.at(30, 8, 20)),  # Saturday 13:50, then Monday
        (cast.at(29, 3), 540, cast.at(30, 17)),  # a whole Monday
    ],
    ids=str,
)
def test_time_is_counted_in_opening_hours(since: datetime, minutes: int, by: datetime) -> None:
    week = opening.read("Mon-Fri 9:00-18:00, Sat 10-14")

    assert opening.after(week, ZONE, since, timedelta(minutes=minutes)) == by


def test_without_known_hours_every_hour_counts_and_midnight_is_an_end() -> None:
    late = opening.read("Mon 20-24, Tue 9-10")

    assert opening.after({}, ZONE, cast.at(29, 3), timedelta(minutes=30)) == cast.at(29, 3, 30)
    assert opening.after(late, ZONE, cast.at(23, 22, 50), timedelta(minutes=30)) == cast.at(24, 8, 20)
