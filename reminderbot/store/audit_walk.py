"""The audit, walked line by line from a clinic's first: which clinics have a chain, its head, its lines."""

import dataclasses
from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy import select, union

from reminderbot.store import audit, tables
from reminderbot.store.work import Work

PAGE: Final = 2000
"""Lines read at once: a long chain is never held whole."""

_a, _h = tables.audit.c, tables.audit_heads.c


@dataclasses.dataclass(frozen=True)
class Head:
    """How far a clinic's chain has come, and the hash of its last line."""

    clinic_id: str
    number: int
    hash: bytes


@dataclasses.dataclass(frozen=True)
class Link:
    """A line with what ties it to the one before, and the hash that it ought to have."""

    number: int
    organisation_id: str
    previous: bytes
    hash: bytes
    computed: bytes


async def heads(work: Work) -> dict[str, Head]:
    """Return the head of every chain, by the clinic's id."""
    rows = (await work.run(select(_h.clinic_id, _h.number, _h.hash).order_by(_h.clinic_id))).all()
    return {row.clinic_id: Head(row.clinic_id, row.number, row.hash) for row in rows}


async def clinics(work: Work) -> dict[str, str]:
    """Return the organisation of every clinic that has a line or a head, by the clinic's id."""
    c = tables.clinics.c
    has_line = select(_a.id).where(_a.clinic_id == c.id).exists()
    has_head = select(_h.clinic_id).where(_h.clinic_id == c.id).exists()
    rows = (await work.run(select(c.id, c.organisation_id).where(has_line | has_head).order_by(c.id))).all()
    return {row.id: row.organisation_id for row in rows}


async def strays(work: Work) -> list[str]:
    """Return the clinics that lines or heads name and that are not there: no foreign key lets one be, a file does."""
    named = union(select(_a.clinic_id), select(_h.clinic_id)).subquery()
    there = select(tables.clinics.c.id)
    query = select(named.c.clinic_id).where(named.c.clinic_id.not_in(there)).order_by(named.c.clinic_id)
    return list((await work.run(query)).scalars())


async def lines(work: Work, clinic_id: str) -> AsyncIterator[Link]:
    """Yield a clinic's lines in order of their numbers."""
    fields = [field.name for field in dataclasses.fields(audit.AuditRow)]
    columns = [*(_a[name] for name in fields), _a.organisation_id, _a.previous, _a.hash]
    query, after = select(*columns).where(_a.clinic_id == clinic_id).order_by(_a.number).limit(PAGE), None
    while True:
        page = query if after is None else query.where(_a.number > after)
        found = (await work.run(page)).mappings().all()
        for row in found:
            line = audit.AuditRow(**{name: row[name] for name in fields})
            computed = audit.chained(row["previous"], clinic_id, line)
            yield Link(line.number, row["organisation_id"], row["previous"], row["hash"], computed)
        if len(found) < PAGE:
            return
        after = found[-1]["number"]
