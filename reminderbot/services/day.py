"""A clinic's day: its sessions, who came and who did not, what was sent and what comes."""

import dataclasses
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, audit, overlaps, people, standings, treatments
from reminderbot.store import alerting, day, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

SHOWN = 500  # sessions of a day
CHART = 30  # days


class Standing(StrEnum):
    """What became of a session."""

    BOOKED = "booked"
    CAME = "came"
    NOT_HELD = "not_held"


@dataclasses.dataclass(frozen=True)
class Session:
    """A session of the day, at a wall time of the clinic's; `is_joined` tells that a chat is the patient's."""

    treatment_id: str
    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    at: time
    standing: Standing
    is_joined: bool


@dataclasses.dataclass(frozen=True)
class Bar:
    """A day of the chart."""

    day: date
    sent: int
    failed: int


@dataclasses.dataclass(frozen=True)
class Figures:
    """What was sent today, what comes today, and the days of the chart, the oldest first."""

    sent: int
    coming: int
    chart: tuple[Bar, ...]


async def zone(work: works.Work, who: access.Staff) -> str:
    """Return the zone of the clinic."""
    clinic = await alerting.clinic(work, who.clinic_id)
    return clinic.zone if clinic else "UTC"


async def sessions(work: works.Work, who: access.Staff, *, zone: str, now: datetime) -> list[Session]:
    """Return the sessions of the clinic's today, the earliest first."""
    start, end = bounds(hours.to_local(now, zone).date(), zone)
    found = await day.sessions(work, who.clinic_id, start=start, end=end, limit=SHOWN)
    return [
        Session(row.treatment_id, row.patient_id, row.patient_name, row.at, _standing(row), row.is_joined)
        for row in found
    ]


async def to_confirm(work: works.Work, who: access.Staff) -> int:
    """Return how many sessions patients have told by the poster, and nobody has confirmed."""
    return await day.to_confirm(work, who.clinic_id)


async def figures(work: works.Work, who: access.Staff, *, zone: str, now: datetime) -> Figures:
    """Return what was sent and comes today, and of the last days what was sent and what failed."""
    today = hours.to_local(now, zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(CHART))]
    spans = [day.Span(number, *bounds(each, zone)) for number, each in enumerate(days)]
    sent = await day.sent(work, who.clinic_id, spans)
    failed = await day.failed(work, who.clinic_id, [*spans[:-1], day.Span(CHART - 1, spans[-1].start, now)])
    coming = await day.coming(work, who.clinic_id, start=now, end=spans[-1].end)
    chart = tuple(Bar(each, sent.get(number, 0), failed.get(number, 0)) for number, each in enumerate(days))
    return Figures(chart[-1].sent, coming, chart)


def bounds(on: date, zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which a day of a zone begins and ends."""
    start = hours.local_to_instant(on, time(0), zone).instant
    return start, hours.local_to_instant(on + timedelta(days=1), time(0), zone).instant


async def came(work: works.Work, who: access.Staff, treatment_id: str, *, now: datetime) -> None:
    """Note that the patient came; twice is once. NotFound; Conflict `console.today.not-booked` for one that is over."""
    await _hold(work, who, treatment_id, now, "session.came")


async def not_yet(work: works.Work, who: access.Staff, treatment_id: str) -> None:
    """Take back that the patient came. NotFound and Conflict as `came`."""
    await _hold(work, who, treatment_id, None, "session.not-yet")


async def not_held(work: works.Work, who: access.Staff, treatment_id: str, *, now: datetime) -> int:
    """Note that a session did not take place: what waits for it is not sent. Return how many; twice is once.

    Raises NotFound; Conflict `console.today.not-booked` for one that was cancelled.
    """
    patient_id = (await treatments.reached(work, who, treatment_id)).patient_id
    await people.held(work, who, patient_id)
    row = await treatments.reached(work, who, treatment_id)
    if row.state is rows.State.NOT_HELD:
        return 0
    if row.state is not rows.State.BOOKED or not await rows.is_ended(work, row, rows.State.NOT_HELD, now=now):
        raise errors.Conflict("console.today.not-booked")
    which, reason = planned.of_treatment(row.id), life.Reason.NOT_HELD
    ended = await planned.end(work, which, state=life.State.CANCELLED, reason=reason, now=now)
    await overlaps.settle(work, [patient_id], now=now)
    await standings.settle(work, [patient_id], now=now)
    await audit.note(work, who, "session.not-held", patient_id=patient_id, session=row.id, ended=ended)
    return ended


async def _hold(work: works.Work, who: access.Staff, treatment_id: str, at: datetime | None, action: str) -> None:
    row = await treatments.reached(work, who, treatment_id)
    if not await day.is_held(work, row.id, at):
        raise errors.Conflict("console.today.not-booked")
    await audit.note(work, who, action, patient_id=row.patient_id, session=row.id)


def _standing(row: day.SessionRow) -> Standing:
    if row.state == rows.State.NOT_HELD:
        return Standing.NOT_HELD
    return Standing.BOOKED if row.held_at is None else Standing.CAME
