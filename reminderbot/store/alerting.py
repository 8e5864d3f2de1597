"""What of a clinic decides whom it alerts, of what and when."""

import dataclasses
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_k = tables.clinics.c


@dataclasses.dataclass(frozen=True)
class ClinicFacts:
    """A clinic's hours and its wishes about alerts; `acknowledge_within` is minutes of opening hours."""

    id: str
    organisation_id: str
    name: str
    phone: str
    emergency: str
    hours: dict[str, Any]
    zone: str
    phone_only: bool
    alert_words: bool
    acknowledge_within: int
    digest_on: date | None


async def clinic(work: Work, clinic_id: str) -> ClinicFacts | None:
    """Return one clinic; None for the built-in one, which nobody watches."""
    return next(iter(await _rows(work, _k.id == clinic_id)), None)


async def clinics(work: Work) -> list[ClinicFacts]:
    """Return every clinic but the built-in one."""
    return await _rows(work)


async def is_digested(work: Work, clinic_id: str, day: date) -> bool:
    """Note that a day's digest is being sent; of many processes at once one gets True."""
    older = or_(_k.digest_on.is_(None), _k.digest_on < day)
    change = update(tables.clinics).where(_k.id == clinic_id, older).values(digest_on=day)
    return (await work.run(change)).rowcount == 1


async def _rows(work: Work, *conditions: Any) -> list[ClinicFacts]:
    columns = [_k[field.name] for field in dataclasses.fields(ClinicFacts)]
    query = select(*columns).where(_k.id != tables.BUILT_IN, *conditions)
    return [ClinicFacts(**row._mapping) for row in (await work.run(query)).all()]
