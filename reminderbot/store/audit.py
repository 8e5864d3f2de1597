"""The audit: who did what on what, append-only, one hash chain a clinic (S18)."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work

FIRST: Final = b"\0" * 32
"""What the first row of a clinic follows."""


@dataclasses.dataclass(frozen=True)
class AuditRow:
    """One line of the audit; `detail` holds nothing personal."""

    number: int
    at: datetime
    actor: str
    staff_id: str | None
    patient_id: str | None
    action: str
    detail: Mapping[str, Any]


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    at: datetime,
    actor: str,
    action: str,
    detail: Mapping[str, Any],
    staff_id: str | None = None,
    patient_id: str | None = None,
) -> None:
    """Append a line to a clinic's chain; other visits that append to the same chain wait for this one."""
    heads = tables.audit_heads
    await inserting.is_inserted(work, heads, clinic_id=clinic_id, organisation_id=organisation_id, number=0, hash=FIRST)
    head = (await work.run(select(heads).where(heads.c.clinic_id == clinic_id).with_for_update())).one()
    row = AuditRow(head.number + 1, at, actor, staff_id, patient_id, action, dict(detail))
    hash = chained(head.hash, clinic_id, row)
    values = {**dataclasses.asdict(row), "organisation_id": organisation_id, "clinic_id": clinic_id}
    await work.run(insert(tables.audit).values(**values, previous=head.hash, hash=hash))
    await work.run(update(heads).where(heads.c.clinic_id == clinic_id).values(number=row.number, hash=hash))


def chained(previous: bytes, clinic_id: str, row: AuditRow) -> bytes:
    """Return the hash of a line: SHA-256 over the hash before it and the line as canonical JSON."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [clinic_id, row.number, at, row.actor, row.staff_id, row.patient_id, row.action, dict(row.detail)]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + text.encode()).digest()


async def count(work: Work, clinic_id: str, actions: Sequence[str], *, since: datetime) -> int:
    """Return how often any of these was done in a clinic since an instant of the machine."""
    a = tables.audit.c
    query = select(func.count()).where(a.clinic_id == clinic_id, a.action.in_(actions), a.at > since)
    return int((await work.run(query)).scalar_one())


async def of_patient(work: Work, clinic_id: str, patient_id: str, *, limit: int) -> list[AuditRow]:
    """Return what was done about a patient in a clinic, the latest first."""
    a = tables.audit.c
    columns = [a[field.name] for field in dataclasses.fields(AuditRow)]
    query = select(*columns).where(a.clinic_id == clinic_id, a.patient_id == patient_id)
    found = await work.run(query.order_by(a.number.desc()).limit(limit))
    return [AuditRow(**row) for row in found.mappings()]
