"""What a restored database must not go on with: rows that were due, leases, sign-ins, erased people."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert, literal, null, or_, select, update

from reminderbot.planning import life
from reminderbot.store import erasure_list, tables
from reminderbot.store.work import Work

RESTORED = "restored"
"""The fault that an update is parked for: it was waiting when the backup was made, and was served since."""

_r, _o, _i, _p, _c = tables.reminders.c, tables.outbox.c, tables.inbox.c, tables.patients.c, tables.chats.c
_FREE = {"lease_owner": None, "lease_until": None, "retry_at": None}


@dataclasses.dataclass(frozen=True)
class Known:
    """A patient or a chat that has not been erased in this database; `index` is a chat's."""

    id: str
    key_id: str | None
    clinic_id: str | None = None
    organisation_id: str | None = None
    index: bytes | None = dataclasses.field(default=None, repr=False)


async def erased(work: Work) -> list[erasure_list.Erasure]:
    """Return whom this database knows to be erased."""
    found = []
    for kind, table in ((erasure_list.Kind.PATIENT, tables.patients), (erasure_list.Kind.CHAT, tables.chats)):
        ids = (await work.run(select(table.c.id).where(table.c.erased_at.is_not(None)))).scalars()
        found += [erasure_list.Erasure(kind, id) for id in ids]
    return found


async def patients(work: Work, ids: Sequence[str]) -> list[Known]:
    """Return those of some patients who have not been erased."""
    query = select(_p.id, _p.key_id, _p.clinic_id, _p.organisation_id)
    rows = (await work.run(query.where(_p.id.in_(ids), _p.erased_at.is_(None)))).all()
    return [Known(row.id, row.key_id, row.clinic_id, row.organisation_id) for row in rows]


async def chats(work: Work, ids: Sequence[str]) -> list[Known]:
    """Return those of some chats that have not been erased."""
    query = select(_c.id, _c.key_id, _c.telegram_index)
    rows = (await work.run(query.where(_c.id.in_(ids), _c.erased_at.is_(None)))).all()
    return [Known(row.id, row.key_id, index=row.telegram_index) for row in rows]


async def park_updates(work: Work, at: datetime) -> int:
    """Park what waits in the inbox: it has been served since the backup, and would be answered again."""
    waits = (_i.processed_at.is_(None), _i.parked_at.is_(None))
    values = {"parked_at": at, "retry_at": None, "fault": RESTORED}
    return (await work.run(update(tables.inbox).where(*waits).values(**values))).rowcount


async def park_messages(work: Work) -> int:
    """Park what waits in the outbox, and what was on its way."""
    waits = _o.state.in_((*life.OPEN, life.State.SENDING))
    return (await work.run(update(tables.outbox).where(waits).values(state=life.State.PARKED, **_FREE))).rowcount


async def review(work: Work, now: datetime) -> int:
    """Put reminders into REVIEW that were due by `now` (product clock), or were on their way; return how many.

    Whom a block has shut out counts too: an unblocking would let them go, and they may have gone since the backup.
    """
    may_go = _r.state.in_((*life.OPEN, life.State.BLOCKED)) & (_r.due_at <= now)
    which = or_(may_go, _r.state == life.State.SENDING)
    event = ("reminder_id", "organisation_id", "at", "kind", "reason", "due_before", "due_after")
    of = select(_r.id, _r.organisation_id, literal(now, tables.Instant), literal(life.State.REVIEW.value), null())
    of = of.add_columns(_r.due_at, null()).where(which)
    await work.run(insert(tables.events).from_select(event, of))
    unsettled = _p.id.in_(select(_r.patient_id).where(which))
    await work.run(update(tables.patients).where(unsettled).values(standing=None))
    values = {"state": life.State.REVIEW, "reason": None, **_FREE}
    done = await work.run(update(tables.reminders).where(which).values(**values))
    await _end_of_erased(work)
    return done.rowcount


async def _end_of_erased(work: Work) -> None:
    """Nobody is to look at what somebody erased would have got."""
    gone = _r.patient_id.in_(select(_p.id).where(_p.erased_at.is_not(None)))
    ended = {"state": life.State.CANCELLED, "reason": life.Reason.ERASED}
    await work.run(update(tables.reminders).where(_r.state == life.State.REVIEW, gone).values(**ended))


async def reset(work: Work, at: datetime) -> None:
    """Forget who held a seat or a lease, and how Telegram was; end sign-ins and links, which may have ended since."""
    await work.run(delete(tables.seats))
    marks = ("paused_until", "polled_at", "heard_at", "broken_at", "alerted_at")
    await work.run(update(tables.bots).values(dict.fromkeys(marks)))
    for table, column in ((tables.sign_ins, "ended_at"), (tables.staff_links, "used_at")):
        await _end(work, table, column, at)


async def _end(work: Work, table: Table, column: str, at: datetime) -> None:
    await work.run(update(table).where(table.c[column].is_(None)).values({column: at}))


async def clinics(work: Work) -> list[tuple[str, str]]:
    """Return the clinics that have an audit: id, organisation's id."""
    heads = tables.audit_heads.c
    rows = (await work.run(select(heads.clinic_id, heads.organisation_id).order_by(heads.clinic_id))).all()
    return [(row.clinic_id, row.organisation_id) for row in rows]
