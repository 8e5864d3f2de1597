"""Drafts: wording that is being written, one a text and language; what came too late is kept aside."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.editions import Scope
from reminderbot.store.work import Work

_d = tables.drafts.c


@dataclasses.dataclass(frozen=True)
class DraftRow:
    """A draft; `is_aside` when somebody else had changed the same text meanwhile, so that both are kept."""

    id: str
    key: str
    language: str
    body: str
    source: str
    is_aside: bool
    version: int
    staff_id: str
    changed_at: datetime


_COLUMNS = (
    _d.id,
    _d.key,
    _d.language,
    _d.body,
    _d.source,
    _d.aside.label("is_aside"),
    _d.version,
    _d.staff_id,
    _d.changed_at,
)


async def of(work: Work, scope: Scope, book: str, *, lock: bool = False) -> list[DraftRow]:
    """Return the drafts of a book, those that were kept aside too; with `lock` nobody changes them meanwhile."""
    query = select(*_COLUMNS).where(_d.scope == scope.id, _d.book == book).order_by(_d.key, _d.language, _d.changed_at)
    return [DraftRow(**row) for row in (await work.run(query.with_for_update() if lock else query)).mappings()]


async def is_added(
    work: Work,
    scope: Scope,
    book: str,
    *,
    key: str,
    language: str,
    body: str,
    source: str,
    staff_id: str,
    now: datetime,
) -> bool:
    """Begin a draft; False if there is one."""
    return await inserting.is_inserted(
        work, tables.drafts, **_row(scope, book, key, language, body, source, staff_id, now)
    )


async def is_changed(
    work: Work, scope: Scope, id: str, *, version: int, body: str, source: str, staff_id: str, now: datetime
) -> bool:
    """Change a draft as it was read at `version`; False if it has changed or gone since."""
    mine = (_d.id == id) & (_d.scope == scope.id) & (_d.version == version) & ~_d.aside
    values = {"body": body, "source": source, "staff_id": staff_id, "changed_at": now, "version": version + 1}
    return (await work.run(update(tables.drafts).where(mine).values(**values))).rowcount == 1


async def lay_aside(
    work: Work,
    scope: Scope,
    book: str,
    *,
    key: str,
    language: str,
    body: str,
    source: str,
    version: int,
    staff_id: str,
    now: datetime,
    goes_on: bool = False,
) -> None:
    """Keep a text beside the draft; `version` is that of the draft it was begun from.

    Whoever `goes_on` writing on the same ground writes on in the same row.
    """
    theirs = (_d.scope == scope.id, _d.book == book, _d.key == key, _d.language == language, _d.aside)
    same = (*theirs, _d.staff_id == staff_id, _d.version == version)
    values = {"body": body, "source": source, "changed_at": now}
    if goes_on and (await work.run(update(tables.drafts).where(*same).values(**values))).rowcount:
        return
    row = _row(scope, book, key, language, body, source, staff_id, now)
    await work.run(insert(tables.drafts).values(**row, aside=True, version=version))


async def drop(work: Work, scope: Scope, ids: Sequence[str]) -> int:
    """Drop drafts; return how many there were."""
    return (await work.run(delete(tables.drafts).where(_d.scope == scope.id, _d.id.in_(ids)))).rowcount


def _row(
    scope: Scope, book: str, key: str, language: str, body: str, source: str, staff_id: str, now: datetime
) -> dict[str, object]:
    whose = {"organisation_id": scope.organisation_id, "clinic_id": scope.clinic_id, "scope": scope.id}
    said = {"book": book, "key": key, "language": language, "body": body, "source": source}
    return {"id": tables.new_id(), **whose, **said, "staff_id": staff_id, "changed_at": now}
