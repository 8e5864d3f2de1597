"""Several sessions of one patient, settled: what a newer one takes over is retired, what it gives up comes back."""

from collections.abc import Sequence
from datetime import datetime

from reminderbot.planning import life
from reminderbot.planning import overlaps as rules
from reminderbot.store import overlaps, planned
from reminderbot.store import work as works


async def settle(work: works.Work, patient_ids: Sequence[str], *, now: datetime) -> int:
    """Decide anew what the sessions of each patient leave to each other; return how many reminders differ now.

    Call it in the transaction that has added, moved, ended or planned anew a session, after its reminders were
    written. Whoever has stopped is settled when they are back.
    """
    zones = await overlaps.several(work, patient_ids)
    if not zones:
        return 0
    found, rows = await overlaps.sessions(work, sorted(zones))
    rulings = [
        ruling
        for patient_id, sessions in sorted(found.items())
        for ruling in rules.decide(sessions, zone=zones[patient_id], now=now)
    ]
    retired = [_retired(rows[each.id], each.reason) for each in rulings if each.reason is not None]
    back = [each for each in rulings if each.reason is None]
    differ = await planned.rewrite(work, retired, now=now)
    for why in sorted(rules.RETIRED):
        again = [_back(rows[each.id]) for each in back if rows[each.id].reason is why]
        differ += await planned.rewrite(work, again, now=now, why=why)
    await overlaps.said_by(work, {each.id: each.by for each in rulings})
    return differ


def _retired(row: planned.ReminderRow, reason: life.Reason) -> planned.Rewrite:
    return planned.unmoved(row, life.State.SUPERSEDED, reason, planned.Event.ENDED)


def _back(row: planned.ReminderRow) -> planned.Rewrite:
    return planned.unmoved(row, life.State.PLANNED, None, planned.Event.RETURNED)
