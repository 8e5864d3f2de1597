"""What becomes of a treatment's reminders when it moves, or when the patient's habits or the zones' rules change.

What was sent, or may have been, is never sent again; what is now past is not sent in a burst; what is ahead moves.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from reminderbot.planning import hours, life, overlaps, plans, timeline


@dataclasses.dataclass(frozen=True)
class Existing:
    """A reminder as its row stands; `accepted` when an attempt of it was, or may have been, accepted by Telegram.

    `is_chosen` tells that the patient chose its time: what moves with habits leaves it there.
    """

    id: str
    step_key: str
    round: int
    state: life.State
    reason: life.Reason | None
    due: datetime
    useful_until: datetime
    accepted: bool
    is_chosen: bool = False


class ChangeKind(StrEnum):
    """What becomes of one reminder."""

    MOVES = "moves"  # it comes at another time
    STAYS = "stays"  # it comes at the same time, or still does not come
    KEPT_SENT = "kept_sent"  # the patient already had it, or may have had it: not repeated
    DROPPED = "dropped"  # it was to come and no longer is
    RETURNS = "returns"  # it was not to come and now is
    ADDED = "added"  # a step that had no row yet


@dataclasses.dataclass(frozen=True)
class Change:
    """What becomes of the row `id` (None: a new row): it should stand as `slot` says.

    Where `writes` is false the row already does. A row that is claimed counts as planned: guard the update by state.
    """

    id: str | None
    slot: timeline.Slot
    kind: ChangeKind
    writes: bool = True


@dataclasses.dataclass(frozen=True)
class Summary:
    """How many reminders each kind of change touches; of the added ones only those that will come."""

    moves: int = 0
    stays: int = 0
    kept_sent: int = 0
    dropped: int = 0
    returns: int = 0
    added: int = 0


def replan(
    existing: Iterable[Existing],
    plan: plans.Plan,
    anchor: timeline.Anchor,
    habits: timeline.Habits,
    *,
    now: datetime,
    wants_reads: bool,
    why: life.Reason | None = life.Reason.MOVED,
) -> list[Change]:
    """Return what becomes of every row in `existing` and of every step of `plan`, in order of due.

    `why` is MOVED when the treatment itself moved or is new to this plan. Anything else (None for habits and
    zone rules) touches only what is still ahead: a row that is due already is delivery's. A second ask is not the
    plan's to place: it stays where it is, or ends with the session's move or with the plan that wanted it. Doing as
    told and asking again changes nothing.
    """
    moment = _Moment(habits, timeline.start(anchor), now, moved=why is life.Reason.MOVED, reads=wants_reads)
    rows = sorted(existing, key=lambda row: row.round)
    changes = []
    for place in timeline.places(plan, anchor, habits):
        slot = timeline.judge(place, habits, now=now, wants_reads=wants_reads)
        row = next((row for row in rows if row.step_key == place.step.key), None)
        changes.append(_change(row, place, slot, moment) if row else Change(None, slot, ChangeKind.ADDED))
    touched = {change.id for change in changes}
    changes += [_left_over(row, plan, moment) for row in rows if row.id not in touched]
    return sorted(changes, key=lambda change: change.slot.due)


def summary(changes: Sequence[Change]) -> Summary:
    """Return the counts behind "2 messages move, 1 you already had is not repeated"."""
    kinds = [change.kind for change in changes if _is_told(change)]
    return Summary(**{kind.value: kinds.count(kind) for kind in ChangeKind})


@dataclasses.dataclass(frozen=True)
class _Moment:
    habits: timeline.Habits
    start: datetime
    now: datetime
    moved: bool
    reads: bool


_MAY_HAVE_ARRIVED = frozenset({life.State.SENDING, life.State.SENT, life.State.UNCONFIRMED})
_STAYS_SHUT = overlaps.RETIRED | {
    life.Reason.STOPPED,
    life.Reason.ERASED,
    life.Reason.LEFT_OUT,
    life.Reason.TODAY_ONLY,
}


def _is_told(change: Change) -> bool:
    return change.kind is not ChangeKind.ADDED or change.slot.state is life.State.PLANNED


def _is_over(row: Existing) -> bool:
    """Tell whether a row was sent, or may have been, and nothing more of it is to come."""
    return row.state in _MAY_HAVE_ARRIVED or (row.accepted and row.state not in life.OPEN)


def _change(row: Existing, place: timeline.Place, slot: timeline.Slot, moment: _Moment) -> Change:
    if _is_over(row):
        return _as_it_is(row, place.step, moment, kind=ChangeKind.KEPT_SENT)
    if row.state in life.OPEN:
        return _open(row, place, slot, moment)
    if row.state in life.REOPENABLE or row.reason in overlaps.RETIRED:
        return _shut(row, slot, moment)
    return _as_it_is(row, place.step, moment)


def _open(row: Existing, place: timeline.Place, slot: timeline.Slot, moment: _Moment) -> Change:
    """A row that waits. One whose time does not change stays, though it be overdue: delivery decides."""
    if slot.reason is life.Reason.NO_READS:
        return _unconfirmed(row, place.step, moment) if row.accepted else _drop(row, slot)
    if place.due == row.due or (row.is_chosen and not moment.moved and _still_fits(row, place, moment)):
        return _kept_open(row, place.step, moment, useful_until=place.useful_until)
    if not moment.moved and row.due <= moment.now:
        return _as_it_is(row, place.step, moment)
    is_ahead = slot.state is life.State.PLANNED
    if not is_ahead and not moment.moved and _still_fits(row, place, moment):  # quiet hours may have held it to here
        return _kept_open(row, place.step, moment, useful_until=place.useful_until)
    if row.accepted:  # it waited for its one resend; a copy at another time is not that
        return _unconfirmed(row, place.step, moment)
    if is_ahead:
        return Change(row.id, slot, ChangeKind.MOVES)
    return _drop(row, _past(slot, moment))


def _shut(row: Existing, slot: timeline.Slot, moment: _Moment) -> Change:
    """A row that was not to come, and of which nothing arrived: it follows the session, and may return."""
    if not moment.moved and row.due <= moment.now:
        return _as_it_is(row, slot.step, moment)
    if slot.state is life.State.PLANNED and row.reason not in _STAYS_SHUT:
        return Change(row.id, slot, ChangeKind.RETURNS)
    if slot.reason is life.Reason.NO_READS and row.reason in overlaps.RETIRED:
        return Change(row.id, slot, ChangeKind.STAYS)
    follows = dataclasses.replace(slot, state=row.state, reason=row.reason)
    writes = (row.due, row.useful_until) != (slot.due, slot.useful_until)
    return Change(row.id, follows, ChangeKind.STAYS, writes=writes)


def _still_fits(row: Existing, place: timeline.Place, moment: _Moment) -> bool:
    """Tell whether a row whose new time is past or none may keep its old one: a new morning counts from tomorrow."""
    habits = moment.habits
    return row.due < place.useful_until and not hours.is_quiet(row.due, habits.quiet, habits.zone)


def _past(slot: timeline.Slot, moment: _Moment) -> timeline.Slot:
    if slot.state is life.State.EXPIRED:
        return slot
    if moment.moved:
        return dataclasses.replace(slot, reason=life.Reason.MOVED)
    return dataclasses.replace(slot, state=life.State.EXPIRED, reason=life.Reason.TOO_LATE)


def _drop(row: Existing, slot: timeline.Slot) -> Change:
    return Change(row.id, slot, ChangeKind.DROPPED)


def _kept_open(row: Existing, step: plans.Step, moment: _Moment, *, useful_until: datetime) -> Change:
    return Change(row.id, _slot(row, step, moment, useful_until=useful_until), ChangeKind.STAYS)


def _unconfirmed(row: Existing, step: plans.Step, moment: _Moment) -> Change:
    slot = _slot(row, step, moment, useful_until=row.useful_until)
    slot = dataclasses.replace(slot, state=life.State.UNCONFIRMED, reason=life.Reason.NO_ANSWER)
    return Change(row.id, slot, ChangeKind.KEPT_SENT)


def _as_it_is(row: Existing, step: plans.Step, moment: _Moment, *, kind: ChangeKind = ChangeKind.STAYS) -> Change:
    return Change(row.id, _slot(row, step, moment, useful_until=row.useful_until), kind, writes=False)


def _left_over(row: Existing, plan: plans.Plan, moment: _Moment) -> Change:
    """A later round of a step, or a step that the plan no longer has; an open one of these is superseded."""
    known = {step.key: step for step in plan.steps}
    step = known.get(row.step_key) or _remembered(row, moment)
    if _is_over(row):
        return _as_it_is(row, step, moment, kind=ChangeKind.KEPT_SENT)
    if row.step_key in known and not row.accepted and (reason := _ends_ask(row, step, moment)) is not None:
        slot = _slot(row, step, moment, useful_until=row.useful_until)
        kind = ChangeKind.DROPPED if row.state in life.OPEN else ChangeKind.STAYS
        return Change(row.id, dataclasses.replace(slot, state=life.State.SKIPPED, reason=reason), kind)
    if row.step_key in known or row.state not in life.OPEN:
        return _as_it_is(row, step, moment)
    if row.accepted:
        return _unconfirmed(row, step, moment)
    slot = _slot(row, step, moment, useful_until=row.useful_until)
    return _drop(row, dataclasses.replace(slot, state=life.State.SUPERSEDED))


def _ends_ask(row: Existing, step: plans.Step, moment: _Moment) -> life.Reason | None:
    """Return why a second ask that waits, or may return, does so no more: it was about the session as it stood."""
    if row.state not in life.OPEN | {life.State.BLOCKED} and row.reason not in _STAYS_SHUT:
        return None
    if moment.moved:
        return life.Reason.MOVED
    if step.asks_again_after is None:
        return life.Reason.PLAN
    return life.Reason.NO_READS if step.part is plans.Part.READS and not moment.reads else None


def _remembered(row: Existing, moment: _Moment) -> plans.Step:
    """A step that the plan no longer has, as far as its row remembers it."""
    when, until = plans.After(row.due - moment.start), plans.After(row.useful_until - moment.start)
    return plans.Step(key=row.step_key, message=row.step_key, when=when, until=until, budget=0)


def _slot(row: Existing, step: plans.Step, moment: _Moment, *, useful_until: datetime) -> timeline.Slot:
    local = hours.to_local(row.due, moment.habits.zone)
    return timeline.Slot(step, local, row.due, useful_until, row.state, row.reason)
