"""Lists that were uploaded: sealed until they are applied or a day is over, then only who, when and how many."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_u = tables.uploads.c


@dataclasses.dataclass(frozen=True)
class UploadRow:
    """An upload; `content` is opened, and empty once it was wiped."""

    id: str
    clinic_id: str
    staff_id: str
    content: str = dataclasses.field(repr=False)
    digest: bytes = dataclasses.field(repr=False)
    counts: Mapping[str, int]
    created_at: datetime
    applied_at: datetime | None
    ended_at: datetime | None


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    staff_id: str,
    content: str,
    digest: bytes,
    now: datetime,
) -> str:
    """Keep an upload, sealed; return its id."""
    id = tables.new_id()
    await work.run(
        insert(tables.uploads).values(
            id=id,
            organisation_id=organisation_id,
            clinic_id=clinic_id,
            staff_id=staff_id,
            content=_sealed(work, id, content),
            digest=digest,
            created_at=now,
        )
    )
    return id


async def get(work: Work, clinic_id: str, id: str, *, lock: bool = False) -> UploadRow | None:
    """Return an upload of a clinic; with `lock` nobody else applies it before this visit ends."""
    query = select(tables.uploads).where(_u.id == id, _u.clinic_id == clinic_id)
    row = (await work.run(query.with_for_update() if lock else query)).first()
    if row is None:
        return None
    opened = work.system.open(row.content, table="uploads", row=row.id, column="content") if row.content else ""
    return _row(row, opened)


async def of_clinic(work: Work, clinic_id: str, *, limit: int) -> list[UploadRow]:
    """Return a clinic's uploads without their contents, the latest first."""
    query = select(*(column for column in _u if column.name != "content")).where(_u.clinic_id == clinic_id)
    found = await work.run(query.order_by(_u.created_at.desc(), _u.id).limit(limit))
    return [_row(row, "") for row in found.all()]


async def makers(work: Work, staff_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of the staff who have uploaded; empty ones of who was erased."""
    staff = tables.staff.c
    query = select(staff.id, staff.key_id, staff.name).where(staff.id.in_(set(staff_ids)), staff.name.is_not(None))
    found = dict[str, str]()
    for row in (await work.run(query)).all():
        key = await work.key(row.key_id)
        found[row.id] = key.open(row.name, table="staff", row=row.id, column="name") if key else ""
    return found


async def applied_before(work: Work, clinic_id: str, digest: bytes) -> datetime | None:
    """Return when the same file was last applied."""
    same = select(_u.applied_at).where(_u.clinic_id == clinic_id, _u.digest == digest, _u.applied_at.is_not(None))
    found: datetime | None = (await work.run(same.order_by(_u.applied_at.desc()).limit(1))).scalar_one_or_none()
    return found


async def set_content(work: Work, id: str, content: str) -> None:
    """Keep other contents of an upload."""
    await work.run(update(tables.uploads).where(_u.id == id).values(content=_sealed(work, id, content)))


async def is_applied(work: Work, id: str, *, counts: Mapping[str, int], now: datetime) -> bool:
    """Mark an upload as applied and wipe it; of two at once one gets True."""
    waiting = (_u.id == id) & _u.applied_at.is_(None) & _u.ended_at.is_(None)
    values = {"applied_at": now, "ended_at": now, "content": None, "counts": dict(counts)}
    return (await work.run(update(tables.uploads).where(waiting).values(**values))).rowcount == 1


async def end(work: Work, clinic_id: str, id: str, *, now: datetime) -> None:
    """Wipe an upload that will not be applied."""
    waiting = (_u.id == id) & (_u.clinic_id == clinic_id) & _u.ended_at.is_(None)
    await work.run(update(tables.uploads).where(waiting).values(content=None, ended_at=now))


async def wipe(work: Work, *, before: datetime, now: datetime) -> int:
    """Wipe the uploads of all clinics that nobody has applied; return how many there were."""
    waiting = _u.ended_at.is_(None) & (_u.created_at < before)
    return (await work.run(update(tables.uploads).where(waiting).values(content=None, ended_at=now))).rowcount


def _sealed(work: Work, id: str, content: str) -> bytes:
    return work.system.seal(content, table="uploads", row=id, column="content")


def _row(row: Any, content: str) -> UploadRow:
    given = row._mapping
    return UploadRow(
        id=given["id"],
        clinic_id=given["clinic_id"],
        staff_id=given["staff_id"],
        content=content,
        digest=given["digest"],
        counts=given["counts"] or {},
        created_at=given["created_at"],
        applied_at=given["applied_at"],
        ended_at=given["ended_at"],
    )
