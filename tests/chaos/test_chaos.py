"""The short forms of `make chaos`: every kind of blow, on both databases, and every law kept."""

from pathlib import Path

import pytest

from reminderbot.gateway import transport
from tests import postgres, sizes
from tests.chaos import __main__ as command
from tests.chaos import killing, report, rig, runs, worker
from tests.chaos.conftest import TRIES

HAVE_SOMETHING = set(killing.Met) - {killing.Met.IDLE}


def test_kills_in_every_state_lose_nothing_on_sqlite(zygote: rig.Zygote, tmp_path: Path, sqlite_template: Path) -> None:
    met = set[killing.Met]()
    for number in range(TRIES):  # on a busy machine so few kills may miss a state
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "x.sqlite").write_bytes(sqlite_template.read_bytes())
        plan = runs.Plan(sizes.of(8, whole=16), sizes.of(140, whole=240), seed=number)
        outcome = runs.kills(zygote, folder, f"sqlite:///{folder}/x.sqlite", plan)
        assert outcome.is_good, report.table([outcome])
        met |= set(outcome.met)
        if met >= HAVE_SOMETHING:
            break

    assert met >= HAVE_SOMETHING


def test_kills_and_faults_on_the_wire_lose_nothing_on_postgresql(
    zygote: rig.Zygote, tmp_path: Path, postgres_url: str
) -> None:
    plan = runs.Plan(sizes.of(5, whole=8), sizes.of(140, whole=200), workers=2, faults=True)
    outcome = runs.kills(zygote, tmp_path, postgres_url, plan)

    assert outcome.is_good, report.table([outcome])


def test_a_postgresql_that_is_killed_loses_nothing(zygote: rig.Zygote, tmp_path: Path) -> None:
    with postgres.running() as server:
        url = command.database(server, tmp_path)
        outcome = runs.postmasters(zygote, tmp_path, server, url, runs.Plan(1, 120, workers=2))

    assert outcome.is_good, report.table([outcome])


def test_a_sender_that_was_frozen_past_its_lease_overwrites_nothing(
    zygote: rig.Zygote, tmp_path: Path, postgres_url: str
) -> None:
    outcome = runs.freezes(zygote, tmp_path, postgres_url, runs.Plan(1, 100, workers=2))

    assert outcome.is_good, report.table([outcome])


def test_a_sender_that_is_told_to_end_records_what_is_on_its_way(
    zygote: rig.Zygote, tmp_path: Path, sqlite_url: str
) -> None:
    outcome = runs.terms(zygote, tmp_path, sqlite_url, runs.Plan(2, 140))

    assert outcome.is_good, report.table([outcome])
    assert outcome.codes == {0: 2}


@pytest.mark.parametrize("times", [transport.Timeouts(), worker.Brisk()], ids=["shipped", "wound down"])
def test_a_lease_outlasts_a_call_and_the_commit_of_its_record(times: transport.Timeouts) -> None:
    longest = times.connect + times.read + times.write + times.pool + times.commit

    assert times.lease.total_seconds() > longest
