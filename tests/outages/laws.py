"""What was promised about an outage, read off the stand-in's record and the database once all has come to its end."""

import bisect
import collections
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from reminderbot.gateway import pace
from reminderbot.planning import hours, life
from reminderbot.store import tables
from reminderbot.store.work import Store
from tests.outages import dark, people

FAIR_CHANCE = 10  # minutes; 10,000 patients are drained in less than seven
BY_WAY = timedelta(seconds=dark.WAY)  # what was decided in time may arrive so much later
NAMES_ITSELF = frozenset({life.State.SENT, life.State.MERGED})
SAID = frozenset({life.State.SENT, life.State.MERGED, life.State.UNCONFIRMED})
LEAST_SHARE = 0.97
FEW = 40  # attempts until the breaker opens: it wants failures of three chats, and one that is alone tries each minute
A_PAUSE = 3  # attempts between two pauses that Telegram asks for: those that have begun when the first is answered
MINUTE = timedelta(minutes=1)

_r, _p, _a, _o = tables.reminders.c, tables.patients.c, tables.attempts.c, tables.outbox.c


class Law(StrEnum):
    """What may never be broken; a failure prints its name and whom it hit."""

    FINAL = "due and not final"
    REASON = "ended without a reason"
    STATE = "sent, and not accepted; or accepted, and not known"
    NEEDLESS = "expired, though there was time for it"
    OVERTAKEN = "overtaken by nothing that was said"
    QUIET = "accepted in quiet hours"
    USELESS = "accepted too late"
    BURST = "more than one message for what was overdue"
    BUDGET = "more attempts than the budget allows"
    REPLY = "a reply without an end"
    ATTEMPTS = "too many attempts while nothing got through"
    PEAK = "more than the limit in a second"
    SHARE = "slower than the pace while there was a backlog"


@dataclasses.dataclass
class Report:
    """The figures of a run, and the laws that were broken, each with the rows that show it."""

    due: int
    accepted: int
    states: dict[str, int]
    most: int  # messages to one patient about what was overdue at the outage's end
    peak: int  # calls in a sliding second
    share: float  # of the set rate, while there was a backlog
    attempts: int  # while the outage lasted
    probes: int
    broken: dict[Law, list[str]]

    def count(self, law: Law) -> int:
        """Return how many rows show that a law was broken."""
        return len(self.broken.get(law, []))


async def check(store: Store, telegram: dark.Telegram, outage: people.Outage, epoch: datetime) -> Report:
    """Hold what happened against the laws; `epoch` is the instant of the loop's second 0."""
    async with store.reading() as work:
        columns = (*tables.reminders.c, _p.zone.label("patient_zone"), _p.quiet_from, _p.quiet_to)
        query = select(*columns).join(tables.patients, _p.id == _r.patient_id)
        rows = (await work.run(query)).all()
        tries = (await work.run(select(_a.reminder_id, _a.outcome).where(_a.reminder_id.is_not(None)))).all()
        replies = (await work.run(select(_o.id, _o.state, _o.reason, _o.message_id))).all()
    return _Story(rows, tries, replies, telegram, outage, epoch).report()


