"""A patient's standing and sessions, kept beside them so that lists need not look them up; settled, and found again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, text, update

from reminderbot.planning import life, standing
from reminderbot.store import invites, patients, tables
from reminderbot.store.work import Work

_p, _t, _r, _b, _c, _i = (
    tables.patients.c,
    tables.treatments.c,
    tables.reminders.c,
    tables.bindings.c,
    tables.chats.c,
    tables.invites.c,
)
_OPEN = (life.State.PLANNED, life.State.CLAIMED, life.State.SENDING)
_KEPT = ("standing", "latest_at", "next_at", "settle_at")
_SETTLED = (
    update(tables.patients).where(_p.id == bindparam("row")).values({name: bindparam(f"new_{name}") for name in _KEPT})
)


async def settle(work: Work, patient_ids: Sequence[str], *, now: datetime) -> int:
    """Decide the standing of patients anew; return how many changed. `now` is the product's.

    It locks the patients' rows, and waits for no other: call it late in a visit that has locked the chat first.
    """
    if not patient_ids:
        return 0
    query = _facts(now).where(_p.id.in_(list(patient_ids))).order_by(_p.id)
    rows = (await work.run(query.with_for_update(key_share=True, of=tables.patients))).all()
    links = await _links(work, [row.id for row in rows if row.chat_id is None], now)
    changes = [change for row in rows if (change := _change(row, links.get(row.id), now))]
    if changes:
        await work.run(_SETTLED, changes)
    return len(changes)


async def settle_chat(work: Work, chat_id: str, *, now: datetime) -> None:
    """Decide the standing of the patients bound to a chat anew."""
    bound = select(_b.patient_id).where(_b.chat_id == chat_id, patients.OPEN)
    await settle(work, (await work.run(bound)).scalars().all(), now=now)


async def ripe(work: Work, *, now: datetime, most: int) -> list[str]:
    """Return patients whose standing has aged, locked; those whom another visit holds are passed by."""
    return await _found(work, _p.settle_at <= now, most)


async def unsettled(work: Work, *, most: int) -> list[str]:
    """Return patients whom a program that knew of no standing has written, locked."""
    return await _found(work, text("standing IS NULL"), most)


async def is_due(work: Work, *, now: datetime) -> bool:
    """Tell whether there is anything to settle; nothing is locked."""
    for which in (_p.settle_at <= now, text("standing IS NULL")):
        if (await work.run(select(_p.id).where(which).limit(1))).first() is not None:
            return True
    return False


async def bring_home(work: Work, patient_ids: Sequence[str]) -> None:
    """Give patients without a branch that of their latest treatment, if a clinic of their organisation treats them."""
    latest = (
        select(_t.clinic_id)
        .where(_t.patient_id == _p.id, _t.clinic_id != tables.BUILT_IN, _t.organisation_id == _p.organisation_id)
        .order_by(_t.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    homeless = (_p.id.in_(list(patient_ids)), _p.clinic_id.is_(None), _p.organisation_id != tables.BUILT_IN)
    await work.run(update(tables.patients).where(*homeless).values(clinic_id=latest))


async def _found(work: Work, which: ColumnElement[bool] | Any, most: int) -> list[str]:
    query = select(_p.id).where(which).limit(most).with_for_update(key_share=True, skip_locked=True)
    return list((await work.run(query)).scalars())


def _facts(now: datetime) -> Select[Any]:
    """Select what a standing is made of, but for the link."""
    theirs = _t.patient_id == _p.id
    booked = (theirs, _t.state == "booked")
    stopped = (_r.state == life.State.CANCELLED) & (_r.reason == life.Reason.STOPPED)
    waits = or_(_r.state.in_((*_OPEN, life.State.BLOCKED)), stopped)
    columns = {
        "booked_at": select(func.max(_t.starts_at)).where(*booked),
        "any_at": select(func.max(_t.starts_at)).where(theirs),
        "soonest_at": select(func.min(_t.starts_at)).where(*booked, _t.starts_at > now),
        "coming_until": select(func.max(_r.useful_until)).where(_r.patient_id == _p.id, waits, _r.useful_until > now),
        "last_due": select(func.max(_r.due_at)).where(_r.patient_id == _p.id, _r.state.in_(_OPEN)),
    }
    plain = (_p.id, _p.created_at, _p.erased_at, _p.stopped_at, _p.paused_until, *(_p[name] for name in _KEPT))
    beside = (query.correlate(tables.patients).scalar_subquery().label(name) for name, query in columns.items())
    joined = tables.patients.outerjoin(tables.bindings, (_b.patient_id == _p.id) & patients.OPEN)
    joined = joined.outerjoin(tables.chats, _c.id == _b.chat_id)
    return select(*plain, _b.chat_id, _c.blocked_at, *beside).select_from(joined)


async def _links(work: Work, patient_ids: Sequence[str], now: datetime) -> dict[str, standing.Link]:
    """Return the latest invite of each patient who has one."""
    if not patient_ids:
        return {}
    columns = (_i.patient_id, _i.created_at, _i.expires_at, _i.opened_at, _i.revoked_at, _i.declined_at, _i.wrong_tries)
    query = select(*columns).where(_i.patient_id.in_(patient_ids)).order_by(_i.created_at, _i.id)
    return {row.patient_id: _link(row, now) for row in (await work.run(query)).all()}


def _link(row: Any, now: datetime) -> standing.Link:
    return standing.Link(
        made_at=row.created_at,
        is_dead=row.revoked_at is not None or row.wrong_tries >= invites.TRIES or row.expires_at <= now,
        is_opened=row.opened_at is not None,
        is_declined=row.declined_at is not None,
    )


def _change(row: Any, link: standing.Link | None, now: datetime) -> dict[str, Any] | None:
    """Return what to write into a patient's row; None if all of it stands there already."""
    facts = standing.Facts(
        is_erased=row.erased_at is not None,
        has_chat=row.chat_id is not None,
        is_stopped=row.stopped_at is not None,
        is_blocked=row.blocked_at is not None,
        paused_until=row.paused_until,
        latest_at=row.booked_at,
        next_at=row.soonest_at,
        coming_until=row.coming_until,
        last_due=row.last_due,
        link=link,
    )
    settled = standing.decide(facts, now)
    latest = row.booked_at or row.any_at or row.created_at
    values = dict(zip(_KEPT, (settled.standing, latest, row.soonest_at, settled.until), strict=True))
    if all(getattr(row, name) == value for name, value in values.items()):
        return None
    return {"row": row.id, **{f"new_{name}": value for name, value in values.items()}}
