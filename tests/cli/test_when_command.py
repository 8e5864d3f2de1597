"""`reminderbot when`: a date as the chat reads it, one text or one a line."""

import json
from pathlib import Path

import pytest

from tests.cli import terminal

MADRID = ("--zone", "Europe/Madrid", "--json")
MONDAY = ("--now", "2026-11-23T10:00+01:00")


def test_a_text_is_read_in_the_shape_that_stays(tmp_path: Path) -> None:
    done = terminal.run("when", "mañana a las 10", "--lang", "es", *MADRID, *MONDAY, folder=tmp_path)

    assert done.code == 0
    read = done.json()
    assert list(read) == ["kind", "value", "choices", "says"]
    assert (read["kind"], read["value"], read["choices"]) == ("instant", "2026-11-24T10:00", [])
    assert "24 de noviembre" in read["says"]


def test_now_without_an_offset_is_the_zones_own(tmp_path: Path) -> None:
    read = terminal.run(
        "when", "today 15:30", "--zone", "Pacific/Auckland", "--now", "2026-11-24T00:30", "--json", folder=tmp_path
    ).json()

    assert read["value"] == "2026-11-24T15:30"  # in London it is still the 23rd


def test_every_line_of_stdin_gets_one_line_of_json(tmp_path: Path) -> None:
    lines = [
        b"24 Nov 15:30",
        b"",
        b"03/04",
        b"\xff\xfe caf\xe9 \x00",
        b"tomorrow\r at 3pm",
        "24\u2028Nov 15:30".encode(),
        b"9" * 300_000,
        "🎉".encode() * 4000,
        b"30 Feb 10:00",
        b"last line, with no end",
    ]
    done = terminal.run("when", "-", *MADRID, *MONDAY, folder=tmp_path, stdin=b"\n".join(lines))

    answers = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert len(answers) == len(lines)
    assert answers[0]["value"] == "2026-11-24T15:30"
    assert answers[2]["kind"] == "ask"
    assert [each["kind"] for each in answers[6:9]] == ["refuse"] * 3
    assert all(each["says"] for each in answers)


def test_without_json_the_sentence_alone_is_written(tmp_path: Path) -> None:
    done = terminal.run("when", "2026-11-24 15:30", *MADRID[:2], *MONDAY, folder=tmp_path)

    assert done.out == "Tuesday 24 November at 15:30. Is that right?\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--zone", "Nowhere"), "'Nowhere' is not a zone"),
        (("--lang", "xx"), "there is no language 'xx'"),
        (("--now", "2026-13-01T00:00"), "is not an instant"),
    ],
)
def test_a_mistake_is_wrong_usage(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = terminal.run("when", "tomorrow", *words, folder=tmp_path)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_terminal_that_knows_ascii_only_stops_nothing(tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = terminal.run(
        "when", "-", "--lang", "es", *MADRID, *MONDAY, folder=tmp_path, stdin="mañana 10:00".encode(), others=ascii_only
    )

    assert (done.code, done.err) == (0, "")
    assert "24 de noviembre" in done.json()["says"]
    assert done.out.isascii()
