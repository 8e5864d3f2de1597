"""A copy of all that is stored about a person, for them to take along: rows by table, and what a page tells of them."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime

from reminderbot.services import access, pausing, people, privacy, treatments, voices
from reminderbot.store import clinics, patients, personal
from reminderbot.store import treatments as bookings
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Copy:
    """What is stored: `rows` by table, as `store.personal` tells them; `clinic_names` by id; `zone` is the person's.

    `held` is what a pause holds back, as `pausing.held_back` tells it.
    """

    made_at: datetime
    zone: str
    clinic_names: dict[str, str]
    patients: tuple[privacy.StoredPatient, ...]
    sessions: Sequence[treatments.TreatmentTimeline]
    rows: dict[str, list[personal.Row]] = dataclasses.field(repr=False)
    held: dict[str, datetime | None]

    @property
    def json(self) -> str:
        """Return all of it as JSON that people can read, too."""
        whole = {"made_at": self.made_at.isoformat(), "clinics": self.clinic_names, **self.rows}
        return json.dumps(whole, ensure_ascii=False, indent=2, default=str)


async def of_chat(work: works.Work, who: access.Person, *, now: datetime) -> Copy:
    """Return the copy. It needs no consent, and changes nothing. NotFound once the chat was erased."""
    stored, main = await privacy.stored(work, who), await people.main(work, who)
    rows = await personal.of_chat(work, who.chat_id)
    return Copy(
        made_at=now,
        zone=main.zone if main else voices.NOWHERE,
        clinic_names=await _clinics(work, rows),
        patients=stored.patients,
        sessions=await treatments.whole_timeline(work, who),
        rows=rows,
        held=await pausing.held_back(work, who, now=now),
    )


async def of_patient(work: works.Work, who: access.Staff, patient_id: str, *, now: datetime) -> Copy:
    """Return the copy of one patient of the clinic, and of the chat if it is nobody else's; it changes nothing.

    NotAllowed without the right to export, NotFound for anybody else's patient.
    """
    access.require(who, access.Right.EXPORT)
    stored = await privacy.of_patient(work, who, patient_id)
    chat_id = await patients.chat_of(work, patient_id)
    is_alone = chat_id is not None and await privacy.is_theirs_alone(work, patient_id, chat_id)
    booked = await bookings.of_clinic(work, who.clinic_id, patient_id=patient_id)
    rows = await personal.of_patient(work, patient_id, chat_id=chat_id if is_alone else None)
    return Copy(
        made_at=now,
        zone=stored.zone,
        clinic_names=await _clinics(work, rows),
        patients=(stored,),
        sessions=await treatments.timeline_of_patient(work, who, patient_id),
        rows=rows,
        held=await pausing.holds(work, [await people.patient(work, who, patient_id)], booked, now=now),
    )


async def _clinics(work: works.Work, rows: dict[str, list[personal.Row]]) -> dict[str, str]:
    ids = sorted({str(row["clinic_id"]) for each in rows.values() for row in each if row.get("clinic_id")})
    found = [clinic for id in ids if id != clinics.BUILT_IN and (clinic := await clinics.get(work, id)) is not None]
    return {clinic.id: clinic.name for clinic in found}
