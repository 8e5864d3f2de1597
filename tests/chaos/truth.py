"""What was promised, checked from outside: the stand-in's log says what arrived, the database what we say of it."""

import collections
import dataclasses
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from reminderbot.delivery import claiming
from reminderbot.gateway import transport
from reminderbot.planning import hours, life
from reminderbot.store import tables, vault
from tests.chaos import looking, rig, rows

_r, _a, _p, _t, _b, _c = (
    tables.reminders.c,
    tables.attempts.c,
    tables.patients.c,
    tables.treatments.c,
    tables.bindings.c,
    tables.chats.c,
)

MAY_HAVE_ARRIVED = frozenset({"accepted", "unknown"})
NAMED = {
    life.State.SENT: "accepted",
    life.State.UNCONFIRMED: "unknown",
    life.State.REJECTED: "rejected",
    life.State.BLOCKED: "blocked",
}
"""Final states that rest on an outcome: the ledger must hold one of it."""


class Law(StrEnum):
    """What may never be broken; a failure prints its name."""

    LOST = "lost silently"  # neither arrived nor in a state that says why
    COPIES = "copies at most"  # one, and one more for each resend that the budget allows
    LEDGER = "attempts within the budget"  # those that ended accepted or unknown
    INTENT = "no message without an intent"  # each that arrived has its line in the ledger, which may have arrived
    STATE = "the state says what happened"  # SENT was accepted, UNCONFIRMED had no answer, every line has its end
    STOP = "no intent after a stop"
    CANCELLED = "no intent after a cancellation"
    CONSENT = "no intent without consent"
    QUIET = "no intent in quiet hours"
    USEFUL = "no intent when it is too late"
    FINAL = "rows not final"
    SENDER = "one sender at a time"
    FLIGHT = "a death costs what was in flight"  # and nothing that was only claimed


DECIDED = timedelta(seconds=0.3)
"""How long before the database writes an intent the product's clock may have been read for it, on a busy machine."""


@dataclasses.dataclass
class Report:
    """The figures of a run, and the laws that were broken, each with the reminders that show it."""

    reminders: int
    copies: dict[int, int]  # of a budget: the most copies of one reminder
    twice: int
    unconfirmed: int
    states: dict[str, int]
    broken: collections.defaultdict[Law, list[str]] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(list)
    )

    def count(self, law: Law) -> int:
        """Return how often a law was broken."""
        return len(self.broken.get(law, ()))

    def __str__(self) -> str:
        if not self.broken:
            return "every law was kept"
        return "; ".join(f"{law}: {len(cases)} ({', '.join(cases[:3])})" for law, cases in self.broken.items())


@dataclasses.dataclass(frozen=True)
class _Told:
    """A reminder as the database tells of it, and how many copies arrived."""

    row: Any
    attempts: list[Any]
    copies: int
    others: list[Any]  # attempts at the patient's other reminders: one message may say several
    bearer: str | None  # the state of the reminder that says this one too

    @property
    def charged(self) -> int:
        return _charged(self.attempts)


class _Arrived:
    """The texts that arrived, chat by chat."""

    def __init__(self, journal: rig.Journal, masters: vault.Masters) -> None:
        journal.read()
        self._masters = masters
        self._texts = {
            chat: [line["text"] for line in lines if line["event"] == "accepted"]
            for chat, lines in journal.chats.items()
        }

    def copies(self, row: Any, *, alone: bool) -> int:
        """Return how often a reminder arrived: every message of its chat if it is `alone`, else those that say it."""
        texts = self._texts.get(rows.chat(row.id), [])
        return len(texts) if alone else sum(self._body(row) in text for text in texts)

    def _body(self, row: Any) -> str:
        """Return the text that a reminder was last to be sent with."""
        if row.body is None:
            return "\0"  # nothing says it
        key = self._masters.unwrap(id=row.key_id, master=row.master, wrapped=row.wrapped)
        return key.open(row.body, table="reminders", row=row.id, column="body")


def check(database: looking.Database, house: rig.Rig, *, steady: bool = False, deaths: bool = False) -> Report:
    """Hold a drained run against every law.

    `steady`: no sender was to be replaced by another; `deaths`: a sender was to lose nothing but by its death.
    """
    arrived = _Arrived(house.journal, vault.Masters.read(house.key))
    ledger: collections.defaultdict[str, list[Any]] = collections.defaultdict(list)
    for line in database.all(_lines()):
        ledger[line.reminder_id].append(line)
    patients: collections.defaultdict[str, list[Any]] = collections.defaultdict(list)
    for row in database.all(_rows()):
        patients[row.patient_id].append(row)
    told = [_told(row, patient, ledger, arrived) for patient in patients.values() for row in patient]
    report = Report(
        reminders=len(told),
        copies={
            budget: max((each.copies for each in told if each.row.budget == budget), default=0) for budget in (0, 1)
        },
        twice=sum(each.copies > 1 for each in told),
        unconfirmed=sum(each.row.state == life.State.UNCONFIRMED for each in told),
        states=database.states(),
    )
    for each in told:
        for law in _broken(each):
            report.broken[law].append(f"reminder {each.row.id.lstrip('0')}")
    lapses = collections.Counter(line.owner for line in database.all(_lines()) if line.detail == claiming.LOST.detail)
    if deaths and max(lapses.values(), default=0) > transport.IN_FLIGHT:
        report.broken[Law.FLIGHT].append(f"{max(lapses.values())} of one sender")
    if steady and _returns([line.owner for line in database.all(_lines())]):
        report.broken[Law.SENDER].append("two owners in turn")
    return report