class _Story:
    """All that is known of a run."""

    def __init__(
        self,
        rows: Sequence[Any],
        tries: Sequence[Any],
        replies: Sequence[Any],
        telegram: dark.Telegram,
        outage: people.Outage,
        epoch: datetime,
    ) -> None:
        self.rows, self.tries, self.replies = rows, tries, replies
        self.telegram, self.outage, self.epoch = telegram, outage, epoch
        self.by_id = {row.id: row for row in rows}
        self.messages = {each.message_id: each for each in telegram.accepted}
        self.of_message = {row.message_id: row for row in rows if row.message_id is not None}
        self.ended = (outage.end - epoch).total_seconds()

    def report(self) -> Report:
        """Return the figures, and what broke a law."""
        said = self._messages_a_patient()
        peak, share = peak_of(self.telegram.sends), self._share()
        broken = {
            Law.FINAL: [row.id for row in self.rows if row.state not in life.FINAL | {life.State.EXPIRED}],
            Law.REASON: [row.id for row in self.rows if row.reason is None and row.state not in NAMES_ITSELF],
            Law.STATE: list(self._unknown()),
            Law.NEEDLESS: [row.id for row in self.rows if self._is_needless(row)],
            Law.OVERTAKEN: [row.id for row in self.rows if self._is_overtaken_by_nothing(row)],
            Law.QUIET: [row.id for row in self._said() if is_quiet(row, self._at(row) - BY_WAY)],
            Law.USELESS: [row.id for row in self._said() if self._at(row) - BY_WAY >= row.useful_until],
            Law.BURST: [patient for patient, number in said.items() if number > 1],
            Law.BUDGET: list(self._over_budget()),
            Law.REPLY: [str(row.id) for row in self.replies if row.state not in (*life.FINAL, life.State.EXPIRED)],
            Law.ATTEMPTS: [str(self._during())] if self._during() > self._most_attempts() else [],
            Law.PEAK: [str(peak)] if peak > pace.Limits().total else [],
            Law.SHARE: [f"{share:.3f}"] if share < LEAST_SHARE else [],
        }
        return Report(
            due=len(self.rows),
            accepted=len(self.of_message),
            states=collections.Counter(row.state for row in self.rows),
            most=max(said.values(), default=0),
            peak=peak,
            share=share,
            attempts=self._during(),
            probes=self.telegram.probes,
            broken={law: found for law, found in broken.items() if found},
        )

    def _said(self) -> Iterator[Any]:
        """Yield the reminders that a message has said, by themselves or with others."""
        return (row for row in self.rows if self._message(row) is not None)

    def _message(self, row: Any) -> dark.Accepted | None:
        bearer = self.by_id[row.merged_into] if row.state == life.State.MERGED else row
        return self.messages.get(bearer.message_id)

    def _at(self, row: Any) -> datetime:
        message = self._message(row)
        assert message is not None
        return self.epoch + timedelta(seconds=message.at)

    def _unknown(self) -> Iterator[str]:
        """Yield reminders that are called sent and went to nobody, and messages that nothing tells of."""
        for row in self.rows:
            if row.state in (life.State.SENT, life.State.MERGED):
                message = self._message(row)
                if message is None or message.chat != people.chat(row.patient_id):
                    yield row.id
        told = self.of_message.keys() | {row.message_id for row in self.replies}
        yield from (f"message {id}" for id in self.messages.keys() - told)

    def _is_needless(self, row: Any) -> bool:
        """Tell whether it expired though it could have been said for minutes, outside the quiet hours."""
        if row.state != life.State.EXPIRED or row.reason == life.Reason.OVERTAKEN:
            return False
        first = max(row.due_at, self.outage.end)
        minutes = int(min(row.useful_until - first, timedelta(days=1)) / MINUTE)
        chances = (not is_quiet(row, first + minute * MINUTE) for minute in range(minutes))
        return any(number >= FAIR_CHANCE for number in _runs(chances))

    def _is_overtaken_by_nothing(self, row: Any) -> bool:
        if row.reason != life.Reason.OVERTAKEN:
            return False
        later = (each for each in self.rows if each.treatment_id == row.treatment_id and each.due_at >= row.due_at)
        return not any(each.state in SAID for each in later)

    def _messages_a_patient(self) -> collections.Counter[str]:
        """Count the messages after the outage that say something of what was overdue when it ended.

        A second copy of what may have arrived in the outage's first seconds goes by itself, and is not counted.
        """
        late = [row for row in self._said() if row.due_at <= self.outage.end and self._at(row) > self.outage.end]
        messages = {(row.patient_id, self._message(row)) for row in late if not row.resends}
        return collections.Counter(patient for patient, _ in messages)

    def _over_budget(self) -> Iterator[str]:
        copies = collections.Counter(row.reminder_id for row in self.tries if row.outcome in ("accepted", "unknown"))
        return (row.id for row in self.rows if copies[row.id] > 1 + row.budget)

    def _share(self) -> float:
        """Return the share of the set rate at which as many went as could go during the whole drain.

        These are the patients who have something overdue that stays useful for an hour, and no quiet hours in it.
        Replies go before reminders: what counts begins behind the last of them.
        """
        hour = self.outage.end + timedelta(hours=1)
        ready = {row.patient_id for row in self.rows if row.due_at <= self.outage.end and self._waits(row, hour)}
        awake = {row.patient_id for row in self.rows if not any(is_quiet(row, at) for at in (self.outage.end, hour))}
        after = [each for each in self.telegram.accepted if each.at > self.ended]
        begins = max((each.at for each in after if each.message_id not in self.of_message), default=self.ended)
        times = [each.at for each in after if each.message_id in self.of_message]
        drain = times[bisect.bisect_right(times, begins) + 1 : len(ready & awake)]  # behind the trial
        if len(drain) < 2:
            return 0.0
        return (len(drain) - 1) / (drain[-1] - drain[0]) / pace.Limits().reminders

    def _waits(self, row: Any, until: datetime) -> bool:
        """Tell whether it waited for Telegram when the outage ended, and could have gone until an instant."""
        message = self._message(row)
        return row.useful_until > until and (message is None or message.at > self.ended)

    def _during(self) -> int:
        start = (self.outage.start - self.epoch).total_seconds()
        return sum(start <= at < self.ended for at in self.telegram.sends)

    def _most_attempts(self) -> int:
        if self.telegram.kind is not dark.Kind.WAIT:
            return FEW
        return A_PAUSE * (1 + int((self.outage.end - self.outage.start).total_seconds() / dark.RETRY_AFTER))


def is_quiet(row: Any, at: datetime) -> bool:
    """Tell whether an instant lies in the quiet hours of a reminder's patient."""
    local = at.astimezone(ZoneInfo(row.patient_zone)).time()
    return hours.Quiet(row.quiet_from, row.quiet_to).covers(local)


def peak_of(times: Iterable[float]) -> int:
    """Return the most that came within any second."""
    ordered, second = sorted(times), 1 - 1e-6  # what is spaced by a 28th must not count as less by rounding
    return max((place - bisect.bisect_right(ordered, at - second) + 1 for place, at in enumerate(ordered)), default=0)


def _runs(found: Iterable[bool]) -> Iterator[int]:
    """Yield the length of what is true in a row, as it grows."""
    length = 0
    for each in found:
        length = length + 1 if each else 0
        yield length
