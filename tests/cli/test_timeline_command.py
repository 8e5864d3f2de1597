"""`reminderbot timeline`: what a patient would get and when, as others script against it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli import terminal

SESSION = ("timeline", "--at", "2026-11-24T15:30", "--zone", "Europe/Madrid")
BEFORE = ("--now", "2026-11-23T10:00")
SHAPE = ["step", "local", "zone", "due", "useful_until", "state", "text"]


def test_the_rows_come_in_order_in_the_shape_that_stays(tmp_path: Path) -> None:
    rows = terminal.run(*SESSION, *BEFORE, "--plan", "microneedling", "--json", folder=tmp_path).json()

    assert [list(row) for row in rows] == [SHAPE] * len(rows)
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    assert len(rows) == 9
    assert {row["state"] for row in rows} == {"planned"}
    assert {key: value for key, value in rows[1].items() if key != "text"} == {
        "step": "ride-home",
        "local": "2026-11-24T17:00",
        "zone": "Europe/Madrid",
        "due": "2026-11-24T16:00:00+00:00",
        "useful_until": "2026-11-24T20:30:00+00:00",
        "state": "planned",
    }


def test_asked_late_it_says_why_the_past_steps_are_not_sent(tmp_path: Path) -> None:
    late = terminal.run(*SESSION, "--now", "2026-12-03T09:00:00Z", "--json", "--lang", "es", folder=tmp_path).json()

    states = {row["step"]: row["state"] for row in late}
    assert states["eve"] == "no_time_before"
    assert states["ride-home"] == states["day-3"] == "late_start"
    assert states["day-14"] == states["day-90"] == "planned"
    assert "sesión" in late[0]["text"]
    assert not any(mark in row["text"] for row in late for mark in ("<b>", "{{", "&lt;"))


def test_a_patients_own_hours_are_kept(tmp_path: Path) -> None:
    early = terminal.run(
        *SESSION, *BEFORE, "--morning", "07:15", "--quiet", "18:00-07:00", "--json", folder=tmp_path
    ).json()

    local = {row["step"]: datetime.fromisoformat(row["local"]) for row in early}
    assert f"{local['day-1']:%H:%M}" == "07:15"
    assert f"{local['eve']:%m-%d %H:%M}" == "11-24 07:00"  # 19:00 is quiet; it still helps in the morning
    assert not any(each.hour >= 18 or each.hour < 7 for each in local.values())


def test_a_session_at_a_time_that_the_clock_skips_moves_forward_with_it(tmp_path: Path) -> None:
    skipped = ("timeline", "--at", "2026-03-29T02:30", "--zone", "Europe/Madrid", "--now", "2026-03-20T09:00Z")
    rows = terminal.run(*skipped, "--quiet", "04:00-04:00", "--json", folder=tmp_path).json()

    home = next(row for row in rows if row["step"] == "ride-home")
    assert home["local"] == "2026-03-29T05:00"  # 02:30 is 03:30 on that day
    assert datetime.fromisoformat(home["due"]).utcoffset() == timedelta(0)


def test_without_json_a_person_can_read_it(tmp_path: Path) -> None:
    done = terminal.run(*SESSION, *BEFORE, folder=tmp_path)

    assert done.code == 0
    assert done.out.startswith("Mon 2026-11-23 19:00  eve        planned\n\n    ")


def test_the_product_clock_of_the_settings_counts(tmp_path: Path) -> None:
    done = terminal.run(*SESSION, "--json", folder=tmp_path, clock="2026-12-03T09:00Z*0", telegram_url="http://x")

    assert done.json()[1]["state"] == "late_start"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--zone", "Europe/Madrit"), "'Europe/Madrit' is not a zone; write an IANA name"),
        (("--zone", "../../etc/passwd"), "is not a zone"),
        (("--plan", "peeling"), "there is no plan 'peeling'; there is microneedling"),
        (("--lang", "tlh"), "there is no language 'tlh'; there is en, ar, de, es, fr, pt"),
        (("--at", "2026-02-30T10:00"), "'2026-02-30T10:00' is not a date and time"),
        (("--at", "2026-11-24"), "is not a date and time; write for example 2026-11-24T15:30"),
        (("--at", "9999-12-31T23:00"), "is not a date and time"),
        (("--now", "soon"), "'soon' is not an instant"),
        (("--now", "0001-01-01T00:00"), "is not an instant"),
        (("--morning", "8.30am"), "'8.30am' is not an hour"),
        (("--quiet", "21:00"), "'21:00' is not a span of hours"),
        (("--quiet", "21:00+01:00-08:00"), "is not an hour"),
    ],
)
def test_a_mistake_is_wrong_usage_and_says_what_to_write(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = terminal.run(*SESSION, *words, folder=tmp_path)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
