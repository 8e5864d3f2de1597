"""What delivery finds in the reminders: what is due, what is claimed, what a dead sender left, what came too late."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update

from reminderbot.planning import life, overdue
from reminderbot.store import events, leases, overtaken, tables
from reminderbot.store.work import Work

_r, _p, _b, _c = tables.reminders.c, tables.patients.c, tables.bindings.c, tables.chats.c
SWEEP = 500  # rows that one look expires; the next look takes the rest


@dataclasses.dataclass(frozen=True)
class Look:
    """What there is to do for a bot, and until when there is nothing: `wake` seconds of the machine, `due` product."""

    claimable: bool
    useless: bool  # something planned is no longer useful
    lapsed: bool  # a sender was lost
    due: datetime | None
    wake: float | None

    @property
    def busy(self) -> bool:
        """Tell whether anything is to be done now."""
        return self.claimable or self.useless or self.lapsed


@dataclasses.dataclass(frozen=True)
class Lapsed:
    """A reminder in SENDING whose sender is gone: attempt `number` may have been accepted."""

    id: str
    organisation_id: str
    number: int
    budget: int
    resends: int
    useful_until: datetime


@dataclasses.dataclass(frozen=True)
class Overdue:
    """The reminders that are due and could be sent: how many, and since when (product) the oldest waits."""

    oldest_due: datetime | None
    count: int


async def look(work: Work, bot_id: int, now: datetime) -> Look:
    """Say whether anything is to be claimed, expired or taken back from the dead, and when to look again."""
    instant = leases.now(work)
    paused = select(tables.bots.c.paused_until).where(tables.bots.c.id == bot_id).scalar_subquery()
    waiting = select(func.min(_r.due_at)).where(_r.state == life.State.PLANNED, _r.due_at > now)
    retries = select(func.min(_r.retry_at)).where(
        _r.state == life.State.PLANNED, _r.due_at <= now, _r.retry_at > instant
    )
    leased = select(func.min(_r.lease_until)).where(_r.state.in_([life.State.CLAIMED, life.State.SENDING]))
    row = (
        await work.run(
            select(
                _claimable(work, bot_id, now).exists().label("claimable"),
                exists(select(_r.id).where(*_useless(now))).label("useless"),
                waiting.scalar_subquery().label("due"),
                retries.scalar_subquery().label("retry"),
                leased.scalar_subquery().label("lease"),
                paused.label("paused"),
                instant.label("instant"),
            )
        )
    ).one()
    paused_now = row.paused is not None and row.paused > row.instant
    wakes = [row.retry, row.lease, row.paused if paused_now else None]
    ahead = [(each - row.instant).total_seconds() for each in wakes if each is not None]
    return Look(
        claimable=bool(row.claimable and not paused_now),
        useless=bool(row.useless),
        lapsed=row.lease is not None and row.lease <= row.instant,
        due=row.due,
        wake=min((max(0.0, each) for each in ahead if each > 0), default=None),
    )


async def clinics_due(work: Work, now: datetime) -> list[str]:
    """Return the clinics that have something due, in the order of their ids.

    The planned rows of a clinic are leapt over by the index: a clinic's thousands cost as much as another's five.
    """
    first = select(func.min(_r.clinic_id).label("id")).where(_r.state == life.State.PLANNED).cte("each", recursive=True)
    next = select(func.min(_r.clinic_id)).where(_r.state == life.State.PLANNED, _r.clinic_id > first.c.id)
    each = first.union_all(select(next.correlate(first).scalar_subquery()).where(first.c.id.is_not(None)))
    due = exists(select(_r.id).where(_r.state == life.State.PLANNED, _r.clinic_id == each.c.id, _r.due_at <= now))
    query = select(each.c.id).where(each.c.id.is_not(None), due.correlate(each)).order_by(each.c.id)
    return list((await work.run(query)).scalars())


async def claim(
    work: Work,
    bot_id: int,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    clinic_id: str | None = None,
) -> list[str]:
    """Claim up to `limit` due reminders under a lease, the longest due first; none while the bot is paused.

    `clinic_id` asks for those of one clinic. The order of what is returned means nothing.
    """
    due = _claimable(work, bot_id, now).where(~_paused(work, bot_id))
    if clinic_id is not None:
        due = due.where(_r.clinic_id == clinic_id)
    free = due.with_only_columns(_r.id).order_by(_r.due_at, _r.id).limit(limit)
    return await _claim(work, free.with_for_update(skip_locked=True, of=tables.reminders), owner=owner, lease=lease)


async def claim_these(work: Work, ids: Sequence[str], *, owner: str, lease: timedelta) -> list[str]:
    """Claim what is still planned of these reminders."""
    free = select(_r.id).where(_r.id.in_(ids), _r.state == life.State.PLANNED).with_for_update(skip_locked=True)
    return await _claim(work, free, owner=owner, lease=lease)


async def due_of(work: Work, patients: Sequence[str], now: datetime) -> list[overdue.Due]:
    """Return what is due and not yet sent of these patients, in order of due; of one instant, the longest last."""
    found = await work.run(
        select(
            _r.id,
            _r.patient_id.label("patient"),
            _r.treatment_id.label("treatment"),
            _r.due_at.label("due"),
            _r.useful_until,
            _r.budget,
            _r.round,
            (_r.resends > 0).label("sent_once"),
        )
        .where(_r.patient_id.in_(patients), _r.state.in_(life.OPEN), _r.due_at <= now)
        .order_by(_r.due_at, _r.useful_until)
    )
    return [overdue.Due(**row) for row in found.mappings()]


async def expire(work: Work, why: Mapping[str, life.Reason], *, now: datetime) -> None:
    """End reminders before an intent; one that was on its way once is UNCONFIRMED, since a copy may have arrived.

    What they had overtaken while they were to be said gets its turn back.
    """
    for reason in sorted(set(why.values())):
        ids = [id for id, each in why.items() if each is reason]
        open_now = and_(_r.id.in_(ids), _r.state.in_(life.OPEN))
        await _end(work, and_(open_now, _r.resends == 0), life.State.EXPIRED, reason, now)
        await _end(work, and_(open_now, _r.resends > 0), life.State.UNCONFIRMED, life.Reason.NO_ANSWER, now)
    await overtaken.reopen(work, [id for id, reason in why.items() if reason is not life.Reason.OVERTAKEN], now=now)


async def expire_useless(work: Work, *, now: datetime) -> int:
    """End what is planned and no longer useful, held or not, each with its reason; return how many were looked at."""
    reachable = exists(select(_b.id).where(_b.patient_id == _r.patient_id, _b.ended_at.is_(None)))
    found = await work.run(
        select(_r.id, reachable.label("bound"))
        .where(*_useless(now))
        .limit(SWEEP)
        .with_for_update(skip_locked=True, of=tables.reminders)
    )
    why = {row.id: life.Reason.TOO_LATE if row.bound else life.Reason.NO_CHAT for row in found}
    await expire(work, why, now=now)
    return len(why)


async def free_lapsed(work: Work, *, now: datetime) -> None:
    """Take back what was claimed by a sender that is gone: nothing of it had been sent."""
    lapsed = and_(_r.state == life.State.CLAIMED, _r.lease_until <= leases.now(work))
    await _free(work, lapsed, lost_at=now)


async def free_others(work: Work, bot_id: int, owner: str, *, now: datetime) -> None:
    """Take back what the bot's earlier sender had claimed, without waiting for its leases.

    Nothing of it was sent, and its intents fail from now on: they ask for a claim that is theirs.
    """
    chats, bound = tables.chats.c, and_(_b.chat_id == tables.chats.c.id, _b.ended_at.is_(None))
    reached = select(_b.patient_id).join_from(tables.bindings, tables.chats, bound).where(chats.bot_id == bot_id)
    others = and_(_r.state == life.State.CLAIMED, _r.lease_owner != owner, _r.patient_id.in_(reached))
    await _free(work, others, lost_at=now)


async def free_owned(work: Work, owner: str) -> None:
    """Give back what `owner` has claimed and not begun to send."""
    await _free(work, and_(_r.state == life.State.CLAIMED, _r.lease_owner == owner))


async def lapsed(work: Work, *, limit: int = 100) -> list[Lapsed]:
    """Return, locked, the reminders on whose way the sender was lost."""
    found = await work.run(
        select(_r.id, _r.organisation_id, _r.attempts.label("number"), _r.budget, _r.resends, _r.useful_until)
        .where(_r.state == life.State.SENDING, _r.lease_until <= leases.now(work))
        .order_by(_r.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Lapsed(**row) for row in found.mappings()]


async def overdue_now(work: Work, now: datetime) -> Overdue:
    """Return what is due and not held: the figure that tells whether delivery keeps up."""
    held = select(_r.id).where(_r.state == life.State.PLANNED, *_due(now), _reaches(now))
    sending = select(_r.id).where(_r.state.in_([life.State.CLAIMED, life.State.SENDING]))
    ids = held.union_all(sending).subquery()
    figures = select(func.min(_r.due_at).label("oldest_due"), func.count().label("count")).where(
        _r.id.in_(select(ids.c.id))
    )
    found = (await work.run(figures)).mappings().one()
    return Overdue(**found)


async def _end(work: Work, where: ColumnElement[bool], state: life.State, reason: life.Reason, now: datetime) -> None:
    ended = await work.run(
        update(tables.reminders)
        .where(where)
        .values(state=state, reason=reason, lease_owner=None, lease_until=None, retry_at=None)
        .returning(_r.id, _r.organisation_id)
    )
    rows = [
        {"reminder_id": row.id, "organisation_id": row.organisation_id, "at": now, "kind": state, "reason": reason}
        for row in ended
    ]
    if rows:
        await work.run(insert(tables.events), rows)


async def _claim(work: Work, free: Select[Any], *, owner: str, lease: timedelta) -> list[str]:
    """Claim what is free. PostgreSQL looks for it once: a subquery it may run anew for each row, past its limit."""
    chosen = free.cte("free").prefix_with("MATERIALIZED", dialect="postgresql")
    claimed = await work.run(
        update(tables.reminders)
        .where(_r.id.in_(select(chosen.c.id)))
        .values(state=life.State.CLAIMED, lease_owner=owner, lease_until=leases.after(work, lease))
        .returning(_r.id)
    )
    return list(claimed.scalars())


async def _free(work: Work, where: ColumnElement[bool], *, lost_at: datetime | None = None) -> None:
    """Plan again what was claimed; where its sender was lost, by `lost_at` of the product, the row's story tells it."""
    change = update(tables.reminders).where(where)
    change = change.values(state=life.State.PLANNED, lease_owner=None, lease_until=None)
    rows = (await work.run(change.returning(_r.id, _r.organisation_id, _r.due_at))).all()
    if lost_at is not None:
        await events.log(work, [_freed(row, lost_at) for row in rows])


