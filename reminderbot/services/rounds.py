"""The rounds: what nobody took up in time is passed on, patients are told so, and each day begins with a digest."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import alerts, cases, day, opening, replying
from reminderbot.store import alerting
from reminderbot.store import cases as rows
from reminderbot.store import day as days
from reminderbot.store import work as works

MOST: Final = 6
"""How often a case is passed on; after that it stays on the list, late."""

LIMIT: Final = 200  # cases of one look
LATE: Final = timedelta(hours=3)
"""How long after opening a digest is still one of the morning."""


async def overdue(work: works.Work, *, now: datetime) -> list[str]:
    """Return the cases that must be passed on now, of every clinic."""
    found = await rows.overdue(work, now=now, most=MOST, limit=LIMIT)
    known = {each.id: each for each in await alerting.clinics(work)} if found else {}
    return [row.id for row in found if row.clinic_id in known and _is_due(row, known[row.clinic_id], now)]


async def escalate(
    work: works.Work,
    means: alerts.Means,
    catalog: catalogs.Catalog,
    case_id: str,
    *,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Pass a case on to the next person on alert, and tell the patient the first time; False if it is no longer due.

    Any number of processes may ask for it at once: one does it.
    """
    row = await rows.whoever_asks(work, case_id)
    clinic = await alerting.clinic(work, row.clinic_id) if row else None
    if row is None or clinic is None or not _is_due(row, clinic, now) or not await rows.is_escalated(work, row):
        return False
    counted = await rows.whoever_asks(work, case_id)
    if counted is not None:
        await alerts.late(work, means, counted, clinic, machine_now=machine_now)
    if await rows.is_told(work, row.id, now=now):
        await _tell_patient(work, catalog, row, machine_now)
    return True


async def digests(work: works.Work, *, now: datetime) -> list[str]:
    """Return the clinics that have opened today and were not told yet what the day begins with."""
    return [each.id for each in await alerting.clinics(work) if _opens_now(each, now)]


async def digest(
    work: works.Work, means: alerts.Means, clinic_id: str, *, now: datetime, machine_now: datetime
) -> bool:
    """Tell what the day begins with, once a day; nothing if there is nothing to say."""
    clinic = await alerting.clinic(work, clinic_id)
    if clinic is None or not _opens_now(clinic, now):
        return False
    today = hours.to_local(now, clinic.zone).date()
    if not await alerting.is_digested(work, clinic.id, today):
        return False
    lines = [line for line in await _lines(work, clinic, now) if line[1]]
    if lines:
        await alerts.digest(work, means, clinic, lines, machine_now=machine_now)
    return bool(lines)


def _is_due(row: rows.CaseRow, clinic: alerting.ClinicFacts, now: datetime) -> bool:
    if row.due_at is None or row.acknowledged_at is not None or row.closed_at is not None:
        return False
    return cases.due(clinic, row.raised_at, times=row.escalations + 1) <= now and row.due_at <= now


def _opens_now(clinic: alerting.ClinicFacts, now: datetime) -> bool:
    _, week = opening.from_json(clinic.hours)
    local = hours.to_local(now, clinic.zone)
    opens = opening.first_open(week, local)
    if opens is None or (clinic.digest_on is not None and clinic.digest_on >= local.date()):
        return False
    opened = hours.local_to_instant(local.date(), opens, clinic.zone).instant
    return opened <= now < opened + LATE


async def _lines(work: works.Work, clinic: alerting.ClinicFacts, now: datetime) -> list[tuple[str, int]]:
    found = await cases.counts(work, clinic.id, now=now)
    start, end = day.bounds(hours.to_local(now, clinic.zone).date(), clinic.zone)
    letters = 0 if clinic.phone_only else found[cases.Kind.LETTER]
    return [
        ("digest-worries", found[cases.Kind.WORRY]),
        ("digest-letters", letters),
        ("digest-failed", found[cases.Kind.REMINDER]),
        ("digest-unjoined", found[cases.Kind.INVITE]),
        ("digest-sessions", await days.count_sessions(work, clinic.id, start=start, end=end)),
    ]


async def _tell_patient(work: works.Work, catalog: catalogs.Catalog, row: rows.CaseRow, machine_now: datetime) -> None:
    """Say that nobody has taken it up yet, and whom to call; a chat that is gone or blocks us hears nothing."""
    to = await replying.listener(work, catalog, row)
    if to is None:
        return
    emergency = to.clinic.emergency or to.said.say_plain(to.chat.language, "contact.emergency")
    html = to.said.say(
        to.chat.language,
        "worry.nobody-yet",
        clinic_name=to.clinic.name,
        clinic_phone=to.clinic.phone,
        emergency=emergency,
    )
    await replying.owe(work, row, to, html, machine_now=machine_now)
