"""The tests of the tests: the shipped code with one rule of the protocol taken out, and the law that must break.

A mutant is a switch outside the product: it rewrites a line of a function in a worker's memory. If the line is no
longer there as written here, switching it on fails, and so does the test.
"""

import dataclasses
import importlib
import inspect
import textwrap
from typing import Any

from reminderbot.store.work import Compiled
from tests.chaos import scenarios
from tests.chaos.truth import Law


@dataclasses.dataclass(frozen=True)
class Edit:
    """In the function `where` (module:name) the words `old` become `new`."""

    where: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A rule taken out, the story in which it is missed, and the law that breaks then."""

    name: str
    story: scenarios.Play
    breaks: Law
    edits: tuple[Edit, ...]


_CARRY = "reminderbot.delivery.courier:Courier.carry"
_STILL = "reminderbot.store.intents:_still"
_SEND = "answer = await self._telegram.send(way, compose.METHOD, dict(intent.params), to=intent.to)"
_UNHELD = Edit(
    "reminderbot.store.intents:_unchanged",
    """        _r.state == life.State.CLAIMED,
        _r.lease_owner == bindparam("owner", type_=String),
        _r.lease_until > _now(dialect),
""",
    "",
)
_FREE = "await _free(work, "

ALL = (
    Mutant(
        "marked as sent before it is sent",
        scenarios.killed_before_accepted,
        Law.LOST,
        (Edit(_CARRY, _SEND, f'await self.record(intent, meaning.accepted({{"message_id": 1}}))\n    {_SEND}'),),
    ),
    Mutant(
        "sent before the intent commits",
        scenarios.killed_once_accepted,
        Law.INTENT,
        (
            Edit(
                _CARRY,
                "intent = await self.intend(prepared)",
                "message = prepared.message\n"
                "    early = await self._telegram.send(transport.Way.REMINDER, compose.METHOD, dict(message.params), "
                "to=message.to)\n"
                "    intent = await self.intend(prepared)",
            ),
            Edit(_CARRY, _SEND, "answer = early"),
        ),
    ),
    Mutant(
        "several intents before the first is sent",
        scenarios.killed_once_accepted,
        Law.FLIGHT,
        (
            Edit(
                "reminderbot.delivery.dispatcher:Dispatcher._look",
                "self._queue.extend(await self._courier.prepare(claimed))",
                "prepared = await self._courier.prepare(claimed)\n"
                "    self._courier.intents = {id(each): await self._courier.intend(each) for each in prepared}\n"
                "    self._queue.extend(prepared)",
            ),
            Edit(_CARRY, "await self.intend(prepared)", "self.intents.pop(id(prepared))"),
        ),
    ),
    Mutant(
        "no lease on what is on its way",
        scenarios.killed_once_accepted,
        Law.FINAL,
        (Edit("reminderbot.store.intents:_change", "lease_until=_later(dialect)", "lease_until=None"),),
    ),
    Mutant(
        "claims of the dead are not freed",
        scenarios.killed_once_accepted,
        Law.FINAL,
        (
            Edit("reminderbot.store.reminders:free_lapsed", _FREE, "(lambda *_, **__: None)("),
            Edit("reminderbot.store.reminders:free_others", _FREE, "(lambda *_, **__: None)("),
        ),
    ),
    Mutant(
        "a lapsed attempt is not counted",
        scenarios.killed_once_accepted,
        Law.COPIES,
        (
            Edit(
                "reminderbot.delivery.claiming:take_back",
                "next = after.attempt(LOST, _tried(row, now))",
                "next = after.Next(after.life.State.PLANNED, row.resends, retry_in=PATIENCE)",
            ),
        ),
    ),
    Mutant(
        "what a lost message said besides is not said again",
        scenarios.killed_before_one_message_says_two,
        Law.LOST,
        (
            Edit(
                "reminderbot.delivery.claiming:take_back",
                "await sendings.part(work, row.id, now=now, again_in=PATIENCE)",
                "pass",
            ),
        ),
    ),
    Mutant(
        "no fence around the record",
        scenarios.frozen_past_its_lease,
        Law.COPIES,
        (
            Edit(
                "reminderbot.store.intents:_record",
                """            _r.state == life.State.SENDING,
            _r.attempts == bindparam("attempt", type_=Integer),
