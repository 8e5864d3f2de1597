"""Lists in the console: uploaded, looked at, read another way, applied, handed out; and nobody else's."""

import csv
import io

import httpx
import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.services.lists import uploading
from reminderbot.store import bots, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.services.lists import making
from tests.web.console import desk

HEADINGS = ("Appointment ID", "Patient", "Date", "Time")
TODAY = (
    HEADINGS,
    ("A-1", "Ana García", "24/11/2026", "15:30"),
    ("A-2", "Luis Pérez", "25/11/2026", "10:00"),
)


async def upload(browser: desk.Browser, content: bytes, *, name: str = "list.csv") -> httpx.Response:
    """Send a file as the form on /lists does."""
    shown = await browser.get("/lists")
    words = {"_csrf": await browser.token(), "_once": desk.ONCE.search(shown.text)[1]}  # type: ignore[index]
    files = {"list": (name, content, "application/octet-stream")}
    return await browser.client.post("/console/lists", data=words, files=files, headers={"Origin": desk.ADDRESS})


async def looked(browser: desk.Browser, content: bytes) -> str:
    """Upload a file and return the path of its page."""
    answer = await upload(browser, content)
    assert answer.status_code == 303, desk.text(answer)
    return answer.headers["location"].removeprefix("/console")


async def applied(browser: desk.Browser, content: bytes, **ticks: str) -> str:
    """Upload a file and say yes; return the path of its page."""
    path = await looked(browser, content)
    answer = await say_yes(browser, path, **ticks)
    assert answer.status_code == 303, desk.text(answer)
    return path


async def say_yes(browser: desk.Browser, path: str, **ticks: str) -> httpx.Response:
    """Send the form of the report as it stands."""
    shown = await browser.get(path)
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]
    return await browser.send(f"{path}/apply", {"seen": seen, **ticks}, seen=path)


async def test_a_list_is_looked_at_first_and_applied_after_a_yes(front: desk.Browser, store: works.Store) -> None:
    path = await looked(front, making.commas(*TODAY))
    shown = desk.text(await front.get(path))

    assert "New 2" in shown
    assert "Ana García" in shown
    assert await cast.count(store, tables.patients) == 0
    answer = await say_yes(front, path)
    assert answer.headers["location"] == f"/console{path}?done=list-applied"
    assert await cast.count(store, tables.invites) == 2
    assert "This list was applied" in desk.text(await front.get(path))


async def test_the_same_file_twice_changes_nothing(front: desk.Browser, store: works.Store) -> None:
    await applied(front, making.commas(*TODAY))
    path = await looked(front, making.commas(*TODAY))

    shown = desk.text(await front.get(path))

    assert "There is nothing to change" in shown
    assert "This very file was applied before" in shown
    assert await cast.count(store, tables.treatments) == 2


async def test_tomorrows_list_shows_what_is_new_moved_and_gone(front: desk.Browser) -> None:
    await applied(front, making.commas(*TODAY, ("A-3", "Eva Ruiz", "25/11/2026", "12:00")))
    tomorrow = making.commas(
        HEADINGS, ("A-1", "Ana García", "24/11/2026", "16:00"), ("A-4", "Leo Sanz", "26/11/2026", "9:00")
    )

    path = await looked(front, tomorrow)

    assert "Moved 1" in (shown := desk.text(await front.get(path)))
    assert ("New 1" in shown, "Gone 2" in shown) == (True, True)
    assert "15:30 → Tuesday 24 November, 16:00" in desk.text(await front.get(path, show="moved"))
    assert "Luis Pérez" in desk.text(await front.get(path, show="gone"))


async def test_what_is_gone_is_cancelled_only_with_a_tick(front: desk.Browser, store: works.Store) -> None:
    await applied(front, making.commas(*TODAY, ("A-3", "Eva Ruiz", "26/11/2026", "12:00")))
    later = making.commas(HEADINGS, TODAY[1], ("A-3", "Eva Ruiz", "26/11/2026", "13:00"))
    await applied(front, later)
    untouched = await states(store)
    again = making.commas(HEADINGS, TODAY[1], ("A-3", "Eva Ruiz", "26/11/2026", "14:00"))

    await applied(front, again, cancel_gone="yes")

    assert untouched == ["booked"] * 3
    assert await states(store) == ["booked", "booked", "cancelled"]


async def states(store: works.Store) -> list[str]:
    async with store.reading() as work:
        return sorted((await work.run(select(tables.treatments.c.state))).scalars())


