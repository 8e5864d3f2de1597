"""Retention: patients are erased once their clinic's time after the last session is over."""

from datetime import datetime
from typing import Final

from reminderbot import clocks
from reminderbot.services import privacy
from reminderbot.store import audit, retention
from reminderbot.store import work as works

BATCH: Final = 20
"""Patients of one transaction: on SQLite nobody else writes meanwhile."""


async def sweep(work: works.Work, now: datetime, limit: int = BATCH) -> int:
    """Erase at most `limit` patients whose time is over; return how many it were.

    Their session, letter, open case or waiting reminder keeps them. Whoever is being worked with is left for the next
    time. Nobody is told: a word about it a year later would say to whoever holds the phone that they were a patient.
    """
    found = await retention.due(work, now=now, limit=limit)
    held = [over for over in found if await retention.is_held(work, over, now=now)]
    for over in held:
        await privacy.erase_patient(work, over.patient_id, now=now)
    for over in sorted(held, key=lambda each: each.clinic_id):  # the audit last: its chains hold others up
        await audit.add(
            work,
            organisation_id=over.organisation_id,
            clinic_id=over.clinic_id,
            at=clocks.machine(),
            actor="program",
            patient_id=over.patient_id,
            action="patient.erased",
            detail={"kept_days": over.days},
        )
    return len(held)


async def round(store: works.Store, *, now: datetime, limit: int = BATCH) -> int:
    """Sweep until nobody is left whose time is over, a batch a transaction; return how many were erased."""
    erased = 0
    while True:
        async with store.writing() as work:
            swept = await sweep(work, now, limit)
        erased += swept
        if swept < limit:
            return erased
