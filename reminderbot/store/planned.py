"""Reminders as planning sees them: rows written in the transaction of their cause, each change with its event."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, exists, func, insert, or_, select, update

from reminderbot.planning import life, plans, replan, timeline
from reminderbot.store import bells, events, patients, tables
from reminderbot.store.events import Event as Event
from reminderbot.store.work import Work

MAY_HAVE_ARRIVED = ("accepted", "unknown")
"""Outcomes of an attempt after which the message may stand on a phone; so may one that has no outcome yet."""


@dataclasses.dataclass(frozen=True)
class Owner:
    """Whose reminders they are."""

    organisation_id: str
    clinic_id: str
    patient_id: str
    treatment_id: str


@dataclasses.dataclass(frozen=True)
class ReminderRow:
    """A reminder as its row stands; `accepted` when one attempt was, or may have been, accepted by Telegram.

    `is_chosen` tells that it stands at a time that the patient chose.
    """

    id: str
    organisation_id: str
    clinic_id: str
    patient_id: str
    treatment_id: str
    step_key: str
    round: int
    message_key: str
    state: life.State
    reason: life.Reason | None
    due: datetime
    useful_until: datetime
    zone: str
    attempts: int
    sent_at: datetime | None
    accepted: bool
    is_chosen: bool = False

    @property
    def existing(self) -> replan.Existing:
        """Return what planning needs to know of it."""
        return replan.Existing(
            id=self.id,
            step_key=self.step_key,
            round=self.round,
            state=self.state,
            reason=self.reason,
            due=self.due,
            useful_until=self.useful_until,
            accepted=self.accepted,
            is_chosen=self.is_chosen,
        )


@dataclasses.dataclass(frozen=True)
class Rewrite:
    """A row and how it should stand."""

    row: ReminderRow
    state: life.State
    reason: life.Reason | None
    due: datetime
    useful_until: datetime
    zone: str
    event: Event

    @property
    def differs(self) -> bool:
        """Tell whether there is anything to write."""
        return self._stand(self) != self._stand(self.row)

    @property
    def keeps_its_claim(self) -> bool:
        """Tell whether a sender that holds the row may go on: neither its state nor its time changes."""
        return self.state == self.row.state and self.due == self.row.due

    @staticmethod
    def _stand(of: "Rewrite | ReminderRow") -> tuple[object, ...]:
        return of.state, of.reason, of.due, of.useful_until, of.zone


def unmoved(row: ReminderRow, state: life.State, reason: life.Reason | None, event: Event) -> Rewrite:
    """Return the rewrite that leaves a reminder its times, and changes what becomes of it."""
    return Rewrite(
        row=row,
        state=state,
        reason=reason,
        due=row.due,
        useful_until=row.useful_until,
        zone=row.zone,
        event=event,
    )


async def add(work: Work, owner: Owner, slots: Sequence[timeline.Slot], *, zone: str, now: datetime) -> None:
    """Add one reminder a slot, in one statement, and an event for each."""
    await add_many(work, [(owner, slots)], zone=zone, now=now)


async def add_many(
    work: Work, given: Sequence[tuple[Owner, Sequence[timeline.Slot]]], *, zone: str, now: datetime
) -> None:
    """Add the reminders of several treatments whose patients are in one zone, and their events, in two statements."""
    slots = [(tables.new_id(), owner, slot) for owner, own in given for slot in own]
    if not slots:
        return
    await work.run(insert(tables.reminders), [{"id": id, **_new(owner, slot, zone)} for id, owner, slot in slots])
    await events.log(work, [_added(id, owner, slot, now) for id, owner, slot in slots])
    work.ring(bells.Bell.REMINDERS)


async def of_treatments(work: Work, treatment_ids: Sequence[str], *, lock: bool = False) -> list[ReminderRow]:
    """Return the reminders of treatments that the caller has reached, in order of due.

    With `lock` none that may still move changes before this visit ends. One that is being sent is not waited for:
    whoever records its outcome may in turn wait for the chat, which this visit holds.
    """
    ours = tables.reminders.c.treatment_id.in_(treatment_ids)
    if lock:
        movable = tables.reminders.c.state.in_(life.MAY_COME)
        held = select(tables.reminders.c.id).where(ours, movable).order_by(tables.reminders.c.id)
        await work.run(held.with_for_update())
    return sorted(await _rows(work, _query().where(ours)), key=lambda row: row.due)


async def of_chat(work: Work, chat_id: str, reminder_id: str) -> ReminderRow | None:
    """Return a reminder of a patient bound to the chat."""
    bound = (tables.bindings.c.patient_id == tables.reminders.c.patient_id) & patients.OPEN
    query = _query().join(tables.bindings, bound).where(tables.bindings.c.chat_id == chat_id)
    found = await _rows(work, query.where(tables.reminders.c.id == reminder_id))
    return found[0] if found else None


async def shut(
    work: Work, patient_ids: Sequence[str], *, state: life.State, reason: life.Reason | None = None
) -> list[ReminderRow]:
    """Return the reminders of booked treatments that wait in a state nothing of which arrived."""
    query = _query().join(tables.treatments, tables.treatments.c.id == tables.reminders.c.treatment_id)
    query = query.where(tables.reminders.c.patient_id.in_(patient_ids), tables.reminders.c.state == state)
    query = query.where(tables.treatments.c.state == "booked", ~_accepted())
    if reason is not None:
        query = query.where(tables.reminders.c.reason == reason)
    return await _rows(work, query.with_for_update(of=tables.reminders))


async def rewrite(work: Work, changes: Iterable[Rewrite], *, now: datetime, why: life.Reason | None = None) -> int:
    """Write what differs, in at most three statements; return how many rows did.

    `why` is the cause, told by the events of rows whose state carries no reason of its own. The rows were read with
    a lock, or on SQLite in a visit that writes: none has changed since.
    """
    differing = [change for change in changes if change.differs]
    await _write(work, [each for each in differing if each.keeps_its_claim], _KEEPING)
    await _write(work, [each for each in differing if not each.keeps_its_claim], _FREEING)
    await events.log(work, [_changed(each, now, why) for each in differing])
    if differing:
        work.ring(bells.Bell.REMINDERS)
    return len(differing)


async def reword(work: Work, treatment_id: str, plan: plans.Plan) -> None:
    """Have what is still to come, or may return, of a treatment say what `plan` says under the same step's key."""
    at = tables.reminders.c
    for step in plan.steps:
        which = (at.treatment_id == treatment_id, at.step_key == step.key, at.round == 1, at.state.in_(life.MAY_COME))
        said = {"message_key": step.message, "budget": step.budget, "silent": step.silent}
        free = {"lease_owner": None, "lease_until": None, "state": _unclaimed(at.state)}
        await work.run(update(tables.reminders).where(*which, at.message_key != step.message).values(**said, **free))


