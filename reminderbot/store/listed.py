"""Appointments that lists have brought, under blind keys, and the sessions and patients that belong to them."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot.store import invites, tables
from reminderbot.store.work import Work

CHUNK: Final = 500
"""Values of one IN list."""

_l, _t, _p = tables.listed.c, tables.treatments.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class ListedRow:
    """An appointment with its session as it stands. `clinic_id` and `erased_at` are the patient's."""

    key: bytes = dataclasses.field(repr=False)
    treatment_id: str
    patient_id: str
    gone_at: datetime | None
    day: date
    at: time
    starts_at: datetime
    version: int
    state: str
    clinic_id: str | None
    erased_at: datetime | None
    external_index: bytes | None = dataclasses.field(repr=False)


async def of_keys(work: Work, clinic_id: str, keys: Sequence[bytes]) -> list[ListedRow]:
    """Return the appointments of a clinic under these keys."""
    found = list[ListedRow]()
    for some in _chunks(keys):
        found += await _rows(work, _query(clinic_id).where(_l.key.in_(some)))
    return found


async def ahead(work: Work, clinic_id: str, *, now: datetime) -> list[ListedRow]:
    """Return the appointments of a clinic whose sessions lie ahead and are booked, the nearest first."""
    coming = (_t.starts_at > now) & (_t.state == "booked") & _l.gone_at.is_(None)
    ours = (_p.clinic_id == clinic_id) & _p.erased_at.is_(None)
    return await _rows(work, _query(clinic_id).where(coming, ours).order_by(_t.starts_at, _t.id))


async def patients_of(work: Work, clinic_id: str, indexes: Sequence[bytes]) -> dict[bytes, str]:
    """Return the patients of a clinic behind its own numbers; of two under one number the first that was made."""
    found = dict[bytes, str]()
    for some in _chunks(indexes):
        query = select(_p.external_index, _p.id).where(_p.clinic_id == clinic_id, _p.external_index.in_(some))
        rows = (await work.run(query.where(_p.erased_at.is_(None)).order_by(_p.created_at, _p.id))).all()
        for row in rows:
            found.setdefault(row.external_index, row.id)
    return found


async def sessions_of(work: Work, patient_ids: Sequence[str]) -> list[ListedRow]:
    """Return the booked sessions of patients, whoever has entered them; their `key` is empty."""
    found = list[ListedRow]()
    joined = tables.treatments.join(tables.patients, _p.id == _t.patient_id)
    columns = [*_SESSION, _p.clinic_id, _p.erased_at, _p.external_index]
    for some in _chunks(patient_ids):
        query = select(*columns).select_from(joined).where(_t.patient_id.in_(some), _t.state == "booked")
        found += [ListedRow(key=b"", gone_at=None, **row) for row in (await work.run(query)).mappings()]
    return found


async def between(work: Work, clinic_id: str, first: date, last: date) -> list[ListedRow]:
    """Return the booked sessions of a clinic's patients from a day to a day; their `key` is empty."""
    joined = tables.treatments.join(tables.patients, _p.id == _t.patient_id)
    columns = [*_SESSION, _p.clinic_id, _p.erased_at, _p.external_index]
    then = _t.day.between(first, last) & (_t.state == "booked") & (_t.clinic_id == clinic_id)
    query = select(*columns).select_from(joined).where(then, _p.clinic_id == clinic_id, _p.erased_at.is_(None))
    return [ListedRow(key=b"", gone_at=None, **row) for row in (await work.run(query)).mappings()]


async def uninvited(work: Work, patient_ids: Sequence[str], *, tries: int, now: datetime) -> list[str]:
    """Return those of the patients who have no chat, no link that may be used, and have not said no."""
    i, b = tables.invites.c, tables.bindings.c
    answered = i.declined_at.is_not(None) | invites.live(tries, now)
    invited = select(i.id).where(i.patient_id == _p.id, answered).exists()
    bound = select(b.id).where(b.patient_id == _p.id, b.ended_at.is_(None)).exists()
    found = list[str]()
    for some in _chunks(list(dict.fromkeys(patient_ids))):
        query = select(_p.id).where(_p.id.in_(some), ~invited, ~bound, _p.stopped_at.is_(None))
        found += (await work.run(query.order_by(_p.id))).scalars().all()
    return found


