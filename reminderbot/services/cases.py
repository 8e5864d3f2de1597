"""Cases: what needs a person of the staff, by when, and who has taken it on."""

import contextlib
import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from reminderbot import errors
from reminderbot.services import access, audit, names, opening
from reminderbot.store import alerting, cases, colleagues, needs, worries
from reminderbot.store import work as works

Kind = cases.Kind
Need = needs.Need

NOTE = 2000  # characters of a note
SHOWN = 20
"""How many of one kind are listed before "show all"."""


class State(StrEnum):
    """How far a case is."""

    NEW = "new"  # nobody has acknowledged it
    ACKNOWLEDGED = "acknowledged"
    CONTACTED = "contacted"
    CLOSED = "closed"


@dataclasses.dataclass(frozen=True)
class Listed:
    """A line of the list; `is_late` tells that it should have been acknowledged by now."""

    need: Need
    state: State
    owner: str = dataclasses.field(repr=False)
    is_late: bool


@dataclasses.dataclass(frozen=True)
class List:
    """What needs a person, worries first, and how much of a kind is not shown."""

    lines: tuple[Listed, ...]
    more: Mapping[Kind, int]


@dataclasses.dataclass(frozen=True)
class CaseView:
    """A case with all that is known of it. `words` is None for whoever may not see what patients write."""

    row: cases.CaseRow
    state: State
    patient_name: str = dataclasses.field(repr=False)
    step_key: str | None
    about: str | None
    words: str | None = dataclasses.field(repr=False)
    note: str = dataclasses.field(repr=False)
    names: Mapping[str, str] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Taken:
    """Who has taken a case on, and when."""

    name: str = dataclasses.field(repr=False)
    at: datetime
    zone: str
    is_mine: bool


async def raise_(
    work: works.Work,
    *,
    kind: Kind,
    subject: str,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    now: datetime,
) -> None:
    """Open a case about what a patient has just done, in the same transaction. The same subject twice is one case.

    A letter that comes while another of the same patient waits belongs to that one's case. Nobody watches the
    built-in clinic: nothing is opened there.
    """
    clinic = await alerting.clinic(work, clinic_id)
    if clinic is None or (kind is Kind.LETTER and await cases.has_unread(work, patient_id, clinic_id)):
        return
    await cases.is_added(
        work,
        kind=kind,
        subject=subject,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        raised_at=now,
        due_at=due(clinic, now, times=1),
    )


def due(clinic: alerting.ClinicFacts, since: datetime, *, times: int) -> datetime:
    """Return by when somebody must have acknowledged what came at `since`, or what was passed on so often."""
    _, week = opening.from_json(clinic.hours)
    span = timedelta(minutes=clinic.acknowledge_within) * times
    return opening.after(week, clinic.zone, since, span)


async def list_(
    work: works.Work, who: access.Staff, *, now: datetime, only: Kind | None = None, most: int = SHOWN
) -> List:
    """Return what needs a person of the clinic: worries, letters, what failed, who has not joined."""
    lines: list[Need] = []
    more: dict[Kind, int] = {}
    for kind in Kind if only is None else [only]:
        found = await needs.of_clinic(work, who.clinic_id, kind, now=now, limit=most + 1)
        lines += found[:most]
        if len(found) > most:
            more[kind] = await needs.count(work, who.clinic_id, kind, now=now) - most
    owners = await colleagues.names(work, [each.owner_id for each in lines if each.owner_id])
    return List(tuple(_listed(each, owners, now) for each in lines), more)


async def counts(work: works.Work, clinic_id: str, *, now: datetime) -> dict[Kind, int]:
    """Return how much of each kind needs a person."""
    return {kind: await needs.count(work, clinic_id, kind, now=now) for kind in Kind}


async def view(work: works.Work, who: access.Staff, case_id: str, *, now: datetime) -> CaseView:
    """Return one case; NotFound for another clinic's. What the patient wrote only with Right.SEE_WORDS."""
    row = await _mine(work, who, case_id)
    about = await needs.of_clinic(work, who.clinic_id, row.kind, now=now, limit=1, subject=row.subject)
    need = about[0] if about else None
    people = [row.owner_id, row.acknowledged_by, row.contacted_by, row.closed_by]
    may_read = who.may(access.Right.SEE_WORDS)
    worry = await worries.of(work, row.subject) if row.kind is Kind.WORRY else None
    return CaseView(
        row=row,
        state=_state(row.acknowledged_at, row.contacted_at, row.closed_at),
        patient_name=need.patient_name if need else await cases.patient_name(work, row),
        step_key=need.step_key if need else None,
        about=need.about if need else None,
        words=(worry or "") if may_read else None,
        note=await cases.note(work, row),
        names=await colleagues.names(work, [each for each in people if each]),
    )


async def touch(work: works.Work, who: access.Staff, kind: str, subject: str, *, now: datetime) -> str:
    """Return the id of the case about something on the list, made now if nobody has touched it.

    NotFound for what is not on it; Invalid `console.cases.unknown` for a kind that is none.
    """
    wanted = next((each for each in Kind if each == kind), None)
    if wanted is None:
        raise errors.Invalid("console.cases.unknown")
    row = await cases.about(work, who.clinic_id, wanted, subject)
    if row is None:
        await _make(work, who, wanted, subject, now)
        row = await cases.about(work, who.clinic_id, wanted, subject)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return row.id


async def acknowledge(work: works.Work, who: access.Staff, case_id: str, *, now: datetime) -> None:
    """Take a case on. Twice by the same person is once; Conflict `console.cases.taken` if somebody else has it."""
    row = await _mine(work, who, case_id)
    if row.acknowledged_at is not None or row.closed_at is not None:
        await _refuse_taken(work, who, row)
        return
    values = {"acknowledged_at": now, "acknowledged_by": who.staff_id, "owner_id": row.owner_id or who.staff_id}
    await _change(work, who, row, "case.acknowledged", **values)