def _freed(row: Any, at: datetime) -> events.Entry:
    return events.Entry(row.id, row.organisation_id, row.due_at, at=at, kind=events.Event.FREED, reason=None)


def _claimable(work: Work, bot_id: int, now: datetime) -> Select[Any]:
    """Select what is due, useful and not held, for a chat of this bot."""
    ready = or_(_r.retry_at.is_(None), _r.retry_at <= leases.now(work))
    return select(_r.id, _r.due_at).where(_r.state == life.State.PLANNED, *_due(now), ready, _reaches(now, bot_id))


def _reaches(now: datetime, bot_id: int | None = None) -> ColumnElement[bool]:
    """Tell that the patient of a reminder is bound to a chat, of this bot if one is named, and nothing holds it.

    A value of each reminder that is due, and neither a join nor an EXISTS, of which PostgreSQL makes one: SQLite would
    begin with all the chats of the bot, and PostgreSQL too, as long as it has no statistics of tables that have grown.
    """
    bot = (
        select(_c.bot_id)
        .join_from(tables.bindings, tables.chats, _c.id == _b.chat_id)
        .join(tables.patients, _p.id == _b.patient_id)
        .where(_b.patient_id == _r.patient_id, _b.ended_at.is_(None), *_open(now))
        .correlate(tables.reminders)
        .scalar_subquery()
    )
    return bot.is_not(None) if bot_id is None else bot == bot_id


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_r.due_at <= now, _r.useful_until > now)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The holds, as far as SQL can read them: consent, stop, pause, block. The intent reads them again."""
    running = or_(_p.paused_until.is_(None), _p.paused_until <= now)
    return (_p.stopped_at.is_(None), running, _c.consented_at.is_not(None), _c.blocked_at.is_(None))


def _useless(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_r.state == life.State.PLANNED, _r.due_at <= now, _r.useful_until <= now)


def _paused(work: Work, bot_id: int) -> ColumnElement[bool]:
    at = tables.bots.c
    return exists(select(at.id).where(at.id == bot_id, at.paused_until > leases.now(work)))
