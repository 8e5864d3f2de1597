"""Sending again what failed: one reminder or many, each with a word of what became of it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from reminderbot.services import access, audit, standings
from reminderbot.services.access import Right
from reminderbot.store import again, chats
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

MOST = again.MOST
Failed = again.Failed


class Outcome(StrEnum):
    """What became of one that was to be sent again; of all but the first nothing was changed."""

    AGAIN = "again"  # it is planned, and goes as soon as the pace and the quiet hours let it
    GONE = "gone"  # there is no such reminder of this clinic
    NOT_FAILED = "not_failed"  # it is on its way, or was sent, or ended for a reason of its own
    CANCELLED = "cancelled"  # its session does not take place
    LATE = "late"  # what it says is of no use any more
    STOPPED = "stopped"  # the patient has stopped all reminders
    NO_CHAT = "no_chat"  # no chat is bound to the patient
    BLOCKED = "blocked"  # the patient's chat still blocks the bot
    MAY_HAVE_ARRIVED = "may_have_arrived"  # a second copy needs a person's yes


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of one; `row` is None where there is no such reminder."""

    id: str
    row: Failed | None
    outcome: Outcome


async def failed(work: works.Work, who: access.Staff, *, now: datetime) -> list[Failed]:
    """Return what failed of the clinic's patients and is still of use, what was due last first: at most `MOST`."""
    access.require(who, Right.SEND_AGAIN)
    return await again.failed(work, organisation_id=who.organisation_id, clinic_id=who.clinic_id, now=now)


async def send(
    work: works.Work, who: access.Staff, ids: Sequence[str], *, confirmed: bool, now: datetime
) -> list[Result]:
    """Plan failed reminders again where they may go; return what became of each, in the order asked for.

    `confirmed` is the person's yes to a second copy of what may have arrived: one more, whatever the step's budget is.
    """
    access.require(who, Right.SEND_AGAIN)
    wanted = list(dict.fromkeys(ids))[:MOST]
    for chat_id in await again.chats_of(work, who.clinic_id, wanted):
        await chats.get(work, chat_id, lock=True)
    found = {row.id: row for row in await again.locked(work, who.clinic_id, wanted)}
    results = [await _sent(work, found.get(id), id, confirmed=confirmed, now=now) for id in wanted]
    sent = [each.row.patient_id for each in results if each.row and each.outcome is Outcome.AGAIN]
    await standings.settle(work, sent, now=now)
    for each in results:
        if each.outcome is Outcome.AGAIN and each.row is not None:
            copies = each.row.copies
            await audit.note(
                work, who, "reminder.again", patient_id=each.row.patient_id, reminder_id=each.id, copies=copies
            )
    return results


def may_have_arrived(row: Failed) -> bool:
    """Tell whether a copy may stand on the phone already."""
    return row.copies > 0


def refused(row: Failed, *, confirmed: bool, now: datetime) -> Outcome | None:
    """Return why a reminder may not be sent again; None if it may."""
    reasons = {
        Outcome.NOT_FAILED: row.state not in again.FAILED,
        Outcome.CANCELLED: row.treatment_state != rows.State.BOOKED,
        Outcome.LATE: row.useful_until <= now,
        Outcome.STOPPED: row.stopped_at is not None,
        Outcome.NO_CHAT: row.chat_id is None,
        Outcome.BLOCKED: row.blocked_at is not None,
        Outcome.MAY_HAVE_ARRIVED: may_have_arrived(row) and not confirmed,
    }
    return next((outcome for outcome, is_so in reasons.items() if is_so), None)


async def _sent(work: works.Work, row: Failed | None, id: str, *, confirmed: bool, now: datetime) -> Result:
    if row is None:
        return Result(id, None, Outcome.GONE)
    why = refused(row, confirmed=confirmed, now=now)
    if why is None and not await again.plan(work, row, now=now):
        why = Outcome.NOT_FAILED
    return Result(id, row, why or Outcome.AGAIN)
