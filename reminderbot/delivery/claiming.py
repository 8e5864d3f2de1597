"""What one look of the dispatcher does in one transaction: take back from the dead, expire, claim, choose."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from reminderbot.gateway import after, meaning
from reminderbot.planning import hours, overdue
from reminderbot.store import attempts, reminders, sendings
from reminderbot.store import ready as readies
from reminderbot.store.work import Work

PATIENCE = timedelta(seconds=30)
"""Before a reminder is sent again whose first copy may have arrived: a short outage should not burn its resend."""

LOST = meaning.Answer(meaning.Outcome.UNKNOWN, detail="lease lapsed")


@dataclasses.dataclass(frozen=True)
class Claimed:
    """A claimed reminder, and those that its message says too."""

    ready: readies.Ready
    others: tuple[readies.Ready, ...] = ()

    @property
    def every(self) -> tuple[readies.Ready, ...]:
        """All that the message says, the one that bears it first."""
        return self.ready, *self.others


class Turns:
    """Whose turn it is: clinics are served in the circle of their ids; none waits behind another's thousands."""

    def __init__(self) -> None:
        self._last = ""

    def shares(self, clinics: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """Return how many each clinic may have of `limit`, beginning behind the one that was served last."""
        ordered = [each for each in clinics if each > self._last] + [each for each in clinics if each <= self._last]
        served = ordered[:limit]
        if served:
            self._last = served[-1]
        return [(each, limit // len(served) + (place < limit % len(served))) for place, each in enumerate(served)]


async def claim(
    work: Work, bot_id: int, turns: Turns, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[Claimed]:
    """Return the reminders to be sent now, claimed, the clinics in turn."""
    ids: list[str] = []
    for clinic_id, share in turns.shares(await reminders.clinics_due(work, now), limit):
        ids += await reminders.claim(work, bot_id, owner=owner, now=now, lease=lease, limit=share, clinic_id=clinic_id)
    return await chosen(work, ids, owner=owner, now=now, lease=lease) if ids else []


async def chosen(work: Work, ids: Sequence[str], *, owner: str, now: datetime, lease: timedelta) -> list[Claimed]:
    """Choose among claimed reminders: of several overdue steps of a patient one message is sent, the rest expires.

    What belongs to the same patient and was not claimed along is claimed now, or left out if another holds it.
    """
    claimed = {each.id: each for each in await readies.claimed(work, ids, owner=owner)}
    due = await reminders.due_of(work, sorted({each.patient_id for each in claimed.values()}), now)
    if len(due) == len(claimed) and len({row.patient for row in due}) == len(due):
        return [Claimed(each) for each in claimed.values()]  # as nearly always: nobody has two
    choice = overdue.overdue_choice(due, now, _quiet_ends(claimed.values(), now))
    await reminders.expire(work, choice.expire, now=now)
    wanted = {*choice.send, *(id for others in choice.together.values() for id in others)}
    more = await reminders.claim_these(work, sorted(wanted - claimed.keys()), owner=owner, lease=lease)
    claimed |= {each.id: each for each in await readies.claimed(work, more, owner=owner)}
    return [
        Claimed(claimed[id], tuple(claimed[other] for other in choice.together.get(id, ()) if other in claimed))
        for id in choice.send
        if id in claimed
    ]


async def take_back(work: Work, now: datetime) -> None:
    """Decide about what a lost sender left: claimed rows are free again, rows on their way became UNKNOWN."""
    await reminders.free_lapsed(work, now=now)
    for row in await reminders.lapsed(work):
        subject = attempts.Subject(row.organisation_id, reminder_id=row.id)
        next = after.attempt(LOST, _tried(row, now))
        await sendings.record(work, subject, number=row.number, result=result(next, LOST), now=now)
        await sendings.part(work, row.id, now=now, again_in=PATIENCE)


def result(next: after.Next, answer: meaning.Answer) -> sendings.Result:
    """Return what the row keeps of an attempt."""
    return sendings.Result(
        state=next.state,
        reason=next.reason,
        resends=next.resends,
        retry_in=next.retry_in,
        block_chat=next.block_chat,
        outcome=answer.outcome,
        detail=answer.detail,
        message_id=answer.message_id,
    )


def _quiet_ends(claimed: Iterable[readies.Ready], now: datetime) -> dict[str, datetime]:
    """Return when the quiet hours end of each patient who is in them."""
    ends = {each.patient_id: hours.quiet_end_after(now, each.quiet, each.zone) for each in claimed}
    return {patient: end for patient, end in ends.items() if end is not None}


def _tried(row: reminders.Lapsed, now: datetime) -> after.Tried:
    return after.Tried(row.budget, row.resends, row.number, row.useful_until > now, PATIENCE)
