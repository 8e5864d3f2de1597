"""One reminder on its way: what is read again for the intent, the intent itself, and the record behind its fence."""

import dataclasses
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select, update

from reminderbot.planning import hours, life
from reminderbot.store import attempts as ledger
from reminderbot.store import leases, tables
from reminderbot.store.work import Work

_r, _t, _p, _b, _c = (
    tables.reminders.c,
    tables.treatments.c,
    tables.patients.c,
    tables.bindings.c,
    tables.chats.c,
)


@dataclasses.dataclass(frozen=True)
class Ready:
    """A claimed reminder with all that decides whether it may go now, read in the transaction of the intent."""

    id: str
    organisation_id: str
    clinic_id: str
    treatment_id: str
    patient_id: str
    chat_id: str
    step_key: str
    message_key: str
    plan_version_id: str
    due_at: datetime
    useful_until: datetime
    budget: int
    resends: int
    attempts: int
    silent: bool
    language: str
    zone: str
    quiet_from: time
    quiet_to: time
    treatment_state: str
    consented_at: datetime | None
    blocked_at: datetime | None
    stopped_at: datetime | None
    paused_until: datetime | None
    bot_paused: bool
    patient_key: str | None
    chat_key: str | None
    telegram_id: bytes | None

    @property
    def quiet(self) -> hours.Quiet:
        """The patient's quiet hours."""
        return hours.Quiet(self.quiet_from, self.quiet_to)

    @property
    def subject(self) -> ledger.Subject:
        """The reminder as the ledger names it."""
        return ledger.Subject(self.organisation_id, reminder_id=self.id)


@dataclasses.dataclass(frozen=True)
class Wording:
    """What is said in a reminder: the version of its text, the language, and the body as it is sent."""

    text_id: str | None
    language: str
    body: str


@dataclasses.dataclass(frozen=True)
class Result:
    """What becomes of a reminder after an attempt; `retry_in` is of the machine's time."""

    state: life.State
    reason: life.Reason | None
    resends: int
    retry_in: timedelta | None
    block_chat: bool
    outcome: str
    detail: str
    message_id: int | None


async def ready(work: Work, id: str, *, owner: str) -> Ready | None:
    """Read a claimed reminder and its holds; None if it is no longer ours or no chat is bound.

    On PostgreSQL patient, chat, binding and treatment are locked against change until this transaction ends: a stop
    or a cancellation commits either before we read or after the intent, never between the two.
    """
    bound = and_(_b.patient_id == _r.patient_id, _b.ended_at.is_(None))
    paused = tables.bots.c.paused_until > leases.now(work)
    mine = (_r.id == id, *_held(work, owner))
    query = (
        select(
            *(_r[each] for each in _OWN),
            _t.plan_version_id,
            *(_p[each] for each in ("language", "zone", "quiet_from", "quiet_to", "stopped_at", "paused_until")),
            *(_c[each] for each in ("consented_at", "blocked_at", "telegram_id")),
            _c.id.label("chat_id"),
            _c.key_id.label("chat_key"),
            _p.key_id.label("patient_key"),
            _t.state.label("treatment_state"),
            (tables.bots.c.paused_until.is_not(None) & paused).label("bot_paused"),
        )
        .join_from(tables.reminders, tables.treatments, _t.id == _r.treatment_id)
        .join(tables.patients, _p.id == _r.patient_id)
        .join(tables.bindings, bound)
        .join(tables.chats, _c.id == _b.chat_id)
        .join(tables.bots, tables.bots.c.id == _c.bot_id)
        .where(*mine)
        .with_for_update(read=True, of=list(_LOCKED))
    )
    row = (await work.run(query)).mappings().first()
    return Ready(**row) if row else None


async def address(work: Work, ready: Ready) -> int | None:
    """Return the Telegram id of the chat; None once it is erased."""
    key = await work.key(ready.chat_key)
    if key is None or ready.telegram_id is None:
        return None
    return int(key.open(ready.telegram_id, table="chats", row=ready.chat_id, column="telegram_id"))


async def intend(work: Work, ready: Ready, wording: Wording, *, owner: str, lease: timedelta) -> int | None:
    """Write that the reminder is about to be sent; return the attempt's number, or None if it is no longer ours."""
    key = await work.key(ready.patient_key)
    body = key.seal(wording.body, table="reminders", row=ready.id, column="body") if key else None
    number = ready.attempts + 1
    done = await work.run(
        update(tables.reminders)
        .where(_r.id == ready.id, *_held(work, owner))
        .values(
            state=life.State.SENDING,
            attempts=number,
            lease_until=leases.after(work, lease),
            retry_at=None,
            faults=0,
            text_id=wording.text_id,
            language=wording.language,
            body=body,
        )
    )
    if done.rowcount == 0:
        return None
    await ledger.begin(work, ready.subject, number=number, owner=owner)
    return number


