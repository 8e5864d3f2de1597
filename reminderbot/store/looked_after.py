"""Which patients of a chat are looked after by which clinic."""

import dataclasses

from sqlalchemy import select

from reminderbot.store import patients, tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class LookedAfter:
    """A patient whom a chat is bound to and the clinic that looks after them; `phone_only` is the clinic's."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    organisation_id: str
    clinic_id: str
    phone_only: bool


async def of_chat(work: Work, chat_id: str) -> list[LookedAfter]:
    """Return the patients of a chat that a clinic looks after, those bound first ahead."""
    patient, binding, clinic = tables.patients, tables.bindings, tables.clinics
    query = (
        select(patient.c.id, patient.c.organisation_id, patient.c.name, patient.c.key_id, patient.c.clinic_id)
        .add_columns(clinic.c.phone_only)
        .join(binding, (binding.c.patient_id == patient.c.id) & patients.OPEN)
        .join(clinic, clinic.c.id == patient.c.clinic_id)
        .where(binding.c.chat_id == chat_id, patient.c.erased_at.is_(None), clinic.c.id != tables.BUILT_IN)
        .order_by(binding.c.bound_at, patient.c.id)
    )
    return [
        LookedAfter(
            patient_id=row.id,
            patient_name=await patients.opened_name(work, patient_id=row.id, key_id=row.key_id, name=row.name),
            organisation_id=row.organisation_id,
            clinic_id=row.clinic_id,
            phone_only=row.phone_only,
        )
        for row in (await work.run(query)).all()
    ]
