"""Who works in a clinic, as colleagues see each other: names, roles, and whose chat the alerts of a clinic go to."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_s, _r, _t = tables.staff.c, tables.staff_roles.c, tables.chats.c


@dataclasses.dataclass(frozen=True)
class Colleague:
    """Somebody who works in a clinic now."""

    id: str
    name: str = dataclasses.field(repr=False)
    role: str


@dataclasses.dataclass(frozen=True)
class Listener:
    """Somebody whose chat hears what happens in a clinic."""

    staff_id: str
    organisation_id: str
    clinic_id: str
    role: str
    language: str
    chat_id: str
    bot_id: int


@dataclasses.dataclass(frozen=True)
class Linked:
    """How somebody stands: whether a chat of theirs is linked, blocks us, and is to hear alerts."""

    is_linked: bool
    is_blocked: bool
    on_alert: bool


async def of_clinic(work: Work, clinic_id: str) -> list[Colleague]:
    """Return who works in a clinic, by name."""
    query = _working(_s.id, _s.key_id, _s.name, _r.role).where(_r.clinic_id == clinic_id)
    found = [Colleague(row.id, await _name(work, row), row.role) for row in (await work.run(query)).all()]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


async def names(work: Work, ids: Sequence[str]) -> dict[str, str]:
    """Return names by id, also of those who have left; a name that was erased is missing."""
    if not ids:
        return {}
    query = select(_s.id, _s.key_id, _s.name).where(_s.id.in_(sorted(set(ids))))
    found = {row.id: await _name(work, row) for row in (await work.run(query)).all()}
    return {id: name for id, name in found.items() if name}


async def listeners(work: Work, clinic_id: str) -> list[Listener]:
    """Return whose chats hear the alerts of a clinic, in the order in which they came to it."""
    query = _linked().where(_r.clinic_id == clinic_id, _s.on_alert, _t.blocked_at.is_(None))
    return [Listener(**row._mapping) for row in (await work.run(query.order_by(_r.since, _s.id))).all()]


async def listener(work: Work, staff_id: str, clinic_id: str) -> Listener | None:
    """Return the chat of one colleague, on alert or not."""
    query = _linked().where(_r.clinic_id == clinic_id, _s.id == staff_id, _t.blocked_at.is_(None))
    row = (await work.run(query)).first()
    return Listener(**row._mapping) if row else None


async def of_chat(work: Work, chat_id: str, clinic_id: str) -> Listener | None:
    """Return who of a clinic's staff a chat belongs to."""
    query = _linked().where(_r.clinic_id == clinic_id, _s.chat_id == chat_id).order_by(_r.since, _s.id)
    row = (await work.run(query)).first()
    return Listener(**row._mapping) if row else None


async def standing(work: Work, staff_id: str) -> Linked:
    """Return how somebody stands towards alerts."""
    joined = tables.staff.outerjoin(tables.chats, (_t.id == _s.chat_id) & _t.erased_at.is_(None))
    query = select(_t.id, _t.blocked_at, _s.on_alert).select_from(joined).where(_s.id == staff_id)
    row = (await work.run(query)).one()
    return Linked(row.id is not None, row.blocked_at is not None, bool(row.on_alert))


async def set_chat(work: Work, staff_id: str, chat_id: str | None) -> None:
    """Let alerts for somebody go to a chat, or to none."""
    await work.run(update(tables.staff).where(_s.id == staff_id).values(chat_id=chat_id))


async def set_on_alert(work: Work, staff_id: str, is_on: bool) -> None:
    """Let somebody hear alerts, or rest from them."""
    await work.run(update(tables.staff).where(_s.id == staff_id).values(on_alert=is_on))


def _working(*columns: Any) -> Select[Any]:
    joined = tables.staff.join(tables.staff_roles, _r.staff_id == _s.id)
    return select(*columns).select_from(joined).where(_s.left_at.is_(None))


def _linked() -> Select[Any]:
    columns = (_s.id.label("staff_id"), _s.organisation_id, _r.clinic_id, _r.role, _s.language)
    chat = (_t.id.label("chat_id"), _t.bot_id)
    joined = tables.staff.join(tables.staff_roles, _r.staff_id == _s.id).join(tables.chats, _t.id == _s.chat_id)
    query = select(*columns, *chat).select_from(joined)
    return query.where(_s.left_at.is_(None), _t.erased_at.is_(None))


async def _name(work: Work, row: Any) -> str:
    key = await work.key(row.key_id) if row.name else None
    return key.open(row.name, table="staff", row=row.id, column="name") if key else ""
