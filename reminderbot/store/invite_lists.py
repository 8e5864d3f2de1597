"""A clinic's invites with whom each is for and who made it, the latest first."""

import dataclasses
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from reminderbot.store import invites, patients, tables
from reminderbot.store.work import Work

_i, _p, _t, _s = tables.invites.c, tables.patients.c, tables.treatments.c, tables.staff.c


@dataclasses.dataclass(frozen=True)
class ListedRow:
    """An invite, with whom it is for; `made_by` is empty for the operator."""

    invite: invites.InviteRow
    name: str = dataclasses.field(repr=False)
    language: str
    day: date
    at: time
    zone: str
    made_by: str = dataclasses.field(repr=False)


async def page(
    work: Work,
    clinic_id: str,
    *,
    state: invites.State | None,
    before: str | None,
    limit: int,
    tries: int,
    now: datetime,
) -> list[ListedRow]:
    """Return invites of a clinic in a state (any by default), the latest first, from the one after `before` on."""
    query = _query(clinic_id).where(_is(state, tries, now))
    last = await invites.of_clinic(work, clinic_id, before) if before else None
    if last is not None:
        same = (_i.created_at == last.created_at) & (_i.id < last.id)
        query = query.where(or_(_i.created_at < last.created_at, same))
    ordered = query.order_by(_i.created_at.desc(), _i.id.desc()).limit(limit)
    return [await _opened(work, row) for row in (await work.run(ordered)).all()]


async def one(work: Work, clinic_id: str, invite_id: str) -> ListedRow | None:
    """Return one invite of a clinic; None for any other's."""
    row = (await work.run(_query(clinic_id).where(_i.id == invite_id))).first()
    return await _opened(work, row) if row else None


def _query(clinic_id: str) -> Select[Any]:
    joined = (
        tables.invites.join(tables.patients, _p.id == _i.patient_id)
        .join(tables.treatments, _t.id == _i.treatment_id)
        .outerjoin(tables.staff, _s.id == _i.staff_id)
    )
    personal = (_p.key_id, _p.name.label("sealed_name"), _p.language)
    made_by = (_s.key_id.label("staff_key"), _s.name.label("staff_name"))
    columns = (*invites.COLUMNS, *personal, _t.day, _t.at, _t.zone, *made_by)
    return select(*columns).select_from(joined).where(_i.clinic_id == clinic_id)


async def _opened(work: Work, row: Any) -> ListedRow:
    key = await work.key(row.staff_key) if row.staff_name else None
    made_by = key.open(row.staff_name, table="staff", row=row.staff_id, column="name") if key else ""
    name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.sealed_name)
    own = {field.name: getattr(row, field.name) for field in dataclasses.fields(invites.InviteRow)}
    return ListedRow(invites.InviteRow(**own), name, row.language, row.day, row.at, row.zone, made_by)


def _is(state: invites.State | None, tries: int, now: datetime) -> ColumnElement[bool]:
    """Say in SQL what `InviteRow.state` says of a row."""
    unanswered = _i.redeemed_at.is_(None) & _i.declined_at.is_(None)
    untouched = unanswered & _i.revoked_at.is_(None)
    match state:
        case None:
            return true()
        case invites.State.JOINED:
            return _i.redeemed_at.is_not(None)
        case invites.State.DECLINED:
            return and_(_i.redeemed_at.is_(None), _i.declined_at.is_not(None))
        case invites.State.REVOKED:
            return unanswered & _i.revoked_at.is_not(None)
        case invites.State.LOCKED:
            return untouched & (_i.wrong_tries >= tries)
        case invites.State.NEVER:
            return untouched & (_i.wrong_tries < tries) & (_i.expires_at <= now)
        case invites.State.OPENED:
            return invites.live(tries, now) & _i.opened_at.is_not(None)
        case invites.State.INVITED:
            return invites.live(tries, now) & _i.opened_at.is_(None)
