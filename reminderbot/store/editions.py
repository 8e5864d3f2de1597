"""Editions: published sets of texts. Their texts never change; what is withdrawn is in force no more."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from reminderbot.store import bells, tables
from reminderbot.store.work import Work

_e, _x, _k, _r = tables.editions.c, tables.edition_texts.c, tables.clinics.c, tables.reminders.c
_p = tables.patients.c

CORRECTED = "wording.corrected"
"""What the audit calls a correction that was sent to a patient; its detail names the edition."""


@dataclasses.dataclass(frozen=True)
class Scope:
    """Whose wording it is: one clinic's, or without `clinic_id` that of all clinics of the organisation."""

    organisation_id: str
    clinic_id: str | None

    @property
    def id(self) -> str:
        """What it is kept under."""
        return self.clinic_id or self.organisation_id


@dataclasses.dataclass(frozen=True)
class EditionRow:
    """An edition without its texts. `staff_id` has published it, `reviewed_by` has read it before."""

    id: str
    organisation_id: str
    clinic_id: str | None
    book: str
    number: int
    reach: str
    why: str
    staff_id: str | None
    reviewed_by: str | None
    review_on: date | None
    restores: str | None
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


@dataclasses.dataclass(frozen=True)
class TextRow:
    """One text of an edition; `source` says what its figures rest on."""

    key: str
    language: str
    body: str
    source: str


@dataclasses.dataclass(frozen=True)
class GotRow:
    """A reminder that was said by an edition, and whom it went to; `zone` is theirs, the name is sealed."""

    patient_id: str
    step_key: str
    language: str
    sent_at: datetime
    zone: str
    key_id: str | None
    name: bytes | None = dataclasses.field(repr=False)


_bearer = tables.reminders.alias("bearer")
_BORNE = tables.reminders.outerjoin(_bearer, _bearer.c.id == _r.merged_into)
_SENT = func.coalesce(_r.sent_at, _bearer.c.sent_at)
"""When a reminder was said: by itself, or by the message of another."""

_COLUMNS = tuple(_e[field.name] for field in dataclasses.fields(EditionRow))


async def of(work: Work, scope: Scope, book: str) -> list[EditionRow]:
    """Return every edition of a book that was published in a scope, the newest first."""
    query = select(*_COLUMNS).where(_e.scope == scope.id, _e.book == book).order_by(_e.number.desc())
    return [EditionRow(**row) for row in (await work.run(query)).mappings()]


async def get(work: Work, scope: Scope, id: str) -> EditionRow | None:
    """Return an edition of the scope."""
    query = select(*_COLUMNS).where(_e.id == id, _e.scope == scope.id)
    row = (await work.run(query)).mappings().first()
    return EditionRow(**row) if row else None


async def in_force(work: Work, organisation_id: str, clinic_id: str) -> list[EditionRow]:
    """Return what a clinic and its organisation have published and not withdrawn."""
    scopes = (_e.clinic_id == clinic_id) | _e.clinic_id.is_(None)
    query = select(*_COLUMNS).where(_e.organisation_id == organisation_id, scopes, _e.withdrawn_at.is_(None))
    return [EditionRow(**row) for row in (await work.run(query)).mappings()]


async def texts(work: Work, ids: Sequence[str]) -> dict[str, list[TextRow]]:
    """Return the texts of editions, by the edition's id."""
    query = select(_x.edition_id, _x.key, _x.language, _x.body, _x.source).where(_x.edition_id.in_(ids))
    found: dict[str, list[TextRow]] = {id: [] for id in ids}
    for row in (await work.run(query.order_by(_x.key, _x.language))).all():
        found[row.edition_id].append(TextRow(row.key, row.language, row.body, row.source))
    return found


