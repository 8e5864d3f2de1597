"""The laws of time, each checked on one case against the oracle; what is broken is told by the law's name."""

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from reminderbot.planning import life, replan, timeline
from tests.planning import cases, oracle
from tests.planning.drawing import Act, Case

ZoneClocks = Mapping[str, oracle.Clocks]
_LONG_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclasses.dataclass(frozen=True)
class Told:
    """A treatment's rows as they stand at an instant, and where its steps belonged when they were planned."""

    case: Case
    now: datetime
    rows: list[replan.Existing]


def planning(case: Case, clocks: ZoneClocks) -> Iterator[str]:
    """Yield the laws that planning the case breaks: where each step belongs, and what is planned at a moment."""
    places = timeline.places(case.plan, case.anchor, case.habits)
    expected = oracle.placed(case.plan, case.anchor, clocks[case.anchor.zone], patient(case.habits, clocks))
    if oracle.seconds(timeline.start(case.anchor)) != oracle.start(case.anchor, clocks[case.anchor.zone]):
        yield "the session starts at its wall time: a skipped one later by the gap, of two the first"
    for place in places:
        yield from _placing(place, expected[place.step.key], patient(case.habits, clocks))
    slots = timeline.slots(case.plan, case.anchor, case.habits, now=moment(case, clocks))
    yield from _slots(slots, moment(case, clocks), patient(case.habits, clocks))
    if _out_of_order(places, expected):
        yield "steps that are not put before quiet hours keep their order"


def meanwhile(case: Case, clocks: ZoneClocks) -> Told:
    """Return the rows at the case's moment: planned long before, then sent, overdue, or held to the end of a night."""
    now, dice = moment(case, clocks), random.Random(case.dice)
    slots = timeline.slots(case.plan, case.anchor, case.habits, now=_LONG_BEFORE)
    return Told(case, now, [_lived(cases.row(slot), now, dice, patient(case.habits, clocks)) for slot in slots])


def acting(told: Told, clocks: ZoneClocks) -> Iterator[str]:
    """Yield the laws that what happens breaks. `clocks` are those in force when it does."""
    case = told.case
    is_moved = case.act is Act.MOVE
    anchor, habits = case.to_anchor if is_moved else case.anchor, case.to_habits
    why = life.Reason.MOVED if is_moved else None
    changes = _replan(told.rows, case, anchor, habits, told.now, why)
    after = cases.applied(told.rows, changes)
    yield from _kept(told.rows, after)
    yield from _ahead(told, changes, patient(habits, clocks))
    if case.act is Act.SAME and [change for change in changes if change.writes and _differs(change, told.rows)]:
        yield "planning anew with the same facts changes nothing"
    if not is_moved:
        yield from _followed(
            told,
            after,
            oracle.placed(case.plan, anchor, clocks[anchor.zone], patient(habits, clocks)),
            patient(habits, clocks),
        )
    again = _replan(after, case, anchor, habits, told.now, why)
    if [change for change in again if change.writes and _differs(change, after)]:
        yield "planning anew twice changes no more than once"


def moment(case: Case, clocks: ZoneClocks) -> datetime:
    """Return the instant at which something happens: about one step's time."""
    place = clocks[case.anchor.zone]
    key = case.plan.steps[case.about].key
    meant = oracle.placed(case.plan, case.anchor, place, patient(case.habits, clocks))[key].meant
    return datetime.fromtimestamp(meant + case.late, UTC)


def patient(habits: timeline.Habits, clocks: ZoneClocks) -> oracle.Patient:
    """Return a patient as the oracle sees one."""
    quiet = tuple(at.hour * 3600 + at.minute * 60 for at in (habits.quiet.start, habits.quiet.end))
    return oracle.Patient(clocks[habits.zone], habits.morning, (quiet[0], quiet[1]))


def _placing(place: timeline.Place, expected: oracle.Placed, of: oracle.Patient) -> Iterator[str]:
    if oracle.seconds(place.meant) != expected.meant:
        yield "a day step is the date, then the wall time, then the zone; an hour step is on the instant"
    if oracle.seconds(place.useful_until) != expected.until:
        yield "a step is useful until its own wall time or instant, and before the session until it starts"
    due = None if place.due is None else oracle.seconds(place.due)
    if due != expected.due:
        law = "goes before quiet hours where it cannot wait" if expected.went_early else "waits for their exact end"
        yield f"a step in quiet hours {law}"
    if due is not None and (of.is_quiet(due) or due >= expected.until):
        yield "nothing is due in quiet hours, or when it is of no use any more"