""",
                "",
            ),
        ),
    ),
    Mutant(
        "consent is not read again",
        scenarios.changed_after_the_claim,
        Law.CONSENT,
        (_UNHELD, Edit(_STILL, "if name not in FIXED", 'if name not in FIXED | {"consented_at"}')),
    ),
    Mutant(
        "a stop is not read again",
        scenarios.changed_after_the_claim,
        Law.STOP,
        (_UNHELD, Edit(_STILL, "if name not in FIXED", 'if name not in FIXED | {"stopped_at"}')),
    ),
    Mutant(
        "a cancellation is not read again",
        scenarios.changed_after_the_claim,
        Law.CANCELLED,
        (
            _UNHELD,
            Edit(_STILL, "if name not in FIXED", 'if name not in FIXED | {"treatment_state", "treatment_version"}'),
        ),
    ),
    Mutant(
        "quiet hours are not read at the intent",
        scenarios.night_falls,
        Law.QUIET,
        (Edit("reminderbot.delivery.holds:decide", "if quiet_end is None:", "if True:"),),
    ),
    Mutant(
        "its use is not read at the intent",
        scenarios.too_late,
        Law.USEFUL,
        (Edit("reminderbot.delivery.holds:decide", "if ready.useful_until <= now:", "if False:"),),
    ),
    Mutant(
        "no answer counts as not sent",
        scenarios.trouble_on_the_wire,
        Law.COPIES,
        (
            Edit(
                "reminderbot.gateway.meaning:_of_the_network",
                "return Answer(Outcome.UNKNOWN,",
                "return Answer(Outcome.NOT_SENT,",
            ),
        ),
    ),
    Mutant(
        "no answer counts as sent",
        scenarios.trouble_on_the_wire,
        Law.LOST,
        (Edit("reminderbot.gateway.after:unknown", "Next(life.State.UNCONFIRMED,", "Next(life.State.SENT,"),),
    ),
    Mutant(
        "the class of the exception decides: a time-out was not sent",
        scenarios.trouble_on_the_wire,
        Law.COPIES,
        (
            Edit(
                "reminderbot.gateway.meaning:_of_the_network",
                "if isinstance(raised.__cause__, NEVER_LEFT):",
                "if isinstance(raised, error.TimedOut):",
            ),
        ),
    ),
    Mutant(
        "the class of the exception decides: a refusal is the network's",
        scenarios.trouble_on_the_wire,
        Law.FINAL,
        (
            Edit(
                "reminderbot.gateway.meaning:of",
                "return Answer(Outcome.REJECTED, detail=detail)",
                "return Answer(Outcome.NOT_SENT, detail=detail)",
            ),
        ),
    ),
    Mutant(
        "the budget of resends is not asked",
        scenarios.trouble_on_the_wire,
        Law.COPIES,
        (Edit("reminderbot.gateway.after:unknown", "tried.resends < tried.budget", "True"),),
    ),
    Mutant(
        "the seat is not asked",
        scenarios.two_want_to_send,
        Law.SENDER,
        (Edit("reminderbot.gateway.seat:Seat.held", "return _now() < self._until", "return True"),),
    ),
)


def one_a_law() -> list[Mutant]:
    """Return for each law the first of the mutants that break it."""
    return list({each.breaks: each for each in reversed(ALL)}.values())


def named(name: str) -> Mutant:
    """Return a mutant."""
    return next(each for each in ALL if each.name == name)


def switch_on(name: str) -> None:
    """Rewrite the code of this process as the mutant wants it; AssertionError if its lines are not there."""
    by_function: dict[str, list[Edit]] = {}
    for edit in named(name).edits:
        by_function.setdefault(edit.where, []).append(edit)
    for where, edits in by_function.items():
        _rewrite(where, edits)


def _rewrite(where: str, edits: list[Edit]) -> None:
    module_name, _, path = where.partition(":")
    module = importlib.import_module(module_name)
    holder, _, function = path.rpartition(".")
    owner: Any = getattr(module, holder) if holder else module
    found = inspect.getattr_static(owner, function)
    source = textwrap.dedent(inspect.getsource(found.fget if isinstance(found, property) else found))
    for edit in edits:
        assert source.count(edit.old) == 1, f"{where} does not read {edit.old!r} once"
        source = source.replace(edit.old, edit.new)
    made: dict[str, Any] = {}
    exec(compile(source, f"<{where}>", "exec"), module.__dict__, made)  # noqa: S102 - our own code, one line changed
    setattr(owner, function, made[function])
    for statement in (each for each in vars(module).values() if isinstance(each, Compiled) and each._make is found):
        statement._make = made[function]  # a statement that is compiled once holds the function that makes it