async def take(work: works.Work, chat: access.Person, case_id: str, *, now: datetime) -> Taken:
    """Take a case on from a chat of the staff's; NotFound unless it belongs to somebody of that clinic."""
    row = await cases.whoever_asks(work, case_id)
    to = await colleagues.of_chat(work, chat.chat_id, row.clinic_id) if row else None
    if row is None or to is None:
        raise errors.NotFound("console.sorry.not-found")
    who = access.Staff(to.staff_id, to.organisation_id, to.clinic_id, access.Role(to.role))
    with contextlib.suppress(errors.Conflict):  # somebody else was first: that is what is told
        await acknowledge(work, who, case_id, now=now)
    row = await _mine(work, who, case_id)
    clinic = await alerting.clinic(work, row.clinic_id)
    by = row.acknowledged_by or row.closed_by or ""
    return Taken(
        name=(await colleagues.names(work, [by])).get(by, ""),
        at=row.acknowledged_at or row.closed_at or now,
        zone=clinic.zone if clinic else "UTC",
        is_mine=by == who.staff_id,
    )


async def contacted(work: works.Work, who: access.Staff, case_id: str, *, now: datetime) -> None:
    """Note that the patient was reached, which takes the case on too."""
    row = await _mine(work, who, case_id)
    if row.contacted_at is None and row.closed_at is None:
        values = {"contacted_at": now, "contacted_by": who.staff_id}
        await _change(work, who, row, "case.contacted", **values, **_taken(row, who, now))


async def close(work: works.Work, who: access.Staff, case_id: str, *, now: datetime) -> None:
    """End a case, and what it is about: a worry is closed, letters are read. It leaves the list."""
    row = await _mine(work, who, case_id)
    if row.closed_at is None:
        await cases.close_subject(work, row, now=now)
        values = {"closed_at": now, "closed_by": who.staff_id}
        await _change(work, who, row, "case.closed", **values, **_taken(row, who, now))


async def write_note(work: works.Work, who: access.Staff, case_id: str, text: str, *, version: int) -> None:
    """Set a case's note; Conflict `console.refusal.old` if the case changed since `version`; Invalid when too long."""
    row = await _mine(work, who, case_id)
    cleaned = "\n".join(names.clean(line) for line in text.splitlines()).strip()
    if len(cleaned) > NOTE:
        raise errors.Invalid("console.cases.note-too-long")
    if row.version != version or not await cases.is_noted(work, row, cleaned):
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, "case.noted", patient_id=row.patient_id, case=row.id)


async def hand_over(work: works.Work, who: access.Staff, case_id: str, to: str, *, version: int) -> None:
    """Give a case to a colleague of the same clinic; Invalid for anybody else, Conflict as `write_note`."""
    row = await _mine(work, who, case_id)
    if all(each.id != to for each in await colleagues.of_clinic(work, who.clinic_id)):
        raise errors.Invalid("console.cases.no-colleague")
    if row.version != version or not await cases.is_changed(work, row, owner_id=to):
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, "case.handed-over", patient_id=row.patient_id, case=row.id, to=to)


async def colleagues_of(work: works.Work, who: access.Staff) -> list[colleagues.Colleague]:
    """Return who works in the clinic, for handing over."""
    return await colleagues.of_clinic(work, who.clinic_id)


async def _mine(work: works.Work, who: access.Staff, case_id: str) -> cases.CaseRow:
    row = await cases.get(work, who.clinic_id, case_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return row


async def _make(work: works.Work, who: access.Staff, kind: Kind, subject: str, now: datetime) -> None:
    found = await needs.of_clinic(work, who.clinic_id, kind, now=now, limit=1, subject=subject)
    for each in found:
        await cases.is_added(
            work,
            kind=kind,
            subject=subject,
            organisation_id=who.organisation_id,
            clinic_id=who.clinic_id,
            patient_id=each.patient_id,
            raised_at=each.since,
            due_at=None,
        )


async def _refuse_taken(work: works.Work, who: access.Staff, row: cases.CaseRow) -> None:
    by = row.acknowledged_by or row.closed_by
    if by is not None and by != who.staff_id:
        named = await colleagues.names(work, [by])
        raise errors.Conflict("console.cases.taken", staff_name=named.get(by, ""))


async def _change(work: works.Work, who: access.Staff, row: cases.CaseRow, action: str, **values: Any) -> None:
    if not await cases.is_changed(work, row, **values):
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, action, patient_id=row.patient_id, case=row.id, kind=row.kind)


def _taken(row: cases.CaseRow, who: access.Staff, now: datetime) -> dict[str, datetime | str]:
    """Return what taking a case on sets, if nobody has."""
    owned: dict[str, datetime | str] = {} if row.owner_id else {"owner_id": who.staff_id}
    if row.acknowledged_at is not None:
        return owned
    return {**owned, "acknowledged_at": now, "acknowledged_by": who.staff_id}


def _state(acknowledged: datetime | None, contacted: datetime | None, closed: datetime | None) -> State:
    if closed is not None:
        return State.CLOSED
    if contacted is not None:
        return State.CONTACTED
    return State.ACKNOWLEDGED if acknowledged is not None else State.NEW


def _listed(need: Need, owners: Mapping[str, str], now: datetime) -> Listed:
    state = _state(need.acknowledged_at, need.contacted_at, None)
    is_late = state is State.NEW and need.due_at is not None and need.due_at <= now
    return Listed(need, state, owners.get(need.owner_id or "", ""), is_late)
