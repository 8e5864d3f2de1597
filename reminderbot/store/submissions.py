"""Forms of the console that were sent, by the token that each of them carries once."""

from datetime import datetime

from sqlalchemy import delete, select

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work

_s = tables.submissions.c


async def location(work: Work, once: str, *, staff_id: str) -> str | None:
    """Return where a form that this person has sent led to."""
    found: str | None = (
        await work.run(select(_s.location).where(_s.id == once, _s.staff_id == staff_id))
    ).scalar_one_or_none()
    return found


async def is_added(work: Work, once: str, *, organisation_id: str, staff_id: str, location: str, now: datetime) -> bool:
    """Remember a form; False if it was sent before. `now` is the machine's."""
    return await inserting.is_inserted(
        work,
        tables.submissions,
        id=once,
        organisation_id=organisation_id,
        staff_id=staff_id,
        location=location,
        at=now,
    )


async def forget(work: Work, *, before: datetime) -> None:
    """Forget forms that were sent before an instant."""
    await work.run(delete(tables.submissions).where(_s.at < before))