async def names_of(work: Work, clinic_id: str, patient_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of patients of a clinic, opened."""
    keys, found = tables.data_keys.c, dict[str, str]()
    joined = tables.patients.join(tables.data_keys, keys.id == _p.key_id)
    for some in _chunks(patient_ids):
        ours = _p.id.in_(some) & (_p.clinic_id == clinic_id)
        query = select(_p.id, _p.name, _p.key_id, keys.master, keys.wrapped).select_from(joined).where(ours)
        for row in (await work.run(query)).all():
            key = work.unwrapped(row.key_id, row.master, row.wrapped)
            found[row.id] = key.open(row.name, table="patients", row=row.id, column="name") if row.name else ""
    return found


async def add(
    work: Work, *, organisation_id: str, clinic_id: str, upload_id: str, treatments: Mapping[bytes, str]
) -> int:
    """Let keys stand for sessions, all of an upload at once; return how many did not stand for another one already."""
    make = sqlite.insert if work.dialect == "sqlite" else postgresql.insert
    rows = [
        {
            "clinic_id": clinic_id,
            "key": key,
            "organisation_id": organisation_id,
            "treatment_id": treatment_id,
            "upload_id": upload_id,
        }
        for key, treatment_id in treatments.items()
    ]
    for some in _chunks(rows):
        await work.run(make(tables.listed).on_conflict_do_nothing(), list(some))
    mine = select(func.count()).where(_l.clinic_id == clinic_id, _l.upload_id == upload_id)
    return int((await work.run(mine)).scalar_one())


async def forget(work: Work, clinic_id: str, keys: Sequence[bytes]) -> None:
    """Forget keys: their sessions stand under others now."""
    for some in _chunks(keys):
        await work.run(tables.listed.delete().where(_l.clinic_id == clinic_id, _l.key.in_(some)))


async def forget_ended(work: Work, clinic_id: str, keys: Sequence[bytes]) -> None:
    """Forget keys whose sessions do not take place: they come to stand for new ones."""
    ended = select(_t.id).where(_t.id == _l.treatment_id, _t.state != "booked").exists()
    for some in _chunks(keys):
        await work.run(tables.listed.delete().where(_l.clinic_id == clinic_id, _l.key.in_(some), ended))


async def set_gone(work: Work, clinic_id: str, treatment_ids: Sequence[str], *, now: datetime) -> None:
    """Note that a list no longer had these."""
    for some in _chunks(treatment_ids):
        which = (_l.clinic_id == clinic_id) & _l.treatment_id.in_(some)
        await work.run(update(tables.listed).where(which).values(gone_at=now))


async def set_number(work: Work, clinic_id: str, patient_id: str, index: bytes) -> None:
    """Keep what the clinic calls a patient, blinded."""
    whose = (_p.id == patient_id) & (_p.clinic_id == clinic_id)
    await work.run(update(tables.patients).where(whose).values(external_index=index))


@dataclasses.dataclass(frozen=True)
class CardRow:
    """An invite that an upload has brought and that may still be used, opened."""

    name: str = dataclasses.field(repr=False)
    language: str
    day: date
    at: time
    token: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)


async def cards(work: Work, clinic_id: str, upload_id: str, *, tries: int, now: datetime) -> list[CardRow]:
    """Return the live invites of what an upload has brought, in the order of the sessions."""
    i, keys = tables.invites.c, tables.data_keys.c
    joined = tables.invites.join(tables.patients, _p.id == i.patient_id).join(_KEY, keys.id == _p.key_id)
    joined = joined.join(tables.treatments, _t.id == i.treatment_id)
    brought = select(_l.treatment_id).where(_l.clinic_id == clinic_id, _l.upload_id == upload_id)
    chosen = i.treatment_id.in_(brought) & invites.live(tries, now) & i.token.is_not(None) & (_p.clinic_id == clinic_id)
    columns = [i.id, i.token, i.code, i.patient_id, _p.name, _p.language, _t.day, _t.at]
    query = select(*columns, _p.key_id, keys.master, keys.wrapped).select_from(joined).where(chosen)
    found = await work.run(query.order_by(_t.starts_at, i.created_at, i.id))
    return [_card(work, row) for row in found.all()]


def _card(work: Work, row: Any) -> CardRow:
    key = work.unwrapped(row.key_id, row.master, row.wrapped)
    return CardRow(
        name=key.open(row.name, table="patients", row=row.patient_id, column="name") if row.name else "",
        language=row.language,
        day=row.day,
        at=row.at,
        token=key.open(row.token, table="invites", row=row.id, column="token"),
        code=key.open(row.code, table="invites", row=row.id, column="code"),
    )


_KEY: Final = tables.data_keys
_SESSION: Final = (
    _t.id.label("treatment_id"),
    _t.patient_id,
    _t.day,
    _t.at,
    _t.starts_at,
    _t.version,
    _t.state,
)


def _query(clinic_id: str) -> Select[Any]:
    joined = tables.listed.join(tables.treatments, _t.id == _l.treatment_id)
    joined = joined.join(tables.patients, _p.id == _t.patient_id)
    columns = [_l.key, _l.gone_at, *_SESSION, _p.clinic_id, _p.erased_at, _p.external_index]
    return select(*columns).select_from(joined).where(_l.clinic_id == clinic_id)


async def _rows(work: Work, query: Select[Any]) -> list[ListedRow]:
    return [ListedRow(**row) for row in (await work.run(query)).mappings()]


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