async def test_lines_that_cannot_be_read_say_what_to_write_and_are_left_out_only_with_a_tick(
    front: desk.Browser, store: works.Store
) -> None:
    path = await looked(front, making.commas(*TODAY, ("A-3", "Eva", "32/11/2026", "12:00")))

    assert "4 Eva “32/11/2026” is no day of the calendar. Write one like 2026-11-24." in desk.text(
        await front.get(path)
    )
    refused = await say_yes(front, path)
    assert (refused.status_code, await cast.count(store, tables.treatments)) == (422, 0)
    assert "leave these lines out" in desk.text(refused)
    assert (await say_yes(front, path, leave_out="yes")).status_code == 303
    assert await cast.count(store, tables.treatments) == 2


async def test_a_missing_column_is_named_and_can_be_chosen_by_hand(front: desk.Browser) -> None:
    path = await looked(front, making.commas(("Patient", "Cuándo viene"), ("Ana García", "24/11/2026")))

    assert "No column for “Date” was found" in desk.text(await front.get(path))
    answer = await front.send(f"{path}/columns", choices(name="0", day="1"), seen=path)
    assert answer.status_code == 303
    assert "New 1" in desk.text(await front.get(path))


def choices(**given: str) -> dict[str, str]:
    usual = {"order": "day_first", "at": "12:00", "lines_language": "en", "lines_plan": "microneedling"}
    return {**usual, **given}


async def test_the_order_of_dates_is_the_clinics_and_can_be_changed(front: desk.Browser) -> None:
    path = await looked(front, making.commas(("Patient", "Date"), ("Ana García", "01/02/2027")))

    assert "Monday 1 February 2027" in desk.text(await front.get(path))
    await front.send(f"{path}/columns", choices(name="0", day="1", order="month_first"), seen=path)
    assert "Saturday 2 January 2027" in desk.text(await front.get(path))


async def test_a_choice_that_does_not_exist_is_refused_and_nothing_is_lost(front: desk.Browser) -> None:
    path = await looked(front, making.commas(*TODAY))

    for wrong in ({"name": "77"}, {"order": "upside_down"}, {"at": "soon"}, {"lines_plan": "x"}, {"name": "a"}):
        answer = await front.send(f"{path}/columns", choices(day="2", **{"name": "1", **wrong}), seen=path)
        assert answer.status_code == 422
    assert "New 2" in desk.text(await front.get(path))


async def test_a_file_of_100_mb_is_refused_early(front: desk.Browser, store: works.Store) -> None:
    sent = 0

    async def body():  # type: ignore[no-untyped-def]
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="list"; filename="list.csv"\r\n\r\n'
        for _ in range(100):
            sent += 1
            yield b"x" * 1024 * 1024

    headers = {"Origin": desk.ADDRESS, "Content-Type": "multipart/form-data; boundary=b"}
    answer = await front.client.post("/console/lists", content=body(), headers=headers)

    assert answer.status_code == 413
    assert sent <= 13
    assert await cast.count(store, tables.uploads) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old Excel file"),
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
        (b"Patient,Date\n", "no lines under the headings"),
        (b'Patient,Date\n"Ana,24/11/2026\n', "Line 2: a quotation mark"),
        (b"\x81\x8d\x8f\x90" * 40, "letters in this file cannot be read"),
        (b"<html><table>", "is not a list"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_file_that_is_no_list_is_refused_in_a_sentence(
    front: desk.Browser, store: works.Store, content: bytes, sentence: str
) -> None:
    answer = await upload(front, content)

    assert answer.status_code == 422
    assert sentence in desk.text(answer)
    assert await cast.count(store, tables.uploads) == 0


async def test_20_000_lines_are_to_be_split(front: desk.Browser) -> None:
    rows = (("Ana", "24/11/2026") for _ in range(20_000))

    answer = await upload(front, making.commas(("Patient", "Date"), *rows))

    assert "more than 5,000 lines. Split it" in desk.text(answer)


async def test_two_who_apply_one_list_apply_it_once(
    front: desk.Browser, clinician: desk.Browser, store: works.Store
) -> None:
    path = await looked(front, making.commas(*TODAY))
    shown = await clinician.get(path)
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]
    await say_yes(front, path)

    answer = await clinician.post(f"{path}/apply", {"seen": seen})

    assert answer.status_code == 409
    assert "applied already" in desk.text(answer)
    assert await cast.count(store, tables.patients) == 2


async def test_a_yes_counts_for_the_report_that_was_shown(front: desk.Browser, store: works.Store) -> None:
    first, second = await looked(front, making.commas(*TODAY)), await looked(front, making.commas(*TODAY[:2]))
    shown = await front.get(second)
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]
    await say_yes(front, first)

    answer = await front.post(f"{second}/apply", {"seen": seen})

    assert answer.status_code == 409
    assert "Something has changed since you looked" in desk.text(answer)
    assert await cast.count(store, tables.treatments) == 2


