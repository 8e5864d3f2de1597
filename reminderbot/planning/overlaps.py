"""What sessions of one series leave to each other: which messages of an older one a newer one takes over.

A series is the sessions of one patient that follow one plan. Sessions by other plans speak of something else, so they
leave each other alone; what they say at the same time is one message anyway (`overdue`). The rule is decision 18.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime

from reminderbot.planning import hours, life

RETIRED = frozenset({life.Reason.NEWER_SESSION, life.Reason.ONE_MESSAGE})
"""Why a row stands back for another session's; no other state but SUPERSEDED carries them."""

_DECLINED = frozenset({life.Reason.LEFT_OUT, life.Reason.TODAY_ONLY})
"""Why a patient does not hear what they were told would come: whoever leaves a step out wants no older one instead."""

_SPEAKS = life.OPEN | {life.State.SENDING, life.State.SENT, life.State.MERGED, life.State.UNCONFIRMED}


@dataclasses.dataclass(frozen=True)
class Said:
    """A reminder as its row stands, and what its step is: care or a read, for before the session or after it.

    `accepted` when one attempt was, or may have been, accepted by Telegram.
    """

    id: str
    step_key: str
    round: int
    due: datetime
    useful_until: datetime
    state: life.State
    reason: life.Reason | None
    accepted: bool
    is_care: bool
    is_before: bool

    @property
    def is_retired(self) -> bool:
        """Tell whether it stands back for another session's."""
        return self.state is life.State.SUPERSEDED and self.reason in RETIRED


@dataclasses.dataclass(frozen=True)
class Session:
    """A booked treatment that starts at an instant, the plan it follows, and its reminders."""

    id: str
    plan_key: str
    start: datetime
    rows: tuple[Said, ...]


@dataclasses.dataclass(frozen=True)
class Ruling:
    """What becomes of a row: it is retired for `reason`, or comes back (None). `by` is the row that says it instead."""

    id: str
    reason: life.Reason | None
    by: str | None = None


def decide(sessions: Sequence[Session], *, zone: str, now: datetime) -> list[Ruling]:
    """Return what changes among the booked sessions of a patient in `zone`; doing so and asking again changes nothing.

    A row that was sent, or may have been, stays. One that comes back is useful still.
    """
    ordered = sorted(sessions, key=lambda each: (each.start, each.id))
    keys = sorted({each.plan_key for each in ordered})
    series = (_Series([each for each in ordered if each.plan_key == key], zone) for key in keys)
    return [ruling for each in series for ruling in each.rulings(now)]


class _Series:
    """The sessions that follow one plan, the oldest first."""

    def __init__(self, sessions: Sequence[Session], zone: str) -> None:
        self._sessions = sessions
        self._zone = zone
        self._retired: dict[str, Ruling] = {}

    def rulings(self, now: datetime) -> list[Ruling]:
        for place in reversed(range(len(self._sessions))):  # the newest first: what it says is known then
            for row in filter(_may_change, self._sessions[place].rows):
                if (ruling := self._taken_over(row, self._sessions[place + 1 :], now)) is not None:
                    self._retired[row.id] = ruling
        for place, session in enumerate(self._sessions):
            for row in filter(_may_change, session.rows):
                if row.id not in self._retired and (twin := self._said_that_day(row, place, now)) is not None:
                    self._retired[row.id] = Ruling(row.id, life.Reason.ONE_MESSAGE, twin.id)
        rows = [row for session in self._sessions for row in session.rows if _may_change(row)]
        return [ruling for row in rows if (ruling := self._changed(row, now)) is not None]

    def _changed(self, row: Said, now: datetime) -> Ruling | None:
        ruling = self._retired.get(row.id)
        if ruling is not None:
            return None if row.is_retired and row.reason is ruling.reason else ruling
        return Ruling(row.id, None) if row.is_retired and row.useful_until > now else None

    def _taken_over(self, row: Said, newer: Sequence[Session], now: datetime) -> Ruling | None:
        """From its start on, a newer session says its own steps, and its care days have its own care only."""
        begun = [each for each in newer if each.start <= row.due]
        for session in begun:
            twin = _same_step(row, session)
            if twin is not None and (twin.id in self._retired or _will_speak(twin, now)):
                bearer = self._bearer(twin)
                return Ruling(row.id, self._why(row, bearer), bearer.id)
        if row.is_care and any(_in_care_days(row, session, now) for session in begun):
            return Ruling(row.id, life.Reason.NEWER_SESSION)
        return None

    def _bearer(self, row: Said) -> Said:
        """Return who says it in the end: what a newer session takes over, a still newer one may take over from it."""
        rows = {each.id: each for session in self._sessions for each in session.rows}
        while (ruling := self._retired.get(row.id)) is not None and ruling.by is not None:
            row = rows[ruling.by]
        return row

    def _said_that_day(self, row: Said, place: int, now: datetime) -> Said | None:
        """Return the same step of an older session that comes on the same day, before this one."""
        for session in self._sessions[:place]:
            twin = _same_step(row, session)
            if twin is None or twin.id in self._retired or not _will_speak(twin, now):
                continue
            if twin.due <= row.due and self._day(twin) == self._day(row):
                return twin
        return None

    def _why(self, row: Said, bearer: Said) -> life.Reason:
        is_same_day = self._day(row) == self._day(bearer)
        return life.Reason.ONE_MESSAGE if is_same_day else life.Reason.NEWER_SESSION

    def _day(self, row: Said) -> date:
        return hours.to_local(row.due, self._zone).date()


def _may_change(row: Said) -> bool:
    """Tell whether a row may be retired or come back. What announces a session is about that session alone."""
    return not row.is_before and not row.accepted and (row.state in life.OPEN or row.is_retired)


def _will_speak(row: Said, now: datetime) -> bool:
    """Tell whether a row that nobody takes over was said, may have been, or is to come."""
    is_answered_for = row.state in _SPEAKS or row.reason in _DECLINED
    return is_answered_for or (row.is_retired and row.useful_until > now)


def _same_step(row: Said, session: Session) -> Said | None:
    if row.round != 1:
        return None
    return next((each for each in session.rows if each.step_key == row.step_key and each.round == 1), None)


def _in_care_days(row: Said, session: Session, now: datetime) -> bool:
    care = [each for each in session.rows if each.is_care and not each.is_before and _will_speak(each, now)]
    return session.start <= row.due < max((each.useful_until for each in care), default=session.start)
