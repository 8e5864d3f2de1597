"""Posters: a clinic's code for the wall, one in force at a time; and what its patients have told themselves."""

import dataclasses
import hashlib
from datetime import date, datetime, time

from sqlalchemy import insert, select, update

from reminderbot.store import patients, tables
from reminderbot.store.work import Work

_w, _t, _p = tables.posters.c, tables.treatments.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class PosterRow:
    """A poster that is in force."""

    id: str
    organisation_id: str
    clinic_id: str
    created_at: datetime


@dataclasses.dataclass(frozen=True)
class TellingRow:
    """A session that a patient has told by a poster, and nobody of the clinic has confirmed."""

    treatment_id: str
    patient_id: str
    name: str = dataclasses.field(repr=False)
    day: date
    at: time
    zone: str
    version: int
    told_at: datetime


async def add(work: Work, *, organisation_id: str, clinic_id: str, staff_id: str, token: str, now: datetime) -> None:
    """Put a poster in force; it is found by a hash of `token`, and kept sealed to be printed again."""
    id = tables.new_id()
    row = insert(tables.posters).values(
        id=id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        token_hash=_hash(token),
        token=work.system.seal(token, table="posters", row=id, column="token"),
        staff_id=staff_id,
        created_at=now,
    )
    await work.run(row)


async def end(work: Work, clinic_id: str, *, now: datetime) -> None:
    """End the poster of a clinic, if there is one: its token is wiped."""
    standing = (_w.clinic_id == clinic_id) & _w.ended_at.is_(None)
    await work.run(update(tables.posters).where(standing).values(ended_at=now, token=None))


async def token(work: Work, clinic_id: str) -> tuple[str, datetime] | None:
    """Return the token of the clinic's poster and since when it hangs."""
    query = select(_w.id, _w.token, _w.created_at).where(_w.clinic_id == clinic_id, _w.ended_at.is_(None))
    row = (await work.run(query.order_by(_w.created_at.desc()).limit(1))).first()
    if row is None or row.token is None:
        return None
    return work.system.open(row.token, table="posters", row=row.id, column="token"), row.created_at


async def by_token(work: Work, token: str) -> PosterRow | None:
    """Return the poster in force behind a token."""
    return await _one(work, token_hash=_hash(token))


async def get(work: Work, poster_id: str) -> PosterRow | None:
    """Return a poster that is in force."""
    return await _one(work, id=poster_id)


async def to_confirm(work: Work, clinic_id: str, *, limit: int) -> list[TellingRow]:
    """Return the booked sessions that patients have told and nobody has confirmed, the earliest first."""
    query = (
        select(_t.id, _t.patient_id, _p.key_id, _p.name, _t.day, _t.at, _t.zone, _t.version, _t.created_at)
        .join_from(tables.treatments, tables.patients, _p.id == _t.patient_id)
        .where(_t.clinic_id == clinic_id, _t.entered_by == "poster", _t.confirmed_at.is_(None), _t.state == "booked")
        .where(_p.erased_at.is_(None))
        .order_by(_t.starts_at, _t.id)
        .limit(limit)
    )
    found = []
    for row in (await work.run(query)).all():
        name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.name)
        told = TellingRow(row.id, row.patient_id, name, row.day, row.at, row.zone, row.version, row.created_at)
        found.append(told)
    return found


async def is_confirmed(work: Work, treatment_id: str, *, version: int, now: datetime) -> bool:
    """Note that a session told by a patient is right; False if it has changed since, or ended."""
    stands = (_t.id == treatment_id) & (_t.version == version) & (_t.state == "booked")
    return (await work.run(update(tables.treatments).where(stands).values(confirmed_at=now))).rowcount == 1


async def _one(work: Work, **values: object) -> PosterRow | None:
    columns = (_w.id, _w.organisation_id, _w.clinic_id, _w.created_at)
    query = select(*columns).where(_w.ended_at.is_(None), *(_w[name] == value for name, value in values.items()))
    row = (await work.run(query)).mappings().first()
    return PosterRow(**row) if row else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
