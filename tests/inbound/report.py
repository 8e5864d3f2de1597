"""The table of what inbound kills did and what became of every update."""

from collections.abc import Iterator

from tests.inbound import laws, runs


def table(outcomes: list[runs.Outcome]) -> str:
    """Return the report of some runs, a line a figure."""
    return "\n\n".join("\n".join(f"{name:58}{value}" for name, value in _lines(each)) for each in outcomes)


def _lines(outcome: runs.Outcome) -> Iterator[tuple[str, object]]:
    told = outcome.report
    yield "SIGKILL while updates arrive", f"{outcome.kills} in {outcome.seconds:.0f} s, workers: {outcome.plan.workers}"
    yield "updates stored", f"{told.updates} of {outcome.plan.updates}"
    yield "  handed out again by Telegram", told.again
    yield "  parked, as they cannot be read", told.parked
    yield "replies that arrived twice", told.twice
    yield "replies of which nobody knows", told.unconfirmed
    for law in laws.Law:
        yield law, len(told.broken.get(law, []))
    shown = (f"{law}, as {', '.join(found[:3])}" for law, found in told.broken.items())
    yield "verdict", "; ".join(shown) or "every law was kept"
