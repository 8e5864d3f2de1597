"""The settings of a clinic: read with what its organisation has locked, changed by compare-and-set."""

import dataclasses
from collections.abc import Mapping
from datetime import time
from typing import Any

from sqlalchemy import func, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_k = tables.clinics.c
_OWN = (
    "id",
    "organisation_id",
    "name",
    "phone",
    "emergency",
    "hours",
    "zone",
    "languages",
    "default_plan",
    "quiet_from",
    "quiet_to",
    "retention_days",
    "phone_only",
    "alert_words",
    "acknowledge_within",
    "version",
)


@dataclasses.dataclass(frozen=True)
class SettingsRow:
    """All that a clinic sets. `hours` is JSON of `services.opening`; the words are by language."""

    id: str
    organisation_id: str
    organisation_name: str
    locks: tuple[str, ...]
    name: str
    phone: str
    emergency: str
    hours: dict[str, Any]
    zone: str
    languages: list[str]
    default_plan: str
    quiet_from: time
    quiet_to: time
    consent_words: dict[str, str]
    privacy_words: dict[str, str]
    retention_days: int | None
    phone_only: bool
    alert_words: bool
    acknowledge_within: int
    version: int


async def get(work: Work, clinic_id: str) -> SettingsRow | None:
    """Return the settings of a clinic."""
    o = tables.organisations.c
    query = (
        select(*(_k[name] for name in _OWN), _k.consent_words, _k.privacy_words)
        .add_columns(o.name.label("organisation_name"), o.locks)
        .join(tables.organisations, o.id == _k.organisation_id)
        .where(_k.id == clinic_id)
    )
    row = (await work.run(query)).mappings().first()
    if row is None:
        return None
    given: dict[str, Any] = {name: row[name] for name in (*_OWN, "organisation_name")}
    given |= {name: dict(row[name] or {}) for name in ("consent_words", "privacy_words")}
    return SettingsRow(**given, locks=tuple(row["locks"] or ()))


async def is_changed(work: Work, clinic_id: str, *, version: int, values: Mapping[str, Any]) -> bool:
    """Set columns of a clinic that still stands in this version; False if it changed meanwhile."""
    change = update(tables.clinics).where(_k.id == clinic_id, _k.version == version)
    return (await work.run(change.values(version=version + 1, **values))).rowcount == 1


async def of_poster(work: Work, poster_id: str) -> str | None:
    """Return the clinic whose poster still hangs under an id."""
    w = tables.posters.c
    query = select(w.clinic_id).where(w.id == poster_id, w.ended_at.is_(None))
    id: str | None = (await work.run(query)).scalar_one_or_none()
    return id


async def patients(work: Work, clinic_id: str) -> int:
    """Return how many patients a clinic looks after."""
    p = tables.patients.c
    query = select(func.count()).where(p.clinic_id == clinic_id, p.erased_at.is_(None))
    return int((await work.run(query)).scalar_one())
