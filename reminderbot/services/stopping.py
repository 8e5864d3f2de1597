"""Stop, at once and for everything, and the way back."""

import dataclasses
from datetime import datetime

from reminderbot.planning import life
from reminderbot.services import access, people, planner, reopening, standings
from reminderbot.store import patients, planned
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Stopped:
    """What a stop ended, and how many reminders may be on their way this second; `is_new` is False the second time.

    `is_anyone` is False where the chat has no patient, whose messages could be stopped.
    """

    cancelled: int
    on_the_way: int
    is_new: bool
    is_anyone: bool = True


@dataclasses.dataclass(frozen=True)
class Resumed:
    """What comes again, and what is too late by now: `missed`; `is_new` is False when nothing was stopped."""

    planned: int
    expired: int
    is_new: bool
    missed: tuple[reopening.Missed, ...] = ()


async def stop(work: works.Work, who: access.Person, *, now: datetime) -> Stopped:
    """Stop every reminder of every patient of the chat. Once this has committed no new one can be sent."""
    await people.chat(work, who, lock=True)
    everyone = await patients.of_chat(work, who.chat_id)
    active = [each.id for each in everyone if each.stopped_at is None]
    await patients.set_habits(work, active, {"stopped_at": now})
    which = planned.of_patients([each.id for each in everyone])
    ended = await planned.end(work, which, state=life.State.CANCELLED, reason=life.Reason.STOPPED, now=now)
    await standings.settle(work, active, now=now)
    away = await planned.on_the_way(work, which)
    return Stopped(cancelled=ended, on_the_way=away, is_new=bool(active), is_anyone=bool(everyone))


async def resume(work: works.Work, who: access.Person, *, now: datetime) -> Resumed:
    """Undo a stop: what is still useful is planned again, at most one overdue reminder a treatment."""
    await people.chat(work, who, lock=True)
    stopped = [each for each in await patients.of_chat(work, who.chat_id) if each.stopped_at is not None]
    await patients.set_habits(work, [each.id for each in stopped], {"stopped_at": None})
    back = await reopening.reopen(work, stopped, state=life.State.CANCELLED, reason=life.Reason.STOPPED, now=now)
    if back.planned:
        await planner.settle(work, who, now=now)  # habits may have changed meanwhile: no reads, another zone
    await standings.settle(work, [each.id for each in stopped], now=now)
    return Resumed(planned=back.planned, expired=back.expired, is_new=bool(stopped), missed=back.missed)


async def is_stopped(work: works.Work, who: access.Person) -> bool:
    """Tell whether reminders of the chat are stopped."""
    return any(each.stopped_at is not None for each in await patients.of_chat(work, who.chat_id))