async def test_a_list_is_wiped_after_a_day(front: desk.Browser, store: works.Store, clock: clocks.Clock) -> None:
    path = await looked(front, making.commas(*TODAY))
    async with store.writing() as work:
        old = {"created_at": clock.now() - uploading.KEPT * 1.1}
        await work.run(update(tables.uploads).values(**old))

    shown = desk.text(await front.get(path))
    await looked(front, making.commas(*TODAY))

    assert "no longer kept" in shown
    async with store.reading() as work:
        kept = (await work.run(select(tables.uploads.c.content).order_by(tables.uploads.c.created_at))).scalars().all()
    assert [content is None for content in kept] == [True, False]


async def test_a_list_that_is_discarded_is_wiped(front: desk.Browser, store: works.Store) -> None:
    path = await looked(front, making.commas(*TODAY))

    await front.send(f"{path}/discard", seen=path)

    async with store.reading() as work:
        assert (await work.run(select(tables.uploads.c.content))).scalar_one() is None
    assert "Not applied" in desk.text(await front.get("/lists"))


async def test_earlier_lists_say_who_when_and_how_many_and_nothing_of_their_contents(front: desk.Browser) -> None:
    await applied(front, making.commas(*TODAY))

    shown = desk.text(await front.get("/lists"))

    assert "Dana desk Applied New 2" in shown
    assert "Ana" not in shown


async def test_the_contents_of_a_list_are_never_in_the_open(front: desk.Browser, store: works.Store) -> None:
    await looked(front, making.commas(*TODAY))

    async with store.reading() as work:
        row = (await work.run(select(tables.uploads))).one()
    assert b"Ana" not in row.content
    assert "Ana" not in repr(row)


@pytest.fixture
async def named(store: works.Store) -> None:
    """The bot has told its name."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT, username="aftercare_bot")


async def test_out_come_cards_and_links(front: desk.Browser, named: None) -> None:
    hostile = ("A-3", "=HYPERLINK(1)", "26/11/2026", "9:00")
    path = await applied(front, making.commas(*TODAY, ("A-4", "@Eva", "26/11/2026", "9:00"), hostile), leave_out="yes")

    cards, links = await front.get(f"{path}/cards"), await front.get(f"{path}/links.csv")

    assert cards.text.count('class="cut"') == 3
    assert ("A. G." in cards.text, "Ana García" in cards.text) == (True, False)
    rows = list(csv.reader(io.StringIO(links.content.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Date", "Time", "Code", "Link"]
    assert [row[0] for row in rows[1:]] == ["Ana García", "Luis Pérez", "'@Eva"]
    assert all(row[4].startswith("https://t.me/aftercare_bot?start=") for row in rows[1:])


async def test_the_whole_report_comes_as_a_table(front: desk.Browser) -> None:
    path = await looked(front, making.commas(*TODAY, ("A-3", "-Eva", "soon", "12:00")))

    answer = await front.get(f"{path}/report.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:3] for row in rows[1:]] == [
        ["4", "Cannot be read", "'-Eva"],
        ["2", "New", "Ana García"],
        ["3", "New", "Luis Pérez"],
    ]


async def test_carl_reaches_no_list_of_dr_beas(front: desk.Browser, carl: desk.Browser, store: works.Store) -> None:
    path = await looked(front, making.commas(*TODAY))

    for end in ("", "/report.csv", "/cards", "/links.csv"):
        assert (await carl.get(path + end)).status_code == 404
    for end, form in (("/apply", {"seen": "x"}), ("/columns", choices(name="1", day="2")), ("/discard", {})):
        assert (await carl.post(path + end, form)).status_code == 404
    assert "New 2" in desk.text(await front.get(path))
    assert "Dana" not in desk.text(await carl.get("/lists")).replace("Dana admin", "")


async def test_every_page_of_a_list_speaks_spanish(front: desk.Browser, store: works.Store, named: None) -> None:
    async with store.writing() as work:
        await work.run(update(tables.staff).values(language="es"))

    path = await looked(front, making.commas(*TODAY, ("A-3", "Eva", "32/11/2026", "12:00")))

    assert "No se pueden leer 1" in desk.text(await front.get(path))
    await say_yes(front, path, leave_out="yes")
    assert "Esta lista se aplicó" in desk.text(await front.get(path))
    assert "Tarjetas" in desk.text(await front.get(path))
    assert "Imprimir" in desk.text(await front.get(f"{path}/cards"))