def _slots(slots: Sequence[timeline.Slot], now: datetime, of: oracle.Patient) -> Iterator[str]:
    for slot in slots:
        is_planned = slot.state is life.State.PLANNED
        if is_planned != (slot.reason is None):
            yield "what is not planned has its reason"
        if is_planned and not now < slot.due < slot.useful_until:
            yield "what is planned is ahead and of use: no burst of the past"
        if oracle.seconds(slot.local.astimezone(UTC)) != oracle.seconds(slot.due):
            yield "what is shown is what is due"
        if is_planned and of.is_quiet(oracle.seconds(slot.due)):
            yield "nothing is planned in quiet hours"
    if any(one.due > other.due for one, other in pairwise(slots)):
        yield "steps are told in order of due"


def _out_of_order(places: Sequence[timeline.Place], expected: Mapping[str, oracle.Placed]) -> bool:
    waits = [place for place in places if place.due is not None and not expected[place.step.key].went_early]
    ordered = sorted(waits, key=lambda place: (place.meant, place.due))
    return any(one.due > other.due for one, other in pairwise(ordered) if one.due and other.due)


def _lived(row: replan.Existing, now: datetime, dice: random.Random, of: oracle.Patient) -> replan.Existing:
    if row.state is not life.State.PLANNED or row.due > now:
        return row
    chance = dice.random()
    if chance < 0.6:
        return dataclasses.replace(row, state=life.State.SENT, accepted=True)
    is_accepted = dice.random() < 0.3  # it waits for its one resend
    if of.is_quiet(oracle.seconds(now)):
        held = datetime.fromtimestamp(of.quiet_end(oracle.seconds(now)), UTC)
        return dataclasses.replace(row, due=held, accepted=is_accepted) if held < row.useful_until else row
    return dataclasses.replace(row, accepted=is_accepted)


def _replan(
    rows: list[replan.Existing],
    case: Case,
    anchor: timeline.Anchor,
    habits: timeline.Habits,
    now: datetime,
    why: life.Reason | None,
) -> list[replan.Change]:
    return replan.replan(rows, case.plan, anchor, habits, now=now, wants_reads=True, why=why)


def _differs(change: replan.Change, rows: Sequence[replan.Existing]) -> bool:
    slot, row = change.slot, next((row for row in rows if row.id == change.id), None)
    told = (slot.due, slot.useful_until, slot.state, slot.reason)
    return row is None or told != (row.due, row.useful_until, row.state, row.reason)


def _kept(before: list[replan.Existing], after: list[replan.Existing]) -> Iterator[str]:
    stands = {row.id: row for row in after}
    if len(after) != len(before) or len(stands) != len(after):
        yield "one row a step, before and after"
    if any(stands[row.id] != row for row in before if row.state is life.State.SENT):
        yield "what was sent stays as it was sent"
    if any(row.accepted and stands[row.id].state in life.OPEN and stands[row.id].due != row.due for row in before):
        yield "what may have arrived is not sent at another time"


def _ahead(told: Told, changes: Sequence[replan.Change], of: oracle.Patient) -> Iterator[str]:
    for change in changes:
        slot = change.slot
        if change.kind in {replan.ChangeKind.MOVES, replan.ChangeKind.RETURNS}:
            if not told.now < slot.due < slot.useful_until:
                yield "what moves or returns is ahead and of use: no burst of the past"
            if of.is_quiet(oracle.seconds(slot.due)):
                yield "nothing moves into quiet hours"


def _followed(
    told: Told, after: list[replan.Existing], expected: Mapping[str, oracle.Placed], of: oracle.Patient
) -> Iterator[str]:
    """Without a move of the session, what is due stays; what is ahead follows the clocks, or keeps its hour if past."""
    stands = {row.id: row for row in after}
    for row in told.rows:
        now = stands[row.id]
        if row.due <= told.now and now != dataclasses.replace(row, useful_until=now.useful_until):
            yield "a change of zone, habits or rules leaves alone what is due already"
        if row.state is life.State.PLANNED and row.due > told.now and not row.accepted:
            yield from _follows(row, now, expected[row.step_key], told.now, of)


def _follows(
    row: replan.Existing, now: replan.Existing, belongs: oracle.Placed, instant: datetime, of: oracle.Patient
) -> Iterator[str]:
    was, at = oracle.seconds(row.due), oracle.seconds(instant)
    if belongs.due is not None and belongs.due > at:
        if (now.state, oracle.seconds(now.due)) != (life.State.PLANNED, belongs.due):
            yield "what is ahead moves to where it belongs now"
    elif was < belongs.until and not of.is_quiet(was):
        if (now.state, now.due) != (life.State.PLANNED, row.due):
            yield "what would be past by now keeps its hour while that is of use and not quiet"
    elif now.state in life.OPEN or now.reason is None:
        yield "what has no moment left ends with its reason"