async def record(
    work: Work, subject: ledger.Subject, *, number: int, result: Result, now: datetime, chat_id: str | None = None
) -> bool:
    """Write what became of attempt `number`; False if the reminder has moved on, and then only the ledger is told.

    `chat_id` is where it was sent, None when a lapsed lease is all we know. `now` is the product's.
    """
    if result.block_chat and chat_id is not None:
        await block(work, chat_id, now)  # the chat before the reminder, as an erasure locks them
    sent = result.state is life.State.SENT
    values: dict[str, Any] = {"message_id": result.message_id, "sent_to": chat_id, "sent_at": now} if sent else {}
    done = await work.run(
        update(tables.reminders)
        .where(_r.id == subject.reminder_id, _r.state == life.State.SENDING, _r.attempts == number)
        .values(
            state=result.state,
            reason=result.reason,
            resends=result.resends,
            retry_at=leases.after(work, result.retry_in) if result.retry_in is not None else None,
            lease_owner=None,
            lease_until=None,
            **values,
        )
    )
    await ledger.end(
        work,
        subject,
        number=number,
        outcome=result.outcome,
        detail=result.detail,
        message_id=result.message_id,
    )
    return done.rowcount == 1


async def block(work: Work, chat_id: str, now: datetime) -> None:
    """Note that a person has blocked the bot: what is planned for the chat is held until they are back."""
    await work.run(update(tables.chats).where(_c.id == chat_id, _c.blocked_at.is_(None)).values(blocked_at=now))


async def hold(work: Work, ready: Ready, *, owner: str, until: datetime, now: datetime) -> None:
    """Move a claimed reminder to the end of the quiet hours; both instants are the product's."""
    if await _leave(work, ready.id, owner, state=life.State.PLANNED, due_at=until):
        await _note(work, ready, now, "held", life.Reason.QUIET_HOURS, due_before=ready.due_at, due_after=until)


async def end(work: Work, ready: Ready, *, owner: str, state: life.State, reason: life.Reason, now: datetime) -> None:
    """End a claimed reminder that may not go any more."""
    if await _leave(work, ready.id, owner, state=state, reason=reason):
        await _note(work, ready, now, state, reason)


async def let_go(work: Work, id: str, *, owner: str) -> None:
    """Give a claimed reminder back: something holds it."""
    await _leave(work, id, owner, state=life.State.PLANNED)


async def fault(
    work: Work, subject: ledger.Subject, *, owner: str, tries: int, retry_in: timedelta, now: datetime
) -> bool:
    """Count a failure to render or to load; True if this was the last of `tries` and the reminder is parked."""
    id = subject.reminder_id or ""
    mine = and_(_r.id == id, _r.state == life.State.CLAIMED, _r.lease_owner == owner)
    counted = update(tables.reminders).where(mine).values(faults=_r.faults + 1).returning(_r.faults)
    faults = (await work.run(counted)).scalar_one_or_none()
    if faults is None:
        return False
    if faults < tries:
        await _leave(work, id, owner, state=life.State.PLANNED, retry_at=leases.after(work, retry_in))
        return False
    await _leave(work, id, owner, state=life.State.PARKED, reason=life.Reason.BROKEN)
    await _note(work, subject, now, life.State.PARKED, life.Reason.BROKEN)
    return True


async def _leave(work: Work, id: str, owner: str, **values: Any) -> bool:
    mine = (_r.id == id, _r.state == life.State.CLAIMED, _r.lease_owner == owner)
    left = update(tables.reminders).where(*mine).values(lease_owner=None, lease_until=None, **values)
    return (await work.run(left)).rowcount == 1


async def _note(
    work: Work, about: Ready | ledger.Subject, now: datetime, kind: str, reason: life.Reason, **due: datetime
) -> None:
    subject = about.subject if isinstance(about, Ready) else about
    await work.run(
        insert(tables.events).values(
            reminder_id=subject.reminder_id,
            organisation_id=subject.organisation_id,
            at=now,
            kind=kind,
            reason=reason,
            **due,
        )
    )


def _held(work: Work, owner: str) -> tuple[ColumnElement[bool], ...]:
    return (_r.state == life.State.CLAIMED, _r.lease_owner == owner, _r.lease_until > leases.now(work))


_LOCKED = (tables.chats, tables.bindings, tables.patients, tables.treatments)
"""In the order in which services lock them, the chat first, so that a stop and an intent cannot lock each other."""

_OWN = (
    "id",
    "organisation_id",
    "clinic_id",
    "treatment_id",
    "patient_id",
    "step_key",
    "message_key",
    "due_at",
    "useful_until",
    "budget",
    "resends",
    "attempts",
    "silent",
)
