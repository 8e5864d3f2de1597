"""Patients and the chats they are bound to; names and phones sealed with each patient's own key."""

import dataclasses
from datetime import datetime, time
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from reminderbot.planning import hours, timeline
from reminderbot.store import names, tables, vault
from reminderbot.store.work import Work

OPEN = tables.bindings.c.ended_at.is_(None)
"""A binding that holds."""


@dataclasses.dataclass(frozen=True)
class PatientRow:
    """A patient that was not erased, opened; `via` is how the chat came to it (self, invite, claim), or ""."""

    id: str
    organisation_id: str
    clinic_id: str | None
    name: str = dataclasses.field(repr=False)
    treated_by: str = dataclasses.field(repr=False)
    language: str
    zone: str
    morning: time
    quiet: hours.Quiet
    wants_reads: bool
    stopped_at: datetime | None
    paused_until: datetime | None
    version: int
    via: str

    @property
    def habits(self) -> timeline.Habits:
        """Return what planning needs to know of the patient."""
        return timeline.Habits(zone=self.zone, morning=self.morning, quiet=self.quiet)


async def of_chat(work: Work, chat_id: str) -> list[PatientRow]:
    """Return the patients bound to a chat, those bound first ahead."""
    query = _query().where(tables.bindings.c.chat_id == chat_id).order_by(tables.bindings.c.bound_at)
    return [await _opened(work, row) for row in (await work.run(query)).all()]


async def of_clinic(work: Work, clinic_id: str, patient_id: str) -> PatientRow | None:
    """Return one patient of a clinic, with or without a chat; None for any other's."""
    at = tables.bindings.c
    joined = tables.patients.outerjoin(tables.bindings, (at.patient_id == tables.patients.c.id) & OPEN)
    query = select(tables.patients, at.via, at.chat_id).select_from(joined)
    whose = (tables.patients.c.id == patient_id) & (tables.patients.c.clinic_id == clinic_id)
    row = (await work.run(query.where(whose, tables.patients.c.erased_at.is_(None)))).first()
    return await _opened(work, row) if row else None


async def chat_of(work: Work, patient_id: str) -> str | None:
    """Return the chat that a patient is bound to now."""
    at = tables.bindings.c
    query = select(at.chat_id).where(at.patient_id == patient_id, OPEN)
    found: str | None = (await work.run(query)).scalar_one_or_none()
    return found


async def home(work: Work, patient_id: str) -> str | None:
    """Return the clinic that looks after a patient; None for whoever registered alone."""
    found = await work.run(select(tables.patients.c.clinic_id).where(tables.patients.c.id == patient_id))
    id: str | None = found.scalar_one_or_none()
    return id


async def lock(work: Work, patient_id: str) -> None:
    """Let nobody else change a patient before this visit ends."""
    await work.run(select(tables.patients.c.id).where(tables.patients.c.id == patient_id).with_for_update())


async def unbind(work: Work, patient_id: str, *, now: datetime) -> None:
    """End the binding of a patient to the chat that holds them now; what was sent there stays."""
    at = tables.bindings.c
    await work.run(update(tables.bindings).where(at.patient_id == patient_id, OPEN).values(ended_at=now))


async def add(
    work: Work,
    *,
    organisation_id: str,
    name: str,
    language: str,
    habits: timeline.Habits,
    now: datetime,
    clinic_id: str | None = None,
) -> str:
    """Add a patient with a key of its own; an empty name is not kept. Returns the id.

    `clinic_id` is the branch that looks after them; None for whoever registered alone.
    """
    id, key = tables.new_id(), await work.new_key("patient")
    whose = {"organisation_id": organisation_id, "clinic_id": clinic_id}
    row = row_of(id, key, **whose, name=name, language=language, habits=habits, now=now)
    await work.run(insert(tables.patients).values(**row))
    if name:
        await names.keep(work, [(id, organisation_id, name)])
    return id


def row_of(
    id: str,
    key: vault.DataKey,
    *,
    organisation_id: str | None,
    clinic_id: str | None,
    name: str,
    language: str,
    habits: timeline.Habits,
    now: datetime,
) -> dict[str, Any]:
    """Return the row of a new patient whose name is sealed with `key`."""
    return {
        "id": id,
        "organisation_id": organisation_id,
        "clinic_id": clinic_id,
        "key_id": key.id,
        "name": _sealed(key, name, row=id, column="name"),
        "language": language,
        "zone": habits.zone,
        "morning": habits.morning,
        "quiet_from": habits.quiet.start,
        "quiet_to": habits.quiet.end,
        "wants_reads": True,
        "latest_at": now,  # until it is settled: lists are sorted by it
        "created_at": now,
    }


