"""What a clinic adds to one step of one patient, in its own words, until a day: "keep off the treadmill"."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Final

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, audit, names, people
from reminderbot.store import notes
from reminderbot.store import work as works

Noted = notes.Noted

LONGEST: Final = 300
"""Characters of a note: with the longest text of a plan it stays far below what a message may have."""


async def read(work: works.Work, who: access.Staff, patient_id: str, reminder_id: str) -> Noted:
    """Return a reminder of a patient with its note; NotFound for anybody else's."""
    found = await notes.of_clinic(work, who.clinic_id, reminder_id)
    if found is None or found.patient_id != patient_id:
        raise errors.NotFound("console.sorry.not-found")
    return found


def mark(noted: Noted) -> str:
    """Return what tells one state of a note from another: a form carries that of the state it was shown with."""
    return hashlib.sha256(f"{noted.words}|{noted.until}".encode()).hexdigest()[:16]


def last_day(noted: Noted) -> date:
    """Return the last day of a note as the patient counts days: the one it has, else that of the step's usefulness."""
    ends = noted.until - timedelta(minutes=1) if noted.until else noted.useful_until
    return hours.to_local(ends, noted.zone).date()


async def write(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    reminder_id: str,
    *,
    words: str,
    until: date,
    shown: str,
    now: datetime,
) -> Noted:
    """Keep a note to a step that is still to come, said until the end of the day `until`; no words take it away.

    Raises Invalid `console.note.refused-long`, `refused-early` if it would end before the step comes; Conflict
    `console.note.refused-gone` once the step is on its way or over, `console.refusal.old` if another note stands
    than the one whose `mark` is `shown`.
    """
    access.require(who, access.Right.WRITE)
    await people.held(work, who, patient_id)
    noted = await read(work, who, patient_id, reminder_id)
    cleaned = names.clean(words)
    if len(cleaned) > LONGEST:
        raise errors.Invalid("console.note.refused-long")
    ends = hours.local_to_instant(until + timedelta(days=1), time(0), noted.zone).instant
    if cleaned and ends <= max(noted.due, now):
        raise errors.Invalid("console.note.refused-early")
    if noted.state not in life.OPEN:
        raise errors.Conflict("console.note.refused-gone")
    if mark(noted) != shown and noted.words != cleaned:
        raise errors.Conflict("console.refusal.old")
    if not await notes.is_written(work, noted, cleaned, ends):
        raise errors.Conflict("console.note.refused-gone")
    await audit.note(
        work, who, "note.written" if cleaned else "note.taken", patient_id=patient_id, reminder=reminder_id
    )
    return await read(work, who, patient_id, reminder_id)
