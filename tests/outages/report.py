"""The table of what outages did and what became of every reminder, a line a run."""

from reminderbot.planning import life
from tests.outages import laws, runs

COLUMNS = (
    "kind",
    "hours",
    "due",
    "accepted",
    "expired",
    "merged",
    "unconfirmed",
    "in quiet hours",
    "useless",
    "most a patient",
    "peak/s",
    "share of pace",
    "attempts in outage",
    "seconds",
)


def table(outcomes: list[runs.Outcome]) -> str:
    """Return the report of some runs, and below it the laws that were broken."""
    lines = [COLUMNS, *(_line(each) for each in outcomes)]
    wide = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    rows = ["  ".join(cell.rjust(width) for cell, width in zip(line, wide, strict=True)) for line in lines]
    return "\n".join([*rows, *(_verdict(each) for each in outcomes)])


def _line(outcome: runs.Outcome) -> tuple[str, ...]:
    told, states = outcome.report, outcome.report.states
    figures = (
        outcome.plan.hours,
        told.due,
        told.accepted,
        *(states.get(state, 0) for state in (life.State.EXPIRED, life.State.MERGED, life.State.UNCONFIRMED)),
        told.count(laws.Law.QUIET),
        told.count(laws.Law.USELESS),
        told.most,
        told.peak,
        f"{min(told.share, 1):.1%}",
        told.attempts,
        f"{outcome.seconds:.0f}",
    )
    return outcome.plan.kind, *map(str, figures)


def _verdict(outcome: runs.Outcome) -> str:
    which = f"{outcome.plan.kind}, {outcome.plan.hours} h"
    broken = (f"{law}: {len(found)}, as {', '.join(found[:3])}" for law, found in outcome.report.broken.items())
    return f"{which}: {'; '.join(broken) or 'every law was kept'}"
