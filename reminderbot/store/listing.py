"""The list of a clinic's patients: found by keyed hashes, filtered, paged by where one stands and never by an offset.

Which way is fast depends on how many a condition leaves. What leaves few is found first, and the patients by their
ids; what leaves many is asked of one patient after the other, in the order of the list, until a page is full. Each
query says so in its own words, since neither database would always choose well: `column || ''` is no column of an
index, and a sub-query that yields a value is no join.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from reminderbot.planning.standing import Standing
from reminderbot.store import names, tables
from reminderbot.store.work import Work

FEW: Final = 4000
"""Up to so many found by one of several conditions are looked up one by one: about 20 ms on either database."""
FEW_ALONE: Final = 1500
"""The same of one condition alone: of more, a page is full sooner when each patient is asked (from √(50 × 100,000))."""
COUNTED_OF: Final = 1000
"""What leaves up to so many is counted as well."""

STATES: Final = (*Standing, None)
"""In the order of the list; None: not settled yet."""

_p, _s, _t, _k = tables.patients.c, tables.search_tokens.c, tables.treatments.c, tables.data_keys.c


class Order(StrEnum):
    """How the list is sorted."""

    LATEST = "latest"  # by the latest session, the latest first
    SOONEST = "soonest"  # sessions that are ahead, the soonest first; whoever has none is left out
    STATE = "state"  # by standing, whom somebody should see to first; within one the latest session first


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which patients of a clinic: all that is set must be met. Sessions are the booked ones at this clinic."""

    organisation_id: str
    clinic_id: str
    tokens: tuple[bytes, ...] = ()
    number: bytes | None = None  # the index of their own number, which may be met instead of the tokens
    standing: Standing | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a patient stands in the list: what the next page begins after."""

    standing: Standing | None
    at: datetime
    id: str


@dataclasses.dataclass(frozen=True)
class Listed:
    """One patient of the list, the name opened."""

    id: str
    name: str = dataclasses.field(repr=False)
    standing: Standing | None
    latest_at: datetime
    next_at: datetime | None

    def place(self, order: Order) -> Place:
        """Return where they stand."""
        at = self.next_at if order is Order.SOONEST and self.next_at else self.latest_at
        return Place(self.standing, at, self.id)


@dataclasses.dataclass(frozen=True)
class Found:
    """What a look for a page found; `count` is None where counting all would take long, else at most `at_most`."""

    rows: list[Listed]
    count: int | None


async def page(
    work: Work, wanted: Wanted, order: Order, *, after: Place | None, backwards: bool, limit: int, at_most: int = 0
) -> Found:
    """Return up to `limit` patients after a place (before it, nearest first, if `backwards`); `at_most` counts too."""
    if order is Order.STATE and wanted.standing is not None:
        order = Order.LATEST  # within one state it is the same, and an index has it
    choice = await _choice(work, wanted, order)
    rows = await _rows(work, wanted, order, choice, after, backwards, limit)
    count = await _count(work, wanted, order, choice, at_most) if at_most and choice.is_cheap else None
    sealed = await _names(work, [row.id for row in rows])
    return Found([_listed(work, row, sealed.get(row.id)) for row in rows], count)


@dataclasses.dataclass(frozen=True)
class _Choice:
    """How a query is asked: from `few` found first, if there are; `rest` is asked of each patient."""

    few: CTE | None
    rest: tuple[ColumnElement[bool], ...]
    is_cheap: bool


async def _choice(work: Work, wanted: Wanted, order: Order) -> _Choice:
    """Find the condition that leaves the fewest; the others are asked of each patient that it leaves."""
    conditions = _conditions(wanted, order)
    counts = [await _counted(work, each.ids) for each in conditions]
    fewest = min(counts, default=FEW)
    if fewest >= (FEW if len(conditions) > 1 else FEW_ALONE):
        return _Choice(None, tuple(each.is_met for each in conditions), is_cheap=not conditions)
    first = counts.index(fewest)
    rest = tuple(each.is_met for place, each in enumerate(conditions) if place != first)
    few = conditions[first].ids.distinct().cte("few").prefix_with("MATERIALIZED", dialect="postgresql")
    return _Choice(few, rest, is_cheap=fewest <= COUNTED_OF)


@dataclasses.dataclass(frozen=True)
class _Condition:
    """One condition: the ids that it leaves, found by an index; and the same asked of one patient."""

    ids: Any
    is_met: ColumnElement[bool]


def _conditions(wanted: Wanted, order: Order) -> list[_Condition]:
    found = [_named(wanted, token) for token in wanted.tokens]
    if wanted.starts_from is not None or wanted.starts_before is not None:
        found.append(_treated(wanted))
    if wanted.standing is not None and order is Order.SOONEST:
        theirs = (_p.clinic_id == wanted.clinic_id, _p.standing == wanted.standing)
        found.append(_Condition(select(_p.id).where(*theirs), _unindexed(_p.standing) == wanted.standing))
    return found


def _named(wanted: Wanted, token: bytes) -> _Condition:
    ids: Any = select(_s.patient_id.label("id")).where(_s.organisation_id == wanted.organisation_id, _s.token == token)
    has = select(literal(1)).where(_s.patient_id == _p.id, _s.token == token)
    is_met = has.correlate(tables.patients).scalar_subquery().is_not(None)
    if wanted.number is None:
        return _Condition(ids, is_met)
    numbered = select(_p.id).where(_p.clinic_id == wanted.clinic_id, _p.external_index == wanted.number)
    both = ids.union(numbered).subquery()
    return _Condition(select(both.c.id), or_(is_met, func.coalesce(_p.external_index == wanted.number, False)))


def _treated(wanted: Wanted) -> _Condition:
    booked = [_t.clinic_id == wanted.clinic_id, _t.state == "booked"]
    if wanted.starts_from is not None:
        booked.append(_t.starts_at >= wanted.starts_from)
    if wanted.starts_before is not None:
        booked.append(_t.starts_at < wanted.starts_before)
    one = select(literal(1)).where(_t.patient_id == _p.id, *booked).limit(1)
    return _Condition(
        select(_t.patient_id.label("id")).where(*booked),
        one.correlate(tables.patients).scalar_subquery().is_not(None),
    )


async def _counted(work: Work, ids: Any) -> int:
    some = ids.limit(FEW).subquery()
    return int((await work.run(select(func.count()).select_from(some))).scalar_one())


async def _rows(
    work: Work, wanted: Wanted, order: Order, choice: _Choice, after: Place | None, backwards: bool, limit: int
) -> list[Any]:
    """Return rows in the order of the list; what has no few to begin with goes state by state, each in its index."""
    if order is not Order.STATE or choice.few is not None:
        query = _sorted(_query(wanted, choice), order, after, backwards)
        return list((await work.run(query.limit(limit))).all())
    found: list[Any] = []
    for standing in _states(after, backwards):
        begun = after if after is not None and after.standing == standing else None
        base = _query(dataclasses.replace(wanted, standing=standing), choice)
        if standing is None:
            base = base.where(_p.standing.is_(None))
        query = _sorted(base, Order.LATEST, begun, backwards)
        found += (await work.run(query.limit(limit - len(found)))).all()
        if len(found) == limit:
            break
    return found


def _states(after: Place | None, backwards: bool) -> Sequence[Standing | None]:
    start = STATES.index(after.standing) if after is not None else 0
    return STATES[start::-1] if backwards and after is not None else STATES[start:]


def _query(wanted: Wanted, choice: _Choice) -> Select[Any]:
    columns = (_p.id, _p.standing, _p.latest_at, _p.next_at)
    if choice.few is None:
        query = select(*columns).where(_p.clinic_id == wanted.clinic_id)
    else:
        joined = choice.few.join(tables.patients, _p.id == choice.few.c.id)
        query = select(*columns).select_from(joined).where(_unindexed(_p.clinic_id) == wanted.clinic_id)
    if wanted.standing is not None:
        query = query.where(_p.standing == wanted.standing)
    return query.where(_p.erased_at.is_(None), *choice.rest)


def _sorted(query: Select[Any], order: Order, after: Place | None, backwards: bool) -> Select[Any]:
    """Sort a query, beginning after a place. Rows whose `latest_at` is not known yet come once they are settled."""
    if order is Order.SOONEST:
        first, is_down = _p.next_at, backwards
    else:
        first, is_down = _p.latest_at, not backwards
    query = query.where(first.is_not(None))
    keys: tuple[SQLColumnExpression[Any], ...] = (first, _p.id)
    if after is not None:
        here, there = tuple_(*keys), tuple_(literal(after.at, tables.Instant), literal(after.id))
        beyond = here < there if is_down else here > there
        if order is Order.STATE:
            rank, was = _rank(), literal(STATES.index(after.standing))
            beyond = or_(rank < was if backwards else rank > was, and_(rank == was, beyond))
        query = query.where(beyond)
    ordered = [key.desc() if is_down else key.asc() for key in keys]
    if order is Order.STATE:
        ordered.insert(0, _rank().desc() if backwards else _rank().asc())
    return query.order_by(*ordered)


def _rank() -> ColumnElement[int]:
    ranks = {standing: place for place, standing in enumerate(Standing)}
    return case(ranks, value=_p.standing, else_=len(ranks))


async def _count(work: Work, wanted: Wanted, order: Order, choice: _Choice, at_most: int) -> int:
    query = _query(wanted, choice).with_only_columns(_p.id)
    if order is Order.SOONEST:
        query = query.where(_p.next_at.is_not(None))
    some = query.limit(at_most).subquery()
    return int((await work.run(select(func.count()).select_from(some))).scalar_one())


def _unindexed(column: Any) -> Any:
    """Return a text column as no index has it."""
    return column + ""


async def _names(work: Work, patient_ids: Sequence[str]) -> dict[str, Any]:
    """Read the sealed names of those who are shown, with their keys: of nobody else."""
    query = select(_p.id, _p.name, _p.key_id, _k.master, _k.wrapped).join(tables.data_keys, _k.id == _p.key_id)
    return {row.id: row for row in await work.run(query.where(_p.id.in_(patient_ids)))}


def _listed(work: Work, row: Any, sealed: Any) -> Listed:
    standing = Standing(row.standing) if row.standing else None
    name = names.opened(work, sealed) if sealed is not None else ""
    return Listed(row.id, name, standing, row.latest_at, row.next_at)
