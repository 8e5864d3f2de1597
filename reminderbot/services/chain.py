"""The clinics of an organisation beside each other, in figures."""

import dataclasses
from datetime import datetime, timedelta
from typing import Final

from reminderbot.services import access, organisations
from reminderbot.store import chain_figures
from reminderbot.store import work as works

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)

JOINED: Final = ("joined", "paused")
WAITING: Final = ("to_invite", "invited", "opened")
NEVER: Final = ("never", "declined")
LOST: Final = ("stopped", "blocked")
"""Which standings of patients each figure counts."""


@dataclasses.dataclass(frozen=True)
class Figures:
    """One clinic. `share` is how much of what was due in 30 days arrived, of 1; None where nothing was."""

    name: str
    joined: int
    waiting: int
    never: int
    lost: int
    sent_week: int
    sent_month: int
    failed: int
    share: float | None
    overdue: int


@dataclasses.dataclass(frozen=True)
class Chain:
    """The organisation with the figures of the clinics in which whoever asks may see them."""

    organisation: organisations.Organisation
    clinics: tuple[Figures, ...]


async def of(work: works.Work, who: access.Staff, *, now: datetime) -> Chain:
    """Return the figures of every clinic in which `who` may see them. NotAllowed without the right here."""
    above = await organisations.of(work, who, access.Right.SEE_CHAIN)
    ids = [branch.id for branch in above.branches]
    counts = await chain_figures.of(work, ids, week=now - WEEK, month=now - MONTH, now=now)
    return Chain(above, tuple(_figures(branch.name, counts[branch.id]) for branch in above.branches))


def total(clinics: tuple[Figures, ...], name: str) -> Figures:
    """Return the sum of several clinics, called `name`."""
    sums = {
        field.name: sum(getattr(each, field.name) for each in clinics)
        for field in dataclasses.fields(Figures)
        if field.name not in ("name", "share")
    }
    return Figures(name=name, share=_share(sums["sent_month"], sums["failed"]), **sums)


def _figures(name: str, counts: chain_figures.Counts) -> Figures:
    def among(standings: tuple[str, ...]) -> int:
        return sum(counts.standings.get(each, 0) for each in standings)

    return Figures(
        name=name,
        joined=among(JOINED),
        waiting=among(WAITING),
        never=among(NEVER),
        lost=among(LOST),
        sent_week=counts.sent_week,
        sent_month=counts.sent_month,
        failed=counts.failed_month,
        share=_share(counts.sent_month, counts.failed_month),
        overdue=counts.overdue,
    )


def _share(sent: int, failed: int) -> float | None:
    return sent / (sent + failed) if sent + failed else None
