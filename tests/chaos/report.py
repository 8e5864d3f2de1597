"""The table of what runs did and what became of every reminder."""

from collections.abc import Iterator

from tests.chaos import killing, runs, truth

SHOWN = "each by `reminderbot attention` and `reminderbot explain`, all of them counted in /metrics"

DECIDED = (
    truth.Law.LEDGER,
    truth.Law.INTENT,
    truth.Law.STATE,
    truth.Law.STOP,
    truth.Law.CANCELLED,
    truth.Law.FINAL,
)
"""The laws that a run of this kind can break, besides those whose figures are told; the stories are for the others."""


def table(outcomes: list[runs.Outcome]) -> str:
    """Return the report of some runs, a line a figure."""
    return "\n\n".join("\n".join(f"{name:48}{value}" for name, value in _lines(each)) for each in outcomes)


def _lines(outcome: runs.Outcome) -> Iterator[tuple[str, object]]:
    told = outcome.report
    yield outcome.name, f"{outcome.blows} in {outcome.seconds:.0f} s"
    yield "reminders", told.reminders
    for met in killing.Met:
        if outcome.met:
            yield f"  kills: {met}", outcome.met[met]
    if outcome.codes:
        yield "exit codes", ", ".join(f"{code}: {count}" for code, count in outcome.codes.items())
        yield "unknown by SIGTERM", outcome.in_unknown
    yield "processes that ended by themselves", len(outcome.crashes)
    if outcome.said:
        yield "the last that workers wrote", outcome.said
    yield truth.Law.LOST, told.count(truth.Law.LOST)
    yield truth.Law.COPIES, f"{told.copies[1]}; {told.copies[0]} where the budget is 0"
    yield "two copies of", told.twice
    yield "unconfirmed", f"{told.unconfirmed} ({SHOWN})"
    yield "stops and cancellations", outcome.stops
    for law in (*DECIDED, truth.Law.FLIGHT) if outcome.met else DECIDED:
        yield law, told.count(law)
    yield "states", ", ".join(f"{state} {count}" for state, count in sorted(told.states.items()))
    yield "verdict", str(told) if told.broken else "every law was kept"