def _unclaimed(state: ColumnElement[str]) -> ColumnElement[str]:
    return case((state == life.State.CLAIMED, life.State.PLANNED), else_=state)


async def end(work: Work, which: ColumnElement[bool], *, state: life.State, reason: life.Reason, now: datetime) -> int:
    """End every reminder of which nothing is on its way; return how many.

    One that waits for its resend may have arrived already: it ends as UNCONFIRMED, and never returns.
    """
    reminder = tables.reminders.c
    unsure = reminder.resends > 0
    ends = {
        "state": case((unsure, life.State.UNCONFIRMED), else_=state),
        "reason": case((unsure, life.Reason.NO_ANSWER), else_=reason),
    }
    change = (
        update(tables.reminders)
        .where(which, reminder.state.in_(life.OPEN))
        .values(**ends, retry_at=None, lease_owner=None, lease_until=None)
        .returning(reminder.id, reminder.organisation_id, reminder.due_at, reminder.reason)
    )
    ended = (await work.run(change)).all()
    await events.log(work, [_ended(row, now) for row in ended])
    return len(ended)


async def on_the_way(work: Work, which: ColumnElement[bool]) -> int:
    """Return how many reminders may be between us and Telegram this second."""
    query = select(func.count()).select_from(tables.reminders)
    return int((await work.run(query.where(which, tables.reminders.c.state == life.State.SENDING))).scalar_one())