async def add(
    work: Work,
    scope: Scope,
    *,
    book: str,
    reach: str,
    why: str,
    staff_id: str | None,
    reviewed_by: str | None,
    review_on: date | None,
    restores: str | None,
    texts: Iterable[TextRow],
    now: datetime,
) -> str:
    """Publish an edition, the next of its book, and return its id; whoever prepares a message looks again.

    The caller holds the scope (see `hold`), so that two at once do not take one number.
    """
    highest = select(func.coalesce(func.max(_e.number), 0)).where(_e.scope == scope.id, _e.book == book)
    id, number = tables.new_id(), (await work.run(highest)).scalar_one() + 1
    whose = {"organisation_id": scope.organisation_id, "clinic_id": scope.clinic_id, "scope": scope.id}
    said = {"book": book, "number": number, "reach": reach, "why": why, "restores": restores}
    by = {"staff_id": staff_id, "reviewed_by": reviewed_by, "review_on": review_on, "published_at": now}
    await work.run(insert(tables.editions).values(id=id, **whose, **said, **by))
    rows = [{"edition_id": id, "organisation_id": scope.organisation_id, **dataclasses.asdict(text)} for text in texts]
    if rows:
        await work.run(insert(tables.edition_texts), rows)
    await _changed(work, scope)
    return id


async def is_withdrawn(work: Work, scope: Scope, id: str, *, staff_id: str | None, now: datetime) -> bool:
    """Withdraw an edition: it words nothing from this commit on. False if it was withdrawn before."""
    live = (_e.id == id) & (_e.scope == scope.id) & _e.withdrawn_at.is_(None)
    change = update(tables.editions).where(live).values(withdrawn_at=now, withdrawn_by=staff_id)
    if (await work.run(change)).rowcount != 1:
        return False
    await _changed(work, scope)
    return True


async def hold(work: Work, scope: Scope) -> None:
    """Let nobody else publish in the scope before this visit ends."""
    if scope.clinic_id is not None:
        await work.run(select(_k.id).where(_k.id == scope.clinic_id).with_for_update())
    else:
        o = tables.organisations.c
        await work.run(select(o.id).where(o.id == scope.organisation_id).with_for_update())


async def count_sent(work: Work, ids: Sequence[str]) -> Mapping[str, int]:
    """Return how many reminders were said by each edition and may have arrived."""
    how_many = func.count().label("how_many")
    query = select(_r.edition_id, how_many).select_from(_BORNE).where(_r.edition_id.in_(ids), _SENT.is_not(None))
    rows = (await work.run(query.group_by(_r.edition_id))).all()
    return dict.fromkeys(ids, 0) | {row.edition_id: row.how_many for row in rows}


async def got(work: Work, scope: Scope, id: str) -> list[GotRow]:
    """Return what was said by an edition of the scope and may have arrived, the latest first."""
    sent = _SENT.label("sent_at")
    columns = (_r.patient_id, _r.step_key, _r.language, sent, _p.zone, _p.key_id, _p.name)
    joined = _BORNE.join(tables.patients, _p.id == _r.patient_id)
    theirs = (_r.edition_id == id, _r.organisation_id == scope.organisation_id, _SENT.is_not(None))
    query = select(*columns).select_from(joined).where(*theirs, _p.erased_at.is_(None))
    rows = (await work.run(query.order_by(sent.desc(), _r.id))).all()
    return [
        GotRow(row.patient_id, row.step_key, row.language or "", row.sent_at, row.zone, row.key_id, row.name)
        for row in rows
    ]


async def corrected(work: Work, clinic_id: str, id: str) -> set[str]:
    """Return the patients whom the audit says were sent a correction of an edition."""
    a = tables.audit.c
    query = select(a.patient_id, a.detail).where(a.clinic_id == clinic_id, a.action == CORRECTED)
    return {row.patient_id for row in (await work.run(query)).all() if row.detail.get("edition") == id}


async def second_reader(work: Work, clinic_id: str) -> bool:
    """Tell whether a second person reads what a clinic publishes."""
    return bool((await work.run(select(_k.second_reader).where(_k.id == clinic_id))).scalar_one())


async def set_second_reader(work: Work, clinic_id: str, *, is_asked: bool) -> None:
    """Set whether a second person reads what a clinic publishes."""
    await work.run(update(tables.clinics).where(_k.id == clinic_id).values(second_reader=is_asked))


async def _changed(work: Work, scope: Scope) -> None:
    """Have everything that was worded for these clinics, and not sent yet, worded anew."""
    whose = _k.id == scope.clinic_id if scope.clinic_id else _k.organisation_id == scope.organisation_id
    await work.run(update(tables.clinics).where(whose).values(wording=_k.wording + 1))
    work.ring(bells.Bell.REMINDERS)
