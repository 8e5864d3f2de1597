"""What needs a person, listed for whoever looks after it, and the way back for what only waited for one."""

import dataclasses
from datetime import datetime, timedelta

from reminderbot import errors
from reminderbot.planning import life
from reminderbot.services import access, audit, stories
from reminderbot.store import attention
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Attention:
    """Reminders, parked updates and parked messages, and how many worries are open."""

    reminders: tuple[attention.Troubled, ...]
    updates: tuple[attention.ParkedUpdate, ...]
    messages: tuple[attention.ParkedMessage, ...]
    worries: int


async def list_(
    work: works.Work, _who: access.Operator, *, now: datetime, back: timedelta, clinic_id: str | None = None
) -> Attention:
    """Return what needs a look; of reminders those that were due within `back`.

    With a clinic only its own: updates and messages are the bot's, and belong to none.
    """
    everywhere = clinic_id is None
    return Attention(
        reminders=tuple(await attention.reminders(work, clinic_id=clinic_id, due_after=now - back)),
        updates=tuple(await attention.updates(work)) if everywhere else (),
        messages=tuple(await attention.messages(work)) if everywhere else (),
        worries=await attention.open_worries(work, clinic_id=clinic_id),
    )


async def retry(work: works.Work, who: access.Operator, id: str, *, now: datetime) -> str:
    """Put a reminder that is PARKED or in REVIEW back to PLANNED; return its whole id.

    NotFound as `stories.found`; Conflict `refusal.retry_state` (`text`), `refusal.retry_late`,
    `refusal.retry_cancelled`.
    """
    row = await attention.standing(work, await stories.found(work, who, id))
    if row.state not in attention.WAITING:
        raise errors.Conflict("refusal.retry_state", text=_named(row.state))
    if row.treatment_state != rows.State.BOOKED:
        raise errors.Conflict("refusal.retry_cancelled")
    if row.useful_until <= now:
        raise errors.Conflict("refusal.retry_late")
    await attention.put_back(work, row, now=now)
    whose = {"organisation_id": row.organisation_id, "clinic_id": row.clinic_id, "patient_id": row.patient_id}
    await audit.note_operator(work, "reminder.retried", **whose, reminder=row.id)
    return row.id


async def retry_update(work: works.Work, _who: access.Operator, number: int) -> None:
    """Let a parked update be served again; NotFound `refusal.not_parked`."""
    if not await attention.update_is_put_back(work, number):
        raise errors.NotFound("refusal.not_parked")
    await audit.note_installation(work, "update.retried", number=number)


async def retry_message(work: works.Work, _who: access.Operator, number: int) -> None:
    """Let a parked message be sent again; NotFound `refusal.not_parked`."""
    if not await attention.message_is_put_back(work, number):
        raise errors.NotFound("refusal.not_parked")
    await audit.note_installation(work, "message.retried", number=number)


def _named(state: life.State) -> str:
    return state.upper()
