"""The benchmarks run, yield a figure each, and say truly what was better and what was missed."""

import dataclasses
from pathlib import Path

import pytest

from benchmarks import alive, console, everyone, figures, flight, measures, report, sampling, targets

SECONDS = figures.Measure("late-p99", "lateness", "ms")
RATE = figures.Measure("drain-2000", "drain", "a second", more_is_better=True)


@pytest.fixture
def found() -> figures.Figures:
    return figures.Figures()


async def test_every_contender_schedules_moves_and_drains(bench: measures.Bench) -> None:
    await measures.schedule(bench)
    await measures.drain(bench)

    for kind in bench.contenders:
        for key in ("schedule", "bulk", "move", "drain-20"):
            assert bench.figures.median(key, kind.name), (key, kind.name)


async def test_ours_looks_starts_and_is_on_time(bench: measures.Bench) -> None:
    alone = dataclasses.replace(bench, contenders=(everyone.named(everyone.OURS),))
    await measures.look(alone)
    await measures.late(alone)

    for key in ("look-90", "bytes-90", "start-90", "late-p50", "late-p99"):
        assert bench.figures.median(key, everyone.OURS), key


async def test_the_program_is_measured_as_it_is_run(bench: measures.Bench) -> None:
    await alive.live(bench)

    assert 1 <= (bench.figures.median("window", everyone.OURS) or 0) <= 30
    assert (bench.figures.median("fair", everyone.OURS) or 0) > 0


async def test_the_consoles_list_is_looked_at_in_every_way(bench: measures.Bench, tmp_path: Path) -> None:
    await console.console(bench)
    page = tmp_path / "page.md"
    page.write_text(f"{report.BEGIN}\n{report.END}\n", "utf-8")
    report.write(bench.figures, {}, page)

    for name in (everyone.OURS, everyone.ON_SQLITE):
        for key in console.LOOKS:
            assert (bench.figures.median(f"console-{key}-p95", name) or 0) > 0, (key, name)
    lines = page.read_text("utf-8").splitlines()
    assert len([line for line in lines if "of 120 patients" in line and "p95" not in line]) == len(console.LOOKS)


async def test_sends_are_measured_one_by_one_and_overlapping(bench: measures.Bench) -> None:
    await flight.flight(bench)

    assert all(bench.figures.median(f"flight-{overlap}", "PTB's transport") for overlap in (1, 4))


@pytest.mark.parametrize(("measure", "better"), [(SECONDS, 0.5), (RATE, 2.0)])
def test_a_ratio_says_how_many_times_better_we_are(
    found: figures.Figures, measure: figures.Measure, better: float
) -> None:
    found.note(measure, everyone.OURS, 20)
    found.note(measure, "PgQueuer", 10)

    assert found.times_better(measure.key, everyone.OURS, "PgQueuer") == better


@pytest.mark.parametrize(("measure", "value", "met"), [(SECONDS, 51, False), (SECONDS, 50, True), (RATE, 999, False)])
def test_a_target_that_is_missed_is_not_called_met(
    found: figures.Figures, measure: figures.Measure, value: float, met: bool
) -> None:
    found.note(measure, everyone.OURS, value)

    judged = [target.is_met(found) for target in targets.TARGETS if target.key == measure.key and not target.rival]
    assert judged == [met]


def test_the_page_holds_the_figures_between_its_markers(found: figures.Figures, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n{report.BEGIN}\nold\n{report.END}\nbelow\n", "utf-8")
    found.note(RATE, everyone.OURS, 1234)
    report.write(found, {"drain": sampling.Samples()}, page)

    written = page.read_text("utf-8")
    assert "old" not in written
    assert [line for line in written.splitlines() if line.startswith("| drain")] == [
        "| drain | reminderbot | 1,234 a second |",
        "| drain: ≥ 1000 a second | 1,234 | yes |",
    ]


def test_the_shipped_page_has_room_for_the_figures() -> None:
    page = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")

    assert page.index(report.BEGIN) < page.index(report.END)
