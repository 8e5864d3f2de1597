"""The time machine: what somebody invented gets and does not get, and what staff sends to its own chat."""

import time as clock_time
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions
from reminderbot.planning import hours, life, playing, timeline
from reminderbot.services import access, clinics, contact, time_machine, trying, wording
from reminderbot.store import colleagues, tables
from reminderbot.store import editions as edition_rows
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

BOOK = "microneedling"
HABITS = timeline.Habits(cast.MADRID, time(8, 30), hours.Quiet(time(21), time(8)))
TUESDAY = timeline.Anchor(date(2026, 11, 24), time(15, 30), cast.MADRID)
ANA = time_machine.Invented("Ana", "en", TUESDAY, HABITS)
EARLY = playing.Script(cast.at(20, 12))


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """An admin of Dr Bea's clinic."""
    return await desk.employ(store, bea, access.Role.ADMIN)


@pytest.fixture
async def linked(
    store: works.Store, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> access.Staff:
    """Dana, whose own chat is linked."""
    person = await cast.consenting(store, catalog, telegram_id=4_100_200_399, now=clock.now())
    async with store.writing() as work:
        await colleagues.set_chat(work, dana.staff_id, person.chat_id)
    return dana


def stage(catalog: catalogs.Catalog) -> time_machine.Stage:
    """Return a stage on which the shipped texts are played."""
    reach = contact.Contact(clinic_name="Bea Skin", phone="+34 910 000 000", emergency="112")
    shipped = editions.Wording(catalog, (), locked=frozenset())
    return time_machine.Stage(catalog, shipped, catalog.plan(BOOK), reach, cast.at(20, 12))


def became(catalog: catalogs.Catalog, script: playing.Script) -> dict[str, str]:
    """Return by step the local time at which it is sent, or the reason why not."""
    lines = time_machine.play(stage(catalog), ANA, script).lines
    return {line.step_key: f"{line.local:%d.%m. %H:%M}" if line.is_sent else str(line.reason) for line in lines}


async def staged(store: works.Store, who: access.Staff, source: str, catalog: catalogs.Catalog) -> time_machine.Stage:
    async with store.reading() as work:
        return await time_machine.staged(work, who, BOOK, source, catalog=catalog, now=cast.at(23, 9))


async def owed(store: works.Store) -> list[tuple[str, datetime | None]]:
    """Return of each test that is owed its state and when it goes."""
    o = tables.outbox.c
    async with store.reading() as work:
        rows = await work.run(select(o.state, o.retry_at).where(o.kind == "test").order_by(o.id))
        return [(row.state, row.retry_at) for row in rows.all()]


async def tried(store: works.Store, who: access.Staff, catalog: catalogs.Catalog, texts: int, **more: int) -> int:
    many = [trying.Text("step.eve", "en", "<b>Hello</b>")] * texts
    async with store.writing() as work:
        return await trying.play(work, who, BOOK, many, words=catalog, machine_now=clocks.machine(), **more)


def test_whoever_joins_early_gets_every_message(catalog: catalogs.Catalog) -> None:
    found = time_machine.play(stage(catalog), ANA, EARLY)

    assert len(found.sent) == len(catalog.plan(BOOK).steps)
    assert f"{found.sent[0].local:%d.%m. %H:%M}" == "23.11. 19:00"
    assert found.sent[0].html == catalog.say(
        "en", "step.eve", first_name="Ana", session_day="Tuesday 24 November", session_time="15:30",
        clinic_name="Bea Skin", clinic_phone="", emergency="", day=0,
    )  # fmt: skip
    assert found.sent[2].buttons == ("As expected", "I am worried")


def test_a_late_start_is_no_burst(catalog: catalogs.Catalog) -> None:
    found = became(catalog, playing.Script(cast.at(26, 11)))

    assert [found[step] for step in ("eve", "ride-home", "day-1", "day-2", "day-3")] == [
        "no_time_before",
        "late_start",
        "late_start",
        "late_start",
        "27.11. 08:30",
    ]


def test_a_session_that_moves_takes_along_what_was_not_sent(catalog: catalogs.Catalog) -> None:
    to = timeline.Anchor(date(2026, 12, 8), time(10), cast.MADRID)
    moves = playing.Happening(cast.at(26, 11), playing.Kind.MOVES, to)

    found = became(catalog, playing.Script(cast.at(20, 12), (moves,)))

    assert [found[step] for step in ("eve", "day-2", "day-3", "day-7")] == [
        "23.11. 19:00",
        "26.11. 08:30",
        "11.12. 08:30",
        "15.12. 08:30",
    ]


def test_a_stop_ends_all_and_the_way_back_brings_what_is_of_use(catalog: catalogs.Catalog) -> None:
    stops = playing.Happening(cast.at(26, 11), playing.Kind.STOPS)
    back = playing.Happening(cast.at(28, 11), playing.Kind.RETURNS)

    stopped = became(catalog, playing.Script(cast.at(20, 12), (stops,)))
    returned = became(catalog, playing.Script(cast.at(20, 12), (stops, back)))

    assert (stopped["day-3"], stopped["day-7"]) == ("stopped", "stopped")
    assert (returned["day-3"], returned["day-7"]) == ("too_late", "01.12. 08:30")


def test_whoever_comes_back_at_night_is_told_in_the_morning(catalog: catalogs.Catalog) -> None:
    stops = playing.Happening(cast.at(30, 11), playing.Kind.STOPS)
    back = playing.Happening(cast.at(1, 22, month=12), playing.Kind.RETURNS)

    found = became(catalog, playing.Script(cast.at(20, 12), (stops, back)))

    assert found["day-7"] == "02.12. 08:00"


def test_reads_that_are_declined_do_not_come(catalog: catalogs.Catalog) -> None:
    found = became(catalog, playing.Script(cast.at(20, 12), declines=True))

    assert found["day-3"] == "27.11. 08:30"
    assert {found[step] for step in ("day-7", "day-14", "day-28", "day-90")} == {str(life.Reason.NO_READS)}


def test_a_week_with_a_clock_change_keeps_the_wall_clock(catalog: catalogs.Catalog) -> None:
    ana = time_machine.Invented("Ana", "es", timeline.Anchor(date(2027, 3, 26), time(17), cast.MADRID), HABITS)
    joins = playing.Script(datetime(2027, 3, 20, 12, tzinfo=UTC))

    lines = time_machine.play(stage(catalog), ana, joins).lines

    at = {line.step_key: line.at for line in lines}
    assert at["day-2"] - at["day-1"] == timedelta(hours=23)
    assert {f"{line.local:%H:%M}" for line in lines if line.step_key.startswith("day-")} == {"08:30"}


def test_a_play_takes_less_than_a_second(catalog: catalogs.Catalog) -> None:
    began = clock_time.perf_counter()
    time_machine.play(stage(catalog), ANA, EARLY)

    assert clock_time.perf_counter() - began < 1


async def test_drafts_are_played_before_anybody_gets_them(
    store: works.Store, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    said = {"version": 0, "catalog": catalog, "now": clock.now()}
    async with store.writing() as work:
        await wording.save(work, dana, BOOK, "step.eve", "en", "See you on {{ session_day }} & <b>rest</b>", **said)
        await wording.save(work, dana, BOOK, "step.day-1", "en", "{{ nonsense", **said)
    drafts = await staged(store, dana, time_machine.DRAFTS, catalog)
    in_force = await staged(store, dana, time_machine.IN_FORCE, catalog)

    drafted = time_machine.play(drafts, ANA, EARLY).sent

    assert (drafted[0].html, drafted[0].fault) == ("See you on Tuesday 24 November & <b>rest</b>", True)
    assert (drafted[2].html, drafted[2].fault) == ("", True)
    assert time_machine.play(in_force, ANA, EARLY).sent[0].html.startswith("Ana, your session")


async def test_an_edition_is_played_even_when_another_is_in_force(
    store: works.Store, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    whose = {"book": BOOK, "why": "", "staff_id": dana.staff_id, "reviewed_by": None, "review_on": None}
    ids = []
    async with store.writing() as work:
        for body in ("The first", "The second"):
            text = edition_rows.TextRow("step.eve", "en", body, "")
            more = {"reach": "all", "restores": None, "texts": [text], "now": clock.now()}
            ids.append(await edition_rows.add(work, wording.scope(dana), **whose, **more))

    said = [
        time_machine.play(await staged(store, dana, source, catalog), ANA, EARLY).sent[0].html
        for source in (ids[0], time_machine.IN_FORCE)
    ]

    assert said == ["The first", "The second"]


async def test_another_clinics_edition_is_not_there(
    store: works.Store, dana: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await desk.employ(store, carls, access.Role.ADMIN)
    async with store.writing() as work:
        more = {"book": BOOK, "why": "", "staff_id": carl.staff_id, "reviewed_by": None, "review_on": None}
        text = edition_rows.TextRow("step.eve", "en", "Carl's", "")
        id = await edition_rows.add(
            work, wording.scope(carl), **more, reach="all", restores=None, texts=[text], now=clock.now()
        )

    with pytest.raises(errors.NotFound):
        await staged(store, dana, id, catalog)


async def test_a_test_goes_to_ones_own_chat_and_says_that_it_is_one(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    async with store.writing() as work:
        said = (BOOK, "step.day-1", "en", "Rest & <b>sleep</b>".replace("&", "&amp;"))
        await trying.send(work, linked, *said, words=catalog, machine_now=clocks.machine(), buttons=("As < expected",))

    async with store.reading() as work:
        from reminderbot.store import owed as sending

        [row] = (await sending.look(work, cast.BOT, limit=5)).owed
        call = await sending.call(work, row)

    assert call is not None
    assert call.to == 4_100_200_399
    assert call.params["text"] == "\n\n".join(
        ["<b>Test. No patient gets this.</b>", "Rest &amp; <b>sleep</b>", "[ As &lt; expected ]"]
    )


async def test_a_play_waits_between_its_messages(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    await tried(store, linked, catalog, 3, pause=20)

    (_, first), (_, second), (_, third) = await owed(store)
    assert first is None
    assert second is not None
    assert third is not None
    assert timedelta(seconds=19) < third - second < timedelta(seconds=21)


async def test_what_waits_in_a_play_holds_up_no_alert(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    from reminderbot.services import alerts
    from reminderbot.store import owed as sending

    await tried(store, linked, catalog, 2, pause=60)
    async with store.writing() as work:
        to = await colleagues.listener(work, linked.staff_id, linked.clinic_id)
        assert to is not None
        await alerts.owe(work, to, "Somebody is worried", machine_now=clocks.machine())

    async with store.reading() as work:
        found = await sending.look(work, cast.BOT, limit=5)

    assert len(found.owed) == 2


async def test_nobody_without_a_chat_sends_tests(
    store: works.Store, dana: access.Staff, catalog: catalogs.Catalog
) -> None:
    with pytest.raises(errors.Conflict, match="refused-chat"):
        await tried(store, dana, catalog, 1)


async def test_thirty_tests_an_hour_are_the_most(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    await tried(store, linked, catalog, 29)

    with pytest.raises(errors.Conflict, match="refused-often"):
        await tried(store, linked, catalog, 2)
    assert await tried(store, linked, catalog, 1) == 1


async def test_a_text_that_telegram_refuses_is_not_tried(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    for html in ("<b>open", "a < b", "long " * 900):
        async with store.writing() as work:
            with pytest.raises(errors.Invalid, match="refused-text"):
                await trying.send(
                    work, linked, BOOK, "step.eve", "en", html, words=catalog, machine_now=clocks.machine()
                )


async def test_a_pause_is_one_to_sixty_seconds(
    store: works.Store, linked: access.Staff, catalog: catalogs.Catalog
) -> None:
    for pause in (0, 61):
        with pytest.raises(errors.Invalid, match="refused-pause"):
            await tried(store, linked, catalog, 1, pause=pause)


async def test_the_front_desk_reads_no_wording(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog
) -> None:
    front = await desk.employ(store, bea, access.Role.DESK)

    with pytest.raises(errors.NotAllowed):
        await staged(store, front, time_machine.IN_FORCE, catalog)
    with pytest.raises(errors.NotAllowed):
        await tried(store, front, catalog, 1)
