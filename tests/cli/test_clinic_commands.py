"""`clinic add`, `clinic list`, `invite` and `worries`: what a clinic's operator types, and what comes of it."""

import asyncio
import json
import struct
import zlib
from pathlib import Path

import pytest
import segno

from reminderbot.services import handover
from reminderbot.simulator import server
from tests.cli import terminal

BEA = {
    "--name": "Dr Bea",
    "--phone": "+34 600 000 000",
    "--emergency": "061",
    "--hours": "Mon-Fri 9:00-18:00, Sat 10-14",
    "--zone": "Europe/Madrid",
    "--languages": "es,en",
}


class Desk:
    """A clinic's desk: a database, a key, and the command line over both."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self._settings = {"token": terminal.TOKEN, "key": terminal.KEY, "database_url": database}
        self.telegram = terminal.NOWHERE

    def run(self, *words: str) -> terminal.Done:
        return terminal.run(*words, folder=self.folder, telegram_url=self.telegram, **self._settings)

    def add(self, *more: str, **other: str) -> terminal.Done:
        fields = BEA | {f"--{name}": value for name, value in other.items()}
        return self.run("clinic", "add", *(word for field in fields.items() for word in field), *more)


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    return Desk(tmp_path, sqlite_url)


def test_a_clinic_is_added_once_and_listed(desk: Desk) -> None:
    empty, added = desk.run("clinic", "list"), desk.add("--json")
    again = desk.add(name="dr  BEA")
    listed = desk.run("clinic", "list", "--json").json()

    assert "reminderbot clinic add" in empty.out
    assert listed == [
        {
            "id": added.json()["id"],
            "name": "Dr Bea",
            "phone": "+34 600 000 000",
            "emergency": "061",
            "hours": "Mon-Fri 9:00-18:00, Sat 10-14",
            "zone": "Europe/Madrid",
        }
    ]
    assert (again.code, again.out) == (1, "")
    assert again.sentence == "reminderbot: There is a clinic called “dr BEA” already. Choose another name."


def test_a_name_keeps_its_brackets_and_loses_what_turns_the_text_around(desk: Desk) -> None:
    added = desk.add("--json", name="<b>Bea</b> \u202eClinic\u2066")

    assert added.json()["name"] == "<b>Bea</b> Clinic"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "call me", "That does not look like a phone number."),
        ("hours", "whenever", "I cannot read these opening hours."),
        ("zone", "Madrid", "'Madrid' is not a zone"),
        ("languages", "en,tlh", "there is no language 'tlh'"),
        ("name", " \u202e ", "A name has 1 to 64 letters."),
        ("emergency", "1" * 201, "The emergency line is too long."),
    ],
)
def test_a_wrong_field_is_told_in_a_sentence(desk: Desk, field: str, value: str, said: str) -> None:
    done = desk.add(**{field: value})

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


async def test_an_invite_is_a_link_a_code_and_a_picture_that_holds_the_link(desk: Desk) -> None:
    desk.add()
    async with server.serve(server.Simulator()) as desk.telegram:
        drawn = await _typed(desk, "--name", "Ana", "--at", "2026-12-01T15:30", "--png", "ana.png")
        plain = await _typed(desk, "--name", "<b>Ana", "--at", "2026-12-01T15:30", "--clinic", "dr bea", "--json")

    link = next(line.split()[1] for line in drawn.out.splitlines() if line.startswith("Link:"))
    assert (drawn.code, drawn.err) == (0, "")
    assert link.startswith("https://t.me/")
    assert "?start=" in link
    assert "Desk code:" in drawn.out
    assert handover.picture(link).strip("\n") in drawn.out
    assert _modules(desk.folder / "ana.png") == _expected(link)
    assert set(plain.json()) == {"link", "desk_code", "expires_at"}
    assert plain.json()["link"] != link
    assert json.dumps(plain.json()).count("Ana") == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--at", "2026-02-30T10:00"), 2, "'2026-02-30T10:00' is not a date and time"),
        (("--at", "2026-12-01"), 2, "is not a date and time"),
        (("--at", "2026-12-01T15:30Z"), 2, "on the clinic's own clock"),
        (("--at", "2026-12-01T15:30", "--png", "nowhere/ana.png"), 2, "there is no folder nowhere"),
        (("--at", "2026-12-01T15:30", "--plan", "peeling"), 2, "there is no plan 'peeling'"),
        (("--at", "2026-12-01T15:30", "--lang", "tlh"), 2, "there is no language 'tlh'"),
    ],
)
def test_an_invite_that_cannot_be_is_wrong_usage(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    done = desk.run("invite", "--name", "Ana", *words)

    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


async def test_an_invite_without_its_clinic_is_refused(desk: Desk) -> None:
    async with server.serve(server.Simulator()) as desk.telegram:
        none = await _typed(desk, "--name", "Ana", "--at", "2026-12-01T15:30")
        desk.add()
        unknown = await _typed(desk, "--name", "Ana", "--at", "2026-12-01T15:30", "--clinic", "Carl's")
        far = await _typed(desk, "--name", "Ana", "--at", "2030-12-01T15:30")
        nameless = await _typed(desk, "--name", " ", "--at", "2026-12-01T15:30")

    assert (none.code, "There is no clinic yet." in none.sentence) == (1, True)
    assert (unknown.code, "There is no clinic called “Carl's”." in unknown.sentence) == (1, True)
    assert (far.code, "year" in far.sentence) == (2, True)
    assert (nameless.code, "A name has 1 to 64 letters." in nameless.sentence) == (2, True)


def test_while_telegram_is_away_an_invite_says_so_in_one_line(desk: Desk) -> None:
    desk.add()

    done = desk.run("invite", "--name", "Ana", "--at", "2026-12-01T15:30")

    assert done.code == 1
    assert "Telegram cannot be reached" in done.sentence


def test_where_nobody_worries_the_list_says_so(desk: Desk) -> None:
    assert desk.run("worries").out == "No open worries.\n"
    assert desk.run("worries", "--json").json() == []


async def _typed(desk: Desk, *words: str) -> terminal.Done:
    return await asyncio.to_thread(desk.run, "invite", *words)


def _expected(link: str) -> list[list[bool]]:
    """Return the QR code's dark modules with the quiet zone of four that the standard asks for."""
    return [[bool(module) for module in row] for row in segno.make(link, error="m", micro=False).matrix_iter(border=4)]


def _modules(path: Path) -> list[list[bool]]:
    """Read a 1-bit greyscale PNG back into its modules: one pixel of each."""
    content, at, data = path.read_bytes(), 8, b""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", content[16:26])
    assert (depth, colour) == (1, 0)
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data += content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows = [raw[row * stride : (row + 1) * stride] for row in range(0, height, handover.SCALE)]
    assert {row[0] for row in rows} == {0}  # no filter
    return [[not row[1 + x // 8] >> (7 - x % 8) & 1 for x in range(0, width, handover.SCALE)] for row in rows]