def _told(row: Any, patient: list[Any], ledger: dict[str, list[Any]], arrived: _Arrived) -> _Told:
    others = [other for other in patient if other.id != row.id]
    lines = [line for other in others for line in ledger[other.id]]
    bearer = next((other.state for other in others if other.id == row.merged_into), None)
    return _Told(row, ledger[row.id], arrived.copies(row, alone=not others), lines, bearer)


def _charged(attempts: list[Any]) -> int:
    return sum(each.outcome in MAY_HAVE_ARRIVED for each in attempts)


def _rows() -> Any:
    bound = (_b.patient_id == _r.patient_id) & _b.ended_at.is_(None)
    withdrawn = select(func.max(tables.consents.c.withdrawn_at)).where(tables.consents.c.chat_id == _c.id)
    key = tables.data_keys.c
    sealed = (_r.patient_id, _r.merged_into, _r.body, _p.key_id, key.master, key.wrapped)
    own = (_r.id, _r.state, _r.reason, _r.budget, _r.useful_until, _p.stopped_at, _p.quiet_from, _p.quiet_to, _p.zone)
    return (
        select(
            *own,
            *sealed,
            _t.ended_at.label("cancelled_at"),
            _c.consented_at,
            withdrawn.scalar_subquery().label("withdrawn_at"),
        )
        .join_from(tables.reminders, tables.patients, _p.id == _r.patient_id)
        .join(tables.data_keys, key.id == _p.key_id)
        .join(tables.treatments, _t.id == _r.treatment_id)
        .join(tables.bindings, bound)
        .join(tables.chats, _c.id == _b.chat_id)
    )


def _lines() -> Any:
    return (
        select(_a.reminder_id, _a.number, _a.owner, _a.outcome, _a.detail, _a.began_at)
        .where(_a.reminder_id.is_not(None))
        .order_by(_a.id)
    )


def _broken(each: _Told) -> list[Law]:
    row, began = each.row, [line.began_at for line in each.attempts]
    quiet = hours.Quiet(row.quiet_from, row.quiet_to)
    found = {
        Law.LOST: not each.copies and not _says_why(each),
        Law.COPIES: each.copies > 1 + row.budget,
        Law.LEDGER: each.charged > 1 + row.budget,
        Law.INTENT: each.copies > each.charged + _charged(each.others),
        Law.STATE: not _is_true(each),
        Law.STOP: row.stopped_at is not None and any(at > row.stopped_at for at in began),
        Law.CANCELLED: row.cancelled_at is not None and any(at > row.cancelled_at for at in began),
        Law.CONSENT: row.consented_at is None and any(at > row.withdrawn_at for at in began),
        Law.QUIET: any(_is_quiet(quiet, at, row.zone) and _is_quiet(quiet, at - DECIDED, row.zone) for at in began),
        Law.USEFUL: any(at - DECIDED > row.useful_until for at in began),
        Law.FINAL: row.state in looking.NOT_FINAL,
    }
    return [law for law, is_broken in found.items() if is_broken]


def _is_quiet(quiet: hours.Quiet, at: datetime, zone: str) -> bool:
    return quiet.covers(hours.to_local(at, zone).time())


def _says_why(each: _Told) -> bool:
    """Tell whether a reminder that did not arrive stands in a state that says so, for a cause that was there."""
    row = each.row
    match row.state:
        case life.State.CANCELLED:
            return row.stopped_at is not None or row.cancelled_at is not None
        case life.State.UNCONFIRMED | life.State.REJECTED | life.State.BLOCKED:
            return True  # that their outcome is in the ledger is another law's
        case life.State.EXPIRED:
            return row.reason is not None
        case life.State.MERGED:
            return each.bearer == life.State.UNCONFIRMED
        case _:
            return row.state in looking.NOT_FINAL  # another law's


def _is_true(each: _Told) -> bool:
    """Tell whether a final state rests on what happened, and no attempt is left without an end."""
    if each.row.state in looking.NOT_FINAL:
        return True
    outcomes = [line.outcome for line in each.attempts]
    if each.row.state == life.State.SENT and not each.copies:
        return False
    rests_on = NAMED.get(each.row.state)
    return None not in outcomes and (rests_on is None or rests_on in outcomes)


def _returns(owners: list[str]) -> bool:
    """Tell whether an owner came back after another had sent."""
    runs = [owner for owner, before in zip(owners, ["", *owners], strict=False) if owner != before]
    return len(runs) != len(set(runs))
