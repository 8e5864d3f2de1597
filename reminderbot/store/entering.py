"""Many new patients at once, each with a session, reminders and an invite: a few statements instead of thousands."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from reminderbot.planning import timeline
from reminderbot.store import invites, names, patients, planned, tables, treatments
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class Newcomer:
    """Who is entered; `number` is the blind index of what the clinic calls them."""

    name: str = dataclasses.field(repr=False)
    language: str
    number: bytes | None = dataclasses.field(repr=False)
    anchor: timeline.Anchor
    slots: tuple[timeline.Slot, ...]
    plan_version_id: str
    token: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    expires_at: datetime


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    staff_id: str,
    habits: timeline.Habits,
    newcomers: Sequence[Newcomer],
    now: datetime,
) -> list[tuple[str, str]]:
    """Enter patients of a clinic, none of whom is known; return patient and treatment of each, in their order."""
    keys = await work.new_keys("patient", len(newcomers))
    entered = [(tables.new_id(), tables.new_id()) for _ in newcomers]
    clinic = {"organisation_id": organisation_id, "clinic_id": clinic_id}
    people, sessions, links, slots = [], [], [], []
    for each, key, (patient_id, treatment_id) in zip(newcomers, keys, entered, strict=True):
        own = patients.row_of(patient_id, key, **clinic, name=each.name, language=each.language, habits=habits, now=now)
        people.append({**own, "external_index": each.number})
        whose = {**clinic, "patient_id": patient_id}
        made = {"plan_version_id": each.plan_version_id, "anchor": each.anchor, "entered_by": "clinic", "now": now}
        sessions.append(treatments.row_of(treatment_id, **whose, **made))  # type: ignore[arg-type]
        secrets = {"token": each.token, "code": each.code, "staff_id": staff_id}
        row = invites.row_of(
            work,
            tables.new_id(),
            key,
            **whose,
            **secrets,
            treatment_id=treatment_id,
            now=now,
            expires_at=each.expires_at,
        )
        links.append(row)
        slots.append((planned.Owner(**whose, treatment_id=treatment_id), each.slots))
    await work.run(insert(tables.patients), people)
    await work.run(insert(tables.treatments), sessions)
    await planned.add_many(work, slots, zone=habits.zone, now=now)
    await work.run(insert(tables.invites), links)
    called = [
        (patient_id, organisation_id, each.name) for each, (patient_id, _) in zip(newcomers, entered, strict=True)
    ]
    await names.keep(work, called)
    return entered
