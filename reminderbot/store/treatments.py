"""Treatments: added, read through the asking chat's open bindings, moved and ended by compare-and-set."""

import dataclasses
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, insert, select, update

from reminderbot.planning import hours, plan_form, plans, timeline
from reminderbot.store import patients, tables
from reminderbot.store.work import Work


class State(StrEnum):
    """Whether a treatment takes place."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    NOT_HELD = "not_held"


@dataclasses.dataclass(frozen=True)
class TreatmentRow:
    """A treatment with what is always needed beside it; `clinic_id` is BUILT_IN for a self-registered one."""

    id: str
    organisation_id: str
    clinic_id: str
    clinic_name: str
    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    patient_zone: str
    plan_version_id: str
    plan: plans.Plan = dataclasses.field(repr=False)
    day: date
    at: time
    zone: str
    starts_at: datetime
    state: State
    entered_by: str
    version: int
    booked_at: datetime

    @property
    def anchor(self) -> timeline.Anchor:
        """Return where and when it happens."""
        return timeline.Anchor(day=self.day, at=self.at, zone=self.zone)


async def of_chat(work: Work, chat_id: str, *, treatment_id: str | None = None) -> list[TreatmentRow]:
    """Return the treatments of the patients bound to a chat, or the one asked for; the latest start first."""
    bound = (tables.bindings.c.patient_id == tables.treatments.c.patient_id) & patients.OPEN
    query = _query().join(tables.bindings, bound).where(tables.bindings.c.chat_id == chat_id)
    if treatment_id is not None:
        query = query.where(tables.treatments.c.id == treatment_id)
    ordered = query.order_by(tables.treatments.c.starts_at.desc(), tables.treatments.c.id)
    return [await _opened(work, row) for row in (await work.run(ordered)).all()]


async def of_clinic(
    work: Work, clinic_id: str, *, treatment_id: str | None = None, patient_id: str | None = None
) -> list[TreatmentRow]:
    """Return treatments of the patients whom a clinic looks after, or of one of them; the latest start first."""
    query = _query().where(tables.patients.c.clinic_id == clinic_id, tables.patients.c.erased_at.is_(None))
    if treatment_id is not None:
        query = query.where(tables.treatments.c.id == treatment_id)
    if patient_id is not None:
        query = query.where(tables.treatments.c.patient_id == patient_id)
    ordered = query.order_by(tables.treatments.c.starts_at.desc(), tables.treatments.c.id)
    return [await _opened(work, row) for row in (await work.run(ordered)).all()]


async def whoever_asks(work: Work, treatment_id: str) -> TreatmentRow | None:
    """Return a treatment without asking whose it is: for delivery and for what the operator does."""
    row = (await work.run(_query().where(tables.treatments.c.id == treatment_id))).first()
    return await _opened(work, row) if row else None


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    plan_version_id: str,
    anchor: timeline.Anchor,
    entered_by: str,
    now: datetime,
) -> str:
    """Add a booked treatment and return its id."""
    id = tables.new_id()
    whose = {"organisation_id": organisation_id, "clinic_id": clinic_id, "patient_id": patient_id}
    row = row_of(id, **whose, plan_version_id=plan_version_id, anchor=anchor, entered_by=entered_by, now=now)
    await work.run(insert(tables.treatments).values(**row))
    return id


def row_of(
    id: str,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    plan_version_id: str,
    anchor: timeline.Anchor,
    entered_by: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the row of a treatment that is booked."""
    return {
        "id": id,
        "organisation_id": organisation_id,
        "clinic_id": clinic_id,
        "patient_id": patient_id,
        "plan_version_id": plan_version_id,
        "day": anchor.day,
        "at": anchor.at,
        "zone": anchor.zone,
        "starts_at": timeline.start(anchor),
        "state": State.BOOKED,
        "entered_by": entered_by,
        "version": 1,
        "created_at": now,
    }


async def is_moved(work: Work, treatment: TreatmentRow, anchor: timeline.Anchor) -> bool:
    """Move a booked treatment that still stands as `treatment` does; False if it changed meanwhile."""
    values = {"day": anchor.day, "at": anchor.at, "zone": anchor.zone, "starts_at": timeline.start(anchor)}
    return await _is_set(work, treatment, rules=hours.rules(), **values)


async def is_ended(work: Work, treatment: TreatmentRow, state: State, *, now: datetime) -> bool:
    """End a booked treatment that still stands as `treatment` does; False if it changed meanwhile."""
    return await _is_set(work, treatment, state=state, ended_at=now)


async def is_repointed(work: Work, treatment: TreatmentRow, plan_version_id: str) -> bool:
    """Have a booked treatment that still stands as `treatment` does follow another plan; False if it changed."""
    return await _is_set(work, treatment, plan_version_id=plan_version_id)


async def _is_set(work: Work, treatment: TreatmentRow, **values: Any) -> bool:
    column = tables.treatments.c
    stands = (column.id == treatment.id) & (column.version == treatment.version) & (column.state == State.BOOKED)
    change = update(tables.treatments).where(stands).values(version=treatment.version + 1, **values)
    return (await work.run(change)).rowcount == 1


def _query() -> Select[Any]:
    return (
        select(
            tables.treatments,
            tables.clinics.c.name.label("clinic_name"),
            tables.patients.c.name.label("sealed_name"),
            tables.patients.c.key_id,
            tables.patients.c.zone.label("patient_zone"),
            tables.plan_versions.c.body.label("plan_form"),
        )
        .join(tables.clinics, tables.clinics.c.id == tables.treatments.c.clinic_id)
        .join(tables.patients, tables.patients.c.id == tables.treatments.c.patient_id)
        .join(tables.plan_versions, tables.plan_versions.c.id == tables.treatments.c.plan_version_id)
    )


async def _opened(work: Work, row: Any) -> TreatmentRow:
    name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.sealed_name)
    return TreatmentRow(
        id=row.id,
        organisation_id=row.organisation_id,
        clinic_id=row.clinic_id,
        clinic_name=row.clinic_name,
        patient_id=row.patient_id,
        patient_name=name,
        patient_zone=row.patient_zone,
        plan_version_id=row.plan_version_id,
        plan=plan_form.plan_from(row.plan_form),
        day=row.day,
        at=row.at,
        zone=row.zone,
        starts_at=row.starts_at,
        state=State(row.state),
        entered_by=row.entered_by,
        version=row.version,
        booked_at=row.created_at,
    )