def of_patients(patient_ids: Sequence[str]) -> ColumnElement[bool]:
    """Choose the reminders of patients."""
    return tables.reminders.c.patient_id.in_(patient_ids)


def of_treatment(treatment_id: str) -> ColumnElement[bool]:
    """Choose the reminders of one treatment."""
    return tables.reminders.c.treatment_id == treatment_id


_STANDS: dict[str, BindParameter[Any]] = {
    "state": bindparam("new_state"),
    "reason": bindparam("new_reason"),
    "due_at": bindparam("new_due"),
    "useful_until": bindparam("new_until"),
    "zone": bindparam("new_zone"),
}
_KEEPING = update(tables.reminders).where(tables.reminders.c.id == bindparam("row")).values(**_STANDS)
_FREEING = _KEEPING.values(retry_at=None, lease_owner=None, lease_until=None)


async def _write(work: Work, changes: list[Rewrite], statement: Any) -> None:
    if changes:
        await work.run(statement, [_bound(change) for change in changes])


def _bound(change: Rewrite) -> dict[str, Any]:
    return {
        "row": change.row.id,
        "new_state": change.state,
        "new_reason": change.reason,
        "new_due": change.due,
        "new_until": change.useful_until,
        "new_zone": change.zone,
    }


def _new(owner: Owner, slot: timeline.Slot, zone: str) -> dict[str, Any]:
    return {
        **vars(owner),
        "step_key": slot.step.key,
        "round": 1,
        "message_key": slot.step.message,
        "state": slot.state,
        "reason": slot.reason,
        "due_at": slot.due,
        "useful_until": slot.useful_until,
        "zone": zone,
        "budget": slot.step.budget,
        "resends": 0,
        "attempts": 0,
        "faults": 0,
        "silent": slot.step.silent,
    }


def _added(id: str, owner: Owner, slot: timeline.Slot, now: datetime) -> events.Entry:
    kind = Event.PLANNED if slot.state is life.State.PLANNED else Event.NOT_PLANNED
    return events.Entry(id, owner.organisation_id, None, slot.due, at=now, kind=kind, reason=slot.reason)


def _ended(row: Any, now: datetime) -> events.Entry:
    return events.Entry(
        row.id, row.organisation_id, row.due_at, at=now, kind=Event.ENDED, reason=life.Reason(row.reason)
    )


def _changed(change: Rewrite, now: datetime, why: life.Reason | None) -> events.Entry:
    row, reason = change.row, change.reason or why
    return events.Entry(row.id, row.organisation_id, row.due, change.due, at=now, kind=change.event, reason=reason)


def _accepted() -> ColumnElement[bool]:
    attempt = tables.attempts.c
    arrived = or_(attempt.outcome.is_(None), attempt.outcome.in_(MAY_HAVE_ARRIVED))
    return exists().where(attempt.reminder_id == tables.reminders.c.id, arrived)


def _chosen() -> ColumnElement[bool]:
    event, row = tables.events.c, tables.reminders.c
    return exists().where(event.reminder_id == row.id, event.kind == Event.SNOOZED, event.due_after == row.due_at)


def _query() -> Select[Any]:
    row = tables.reminders.c
    plain = (row.id, row.organisation_id, row.clinic_id, row.patient_id, row.treatment_id, row.step_key, row.round)
    times = (row.due_at, row.useful_until, row.zone, row.attempts, row.sent_at)
    told = (_accepted().label("accepted"), _chosen().label("is_chosen"))
    columns = (*plain, row.message_key, row.state, row.reason, *times, *told)
    return select(*columns).order_by(row.id)


async def _rows(work: Work, query: Select[Any]) -> list[ReminderRow]:
    return [_row(dict(row._mapping)) for row in (await work.run(query)).all()]


def _row(row: dict[str, Any]) -> ReminderRow:
    row["due"] = row.pop("due_at")
    row["state"] = life.State(row["state"])
    row["reason"] = life.Reason(row["reason"]) if row["reason"] else None
    row |= {"accepted": bool(row["accepted"]), "is_chosen": bool(row["is_chosen"])}
    return ReminderRow(**row)
