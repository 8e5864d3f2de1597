"""Codes by which a clinic claims a patient who registered alone, and the passing of all that is theirs."""

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work

_c, _h = tables.claims.c, tables.throttles.c


@dataclasses.dataclass(frozen=True)
class ClaimRow:
    """A code that was given to a patient."""

    id: str
    patient_id: str
    expires_at: datetime


def index(work: Work, code: str) -> bytes:
    """Return the blind index under which a code is found."""
    return work.index.of("claim", code)


async def is_added(
    work: Work, *, organisation_id: str, patient_id: str, code: str, now: datetime, until: datetime
) -> bool:
    """Give a patient a code in place of any other of theirs; False if the code is somebody's already."""
    await work.run(delete(tables.claims).where(_c.patient_id == patient_id, _c.used_at.is_(None)))
    return await inserting.is_inserted(
        work,
        tables.claims,
        id=tables.new_id(),
        organisation_id=organisation_id,
        patient_id=patient_id,
        code_index=index(work, code),
        created_at=now,
        expires_at=until,
    )


async def find(work: Work, code: str, *, now: datetime) -> ClaimRow | None:
    """Return the claim behind a code that may still be used."""
    live = (_c.code_index == index(work, code)) & _c.used_at.is_(None) & (_c.expires_at > now)
    row = (await work.run(select(_c.id, _c.patient_id, _c.expires_at).where(live))).mappings().first()
    return ClaimRow(**row) if row else None


async def is_used(work: Work, claim_id: str, *, clinic_id: str, now: datetime) -> bool:
    """Use a code for a clinic; of two at once one gets True."""
    live = (_c.id == claim_id) & _c.used_at.is_(None) & (_c.expires_at > now)
    return (await work.run(update(tables.claims).where(live).values(used_at=now, clinic_id=clinic_id))).rowcount == 1


async def claimed_by(work: Work, patient_id: str) -> str | None:
    """Return the clinic that has claimed a patient by a code, the last if there were several."""
    used = select(_c.clinic_id).where(_c.patient_id == patient_id, _c.used_at.is_not(None))
    found: str | None = (await work.run(used.order_by(_c.used_at.desc()).limit(1))).scalar_one_or_none()
    return found


async def forget(work: Work, patient_id: str) -> None:
    """Forget the codes of a patient, used ones too."""
    await work.run(delete(tables.claims).where(_c.patient_id == patient_id))


async def open_worries(work: Work, patient_id: str) -> list[str]:
    """Return the worries of a patient that nobody has closed."""
    w = tables.worries.c
    return list((await work.run(select(w.id).where(w.patient_id == patient_id, w.state == "open"))).scalars())


async def pass_on(work: Work, patient_id: str, *, organisation_id: str, clinic_id: str, home: str | None) -> None:
    """Let a patient, and all of theirs but what is history, belong to a clinic; `home` is the branch, if any.

    A reminder whose outcome is being recorded this instant is left: whoever records it may wait for the chat.
    """
    own = {"organisation_id": organisation_id, "clinic_id": clinic_id}
    patients, bindings, reminders = tables.patients, tables.bindings, tables.reminders
    home_values = {"organisation_id": organisation_id, "clinic_id": home, "standing": None}
    await work.run(update(bindings).where(bindings.c.patient_id == patient_id).values(organisation_id=organisation_id))
    await work.run(update(patients).where(patients.c.id == patient_id).values(**home_values))
    for table in (tables.treatments, tables.worries, tables.cases, tables.letters, tables.questions):
        await work.run(update(table).where(table.c.patient_id == patient_id).values(**own))
    ids = select(reminders.c.id).where(reminders.c.patient_id == patient_id).with_for_update(skip_locked=True)
    free = list((await work.run(ids)).scalars())
    await work.run(update(reminders).where(reminders.c.id.in_(free)).values(**own))


async def set_plan_version(work: Work, treatment_id: str, version_id: str) -> None:
    """Point a treatment at the copy of its plan that is its organisation's own."""
    of = tables.treatments.c
    await work.run(update(tables.treatments).where(of.id == treatment_id).values(plan_version_id=version_id))


async def failures(work: Work, staff_id: str, *, since: datetime, lock: bool = False) -> int:
    """Return how many wrong codes somebody has typed since."""
    query = select(_h.failures).where(_h.id == _throttle(work, staff_id), _h.last_at > since)
    found: int | None = (await work.run(query.with_for_update() if lock else query)).scalar_one_or_none()
    return found or 0


async def count_failure(work: Work, staff_id: str, *, now: datetime, within: timedelta) -> int:
    """Count one more wrong code of somebody's; what is older than `within` counts no more."""
    id = _throttle(work, staff_id)
    await inserting.is_inserted(work, tables.throttles, id=id, failures=0, last_at=now)
    before = await failures(work, staff_id, since=now - within, lock=True)
    await work.run(update(tables.throttles).where(_h.id == id).values(failures=before + 1, last_at=now))
    return before + 1


async def forget_failures(work: Work, staff_id: str) -> None:
    """Begin to count anew."""
    await work.run(delete(tables.throttles).where(_h.id == _throttle(work, staff_id)))


def _throttle(work: Work, staff_id: str) -> bytes:
    return work.index.of("throttle", f"claim|{staff_id}")
