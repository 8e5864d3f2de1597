"""When whoever is on call is told: not of a hiccup, once of a fault, hourly while it lasts, once when it ends."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reminderbot.app import notices
from reminderbot.web import faults

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERY = [faults.AWAY, faults.SILENT, faults.DEAF, faults.UNREACHED, faults.OVERDUE, faults.outdated("older")]


def told(*spans: tuple[int, list[faults.Fault]]) -> list[tuple[int, str]]:
    """Look every five seconds through spans of so many seconds with these faults; return when what was told."""
    memory, second, found = notices.Memory(), 0, []
    for length, faulty in spans:
        for _ in range(length // 5):
            notice = memory.see(faulty, START + timedelta(seconds=second))
            if notice is not None:
                found.append((second, notice.subject))
            second += 5
    return found


def test_a_minute_of_it_is_told_once() -> None:
    assert told((300, [faults.DEAF])) == [(60, "reminderbot is not ready")]


def test_a_hiccup_is_not_told() -> None:
    assert told((55, [faults.DEAF]), (60, []), (55, [faults.DEAF]), (60, [])) == []


def test_its_end_is_told_once() -> None:
    assert told((100, [faults.DEAF]), (600, [])) == [(60, "reminderbot is not ready"), (100, notices.READY.subject)]


def test_while_it_lasts_it_is_told_hourly_whatever_is_added() -> None:
    found = told((600, [faults.DEAF]), (3 * 3600, [faults.DEAF, faults.OVERDUE]))

    assert [second for second, _ in found] == [60, 60 + 3600, 60 + 2 * 3600, 60 + 3 * 3600]


def test_who_takes_over_does_not_tell_again_within_the_hour() -> None:
    memory = notices.Memory(told=START)

    assert memory.see([faults.DEAF], START + timedelta(minutes=59)) is None
    assert memory.see([], START + timedelta(minutes=60)) is notices.READY


@pytest.mark.parametrize("fault", EVERY, ids=lambda fault: fault.sentence)
def test_every_fault_says_what_to_do_and_names_a_section_of_the_runbook(fault: faults.Fault) -> None:
    runbook = (Path(__file__).resolve().parents[2] / faults.RUNBOOK).read_text("utf-8")

    assert f"\n## {fault.section}\n" in runbook
    assert fault.sentence.partition(" is ")[0] in runbook
    assert fault.advice.endswith(f"See “{fault.section}” in docs/runbook.md.")
    assert fault.remedy or "Run " in fault.sentence
