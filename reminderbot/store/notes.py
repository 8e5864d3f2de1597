"""A clinic's own line to one step of one patient: sealed with the patient's key, and over by itself."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from reminderbot.planning import life
from reminderbot.store import bells, tables
from reminderbot.store.work import Work

_r, _p = tables.reminders.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class Noted:
    """A reminder of a clinic's patient as whoever writes a note to it needs it, opened; `words` is empty without."""

    id: str
    patient_id: str
    key_id: str | None
    step_key: str
    state: life.State
    due: datetime
    useful_until: datetime
    zone: str
    words: str = dataclasses.field(repr=False)
    until: datetime | None


async def of_clinic(work: Work, clinic_id: str, reminder_id: str) -> Noted | None:
    """Return a reminder of a patient whom a clinic looks after; None for anybody else's."""
    query = _query().where(_r.id == reminder_id, _p.clinic_id == clinic_id, _p.erased_at.is_(None))
    row = (await work.run(query)).first()
    if row is None:
        return None
    return Noted(
        id=row.id,
        patient_id=row.patient_id,
        key_id=row.key_id,
        step_key=row.step_key,
        state=life.State(row.state),
        due=row.due_at,
        useful_until=row.useful_until,
        zone=row.zone,
        words=await _opened(work, row),
        until=row.note_until,
    )


async def of_treatments(work: Work, treatment_ids: Sequence[str], *, now: datetime) -> dict[str, str]:
    """Return the notes that stand at `now`, by reminder."""
    stands = (_r.note_until.is_(None)) | (_r.note_until > now)
    query = _query().where(_r.treatment_id.in_(treatment_ids), _r.note.is_not(None), stands)
    return {row.id: await _opened(work, row) for row in (await work.run(query)).all()}


async def is_written(work: Work, noted: Noted, words: str, until: datetime | None) -> bool:
    """Keep a note, or take it away if `words` is empty; False if the reminder is on its way or over by now.

    A sender that has claimed the reminder loses it: what it has prepared does not say the note.
    """
    key = await work.key(noted.key_id)
    if key is None:
        return False
    sealed = key.seal(words, table="reminders", row=noted.id, column="note") if words else None
    free = {"state": life.State.PLANNED, "lease_owner": None, "lease_until": None}
    change = update(tables.reminders).where(_r.id == noted.id, _r.state.in_(life.OPEN))
    done = await work.run(change.values(note=sealed, note_until=until if words else None, **free))
    work.ring(bells.Bell.REMINDERS)
    return done.rowcount == 1


def _query() -> Select[Any]:
    own = (_r.id, _r.patient_id, _r.step_key, _r.state, _r.due_at, _r.useful_until, _r.note, _r.note_until)
    return select(*own, _p.zone, _p.key_id).join_from(tables.reminders, tables.patients, _p.id == _r.patient_id)


async def _opened(work: Work, row: Any) -> str:
    key = await work.key(row.key_id) if row.note else None
    return key.open(row.note, table="reminders", row=row.id, column="note") if key else ""
