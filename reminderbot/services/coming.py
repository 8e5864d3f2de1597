"""One reminder of a person's, reached to be read or changed; and why it cannot be changed any more."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, people, planner
from reminderbot.store import bodies, patients, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

SAID = frozenset({life.State.SENT, life.State.MERGED, life.State.UNCONFIRMED})
"""States in which a message stands on the phone, or may."""


@dataclasses.dataclass(frozen=True)
class Coming:
    """A reminder, the treatment it belongs to, and the patient."""

    row: planned.ReminderRow
    treatment: rows.TreatmentRow
    patient: patients.PatientRow

    @property
    def local(self) -> datetime:
        """Return when it is due, or was sent, on the patient's clock."""
        return hours.to_local(self.row.sent_at or self.row.due, self.patient.zone)

    @property
    def until(self) -> datetime:
        """Return until when it is of use, on the patient's clock."""
        return hours.to_local(self.row.useful_until, self.patient.zone)

    @property
    def may_change(self) -> bool:
        """Tell whether it is to come and nothing of it can have arrived."""
        return self.row.state in life.OPEN and not self.row.accepted

    @property
    def is_left_out(self) -> bool:
        """Tell whether the patient has left it out, alone or with all that was not of a day."""
        return self.row.state is life.State.SKIPPED and self.row.reason in LEFT_OUT


LEFT_OUT = frozenset({life.Reason.LEFT_OUT, life.Reason.TODAY_ONLY})
"""Reasons by which a person left out what would have come."""


async def reached(work: works.Work, who: access.Person, reminder_id: str) -> Coming:
    """Return one reminder of the chat's patients; NotFound `refusal.not_found` for anybody else's."""
    row = await planned.of_chat(work, who.chat_id, reminder_id)
    if row is None:
        raise errors.NotFound("refusal.not_found")
    treatment = (await rows.of_chat(work, who.chat_id, treatment_id=row.treatment_id))[0]
    return Coming(row, treatment, await people.patient(work, who, row.patient_id))


async def held(work: works.Work, who: access.Person, reminder_id: str) -> Coming:
    """Return one reminder for a visit that changes it: the chat is locked first, then what may move."""
    await people.chat(work, who, lock=True)
    found = await reached(work, who, reminder_id)
    locked = await planned.of_treatments(work, [found.row.treatment_id], lock=True)
    return dataclasses.replace(found, row=next(row for row in locked if row.id == reminder_id))


async def text(work: works.Work, who: access.Person, reminder_id: str) -> str:
    """Return what a reminder said, as HTML and as it was sent; empty where it said nothing, or nothing is kept."""
    found = await reached(work, who, reminder_id)
    return await bodies.read(work, reminder_id) if found.row.state in SAID else ""


def require_open(found: Coming) -> None:
    """Raise Conflict `refusal.message_sent`, `refusal.message_on_its_way` or `refusal.message_shut` if it may not."""
    if found.may_change:
        return
    if found.row.state in SAID:
        raise errors.Conflict("refusal.message_sent")
    on_its_way = found.row.state in life.OPEN or found.row.state is life.State.SENDING
    raise errors.Conflict("refusal.message_on_its_way" if on_its_way else "refusal.message_shut")


def comes(row: planned.ReminderRow, patient: patients.PatientRow, now: datetime) -> datetime:
    """Return the instant at which a planned reminder will come: after a pause, outside quiet hours, `now` at first."""
    at = max(each for each in (row.due, now, patient.paused_until) if each is not None)
    return hours.quiet_end_after(at, patient.quiet, patient.zone) or at


def expected(found: Coming, now: datetime) -> datetime | None:
    """Return when a planned reminder `comes`, on the patient's clock; None if it does at once."""
    at = comes(found.row, found.patient, now)
    return hours.to_local(at, found.patient.zone) if at > now else None


async def settled(work: works.Work, who: access.Person, found: Coming, *, now: datetime) -> Coming:
    """Return a reminder after its treatment was planned anew for what the patient prefers by now."""
    await planner.settle_these(work, [found.patient], [found.treatment], now=now)
    return await reached(work, who, found.row.id)


def rewrite(
    found: Coming, *, state: life.State, event: planned.Event, reason: life.Reason | None = None, due: datetime
) -> planned.Rewrite:
    """Return how the row of a reminder should stand; what is not named stays."""
    row = found.row
    return planned.Rewrite(
        row=row, state=state, reason=reason, due=due, useful_until=row.useful_until, zone=row.zone, event=event
    )