async def bind(work: Work, *, organisation_id: str, chat_id: str, patient_id: str, via: str, now: datetime) -> None:
    """Bind a chat to a patient as the next generation. IntegrityError if another chat holds the patient."""
    last = select(func.max(tables.bindings.c.generation)).where(tables.bindings.c.patient_id == patient_id)
    generation = ((await work.run(last)).scalar_one() or 0) + 1
    await work.run(
        insert(tables.bindings).values(
            organisation_id=organisation_id,
            chat_id=chat_id,
            patient_id=patient_id,
            generation=generation,
            via=via,
            bound_at=now,
        )
    )


async def set_habits(work: Work, ids: list[str], habits: dict[str, Any]) -> None:
    """Set columns among zone, morning, quiet_from, quiet_to, wants_reads, stopped_at, paused_until and language."""
    at = tables.patients.c
    await work.run(update(tables.patients).where(at.id.in_(ids)).values(version=at.version + 1, **habits))


async def rename(work: Work, patient_id: str, name: str) -> None:
    """Seal another name of a patient, who is found by it from now on; an empty one is not kept."""
    at = tables.patients.c
    row = (await work.run(select(at.key_id, at.organisation_id).where(at.id == patient_id))).one()
    key = await work.key(row.key_id)
    if key is not None:
        sealed = _sealed(key, name, row=patient_id, column="name")
        change = update(tables.patients).where(at.id == patient_id)
        await work.run(change.values(name=sealed, version=at.version + 1))
        await names.forget(work, patient_id)
        await names.keep(work, [(patient_id, row.organisation_id, name)])


async def set_treated_by(work: Work, patient_id: str, phone: str) -> None:
    """Keep the phone of whoever treated a patient; an empty one is forgotten."""
    patients = tables.patients.c
    key_id = (await work.run(select(patients.key_id).where(patients.id == patient_id))).scalar_one()
    key = await work.key(key_id)
    if key is not None:
        sealed = _sealed(key, phone, row=patient_id, column="treated_by")
        await work.run(update(tables.patients).where(patients.id == patient_id).values(treated_by=sealed))


async def treated_by(work: Work, patient_id: str) -> str:
    """Return the phone of whoever treated a patient; empty if it is not known or the patient was erased."""
    patients = tables.patients.c
    query = select(patients.key_id, patients.treated_by).where(patients.id == patient_id)
    row = (await work.run(query)).one()
    return _open(await work.key(row.key_id), row.treated_by, row=patient_id, column="treated_by")


async def opened_name(work: Work, *, patient_id: str, key_id: str | None, name: bytes | None) -> str:
    """Return a sealed name, opened; empty if there is none or the patient was erased."""
    key = await work.key(key_id) if name else None
    return _open(key, name, row=patient_id, column="name")


def _query() -> Select[Any]:
    joined = tables.patients.join(tables.bindings, (tables.bindings.c.patient_id == tables.patients.c.id) & OPEN)
    query = select(tables.patients, tables.bindings.c.via).select_from(joined)
    return query.where(tables.patients.c.erased_at.is_(None))


async def _opened(work: Work, row: Any) -> PatientRow:
    key = await work.key(row.key_id)
    return PatientRow(
        id=row.id,
        organisation_id=row.organisation_id,
        clinic_id=row.clinic_id,
        name=_open(key, row.name, row=row.id, column="name"),
        treated_by=_open(key, row.treated_by, row=row.id, column="treated_by"),
        language=row.language,
        zone=row.zone,
        morning=row.morning,
        quiet=hours.Quiet(row.quiet_from, row.quiet_to),
        wants_reads=row.wants_reads,
        stopped_at=row.stopped_at,
        paused_until=row.paused_until,
        version=row.version,
        via=row.via or "",
    )


def _sealed(key: vault.DataKey, text: str, *, row: str, column: str) -> bytes | None:
    return key.seal(text, table="patients", row=row, column=column) if text else None


def _open(key: vault.DataKey | None, cell: bytes | None, *, row: str, column: str) -> str:
    return key.open(cell, table="patients", row=row, column=column) if key and cell else ""
