"""What one look of the dispatcher does in one transaction: take back from the dead, expire, claim, choose."""

from datetime import datetime, timedelta

from reminderbot.gateway import after, meaning
from reminderbot.planning import overdue
from reminderbot.store import attempts, reminders, sendings
from reminderbot.store.work import Work

PATIENCE = timedelta(seconds=30)
"""Before a reminder is sent again whose first copy may have arrived: a short outage should not burn its resend."""

LOST = meaning.Answer(meaning.Outcome.UNKNOWN, detail="lease lapsed")


async def claim(
    work: Work, bot_id: int, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[reminders.Claimed]:
    """Return the reminders to be sent now, claimed; of several overdue steps of a treatment only the latest useful."""
    await take_back(work, now)
    await reminders.expire_useless(work, now=now)
    claimed = await reminders.claim(work, bot_id, owner=owner, now=now, lease=lease, limit=limit)
    if not claimed:
        return []
    due = await reminders.due_of(work, sorted({each.treatment_id for each in claimed}), now)
    choice = overdue.overdue_choice(due, now)
    await reminders.expire(work, choice.expire, now=now)
    return [each for each in claimed if each.id not in choice.expire]


async def take_back(work: Work, now: datetime) -> None:
    """Decide about what a lost sender left: claimed rows are free again, rows on their way became UNKNOWN."""
    await reminders.free_lapsed(work)
    for row in await reminders.lapsed(work):
        subject = attempts.Subject(row.organisation_id, reminder_id=row.id)
        next = after.attempt(LOST, _tried(row, now))
        await sendings.record(work, subject, number=row.number, result=result(next, LOST), now=now)


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


def _tried(row: reminders.Lapsed, now: datetime) -> after.Tried:
    return after.Tried(row.budget, row.resends, row.number, row.useful_until > now, PATIENCE)
