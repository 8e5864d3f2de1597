"""The list of a clinic's patients: searched by name or number, filtered, sorted, paged; kept in order by a sweep."""

import base64
import binascii
import dataclasses
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from reminderbot import errors
from reminderbot.planning import hours
from reminderbot.services import access
from reminderbot.services.standings import Standing
from reminderbot.store import clinics, listed_facts, listing, names, standings
from reminderbot.store import work as works

SIZE: Final = 50
"""Patients on a page."""
LONGEST: Final = 100
"""Letters that are searched for."""
COUNTED: Final = 1000
"""Up to so many are counted; beyond it the page says "more than"."""
SWEPT: Final = 200
"""Patients settled in one visit of the sweep: about 50 ms in which nobody else writes to SQLite."""
EXPORTED: Final = 500
"""Patients read at once for a file."""

Order = listing.Order
Session = listed_facts.Session
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([nb])\.(latest|soonest|state)\.([a-z_]*)\.(-?\d{1,18})\.([0-9a-f]{32})")


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What was asked for. `query` is a name, its beginning or the clinic's own number; days are the clinic's own."""

    query: str = dataclasses.field(default="", repr=False)
    standing: Standing | None = None
    first: date | None = None
    last: date | None = None
    order: Order = Order.LATEST

    @property
    def is_all(self) -> bool:
        """Tell whether nothing narrows the list."""
        return not self.query.strip() and self.standing is None and self.first is None and self.last is None


@dataclasses.dataclass(frozen=True)
class Row:
    """One patient of the list. `session` is the next one booked (`is_ahead`), else the latest, else a cancelled one."""

    id: str
    name: str = dataclasses.field(repr=False)
    standing: Standing | None
    session: Session | None
    is_ahead: bool
    sent_at: datetime | None
    looks: int


@dataclasses.dataclass(frozen=True)
class Page:
    """One page; `next` and `previous` lead on and are empty at an end.

    `count` is of all that was asked for, at most `COUNTED` + 1; None where it is not counted. `is_lost`: what was to
    lead to the page could not be read, and this is the first.
    """

    rows: tuple[Row, ...]
    next: str
    previous: str
    count: int | None
    is_lost: bool


async def page(work: works.Work, who: access.Staff, wanted: Wanted, *, place: str = "", now: datetime) -> Page:
    """Return a page of the clinic's patients; `place` is `next` or `previous` of another page of the same list."""
    after, backwards, is_lost = _read(place, wanted.order)
    chosen = await _chosen(work, who, wanted)
    if chosen is None:
        return Page((), "", "", 0, is_lost)
    found, is_more = await _looked(work, chosen, wanted.order, after, backwards)
    if backwards and not is_more:  # there is no full page before: it is the first
        after, backwards = None, False
        found, is_more = await _looked(work, chosen, wanted.order, None, False)
    listed = found.rows[::-1] if backwards else found.rows
    leads_on, leads_back = (True, is_more) if backwards else (is_more, after is not None)
    rows = await _rows(work, listed, now)
    return Page(
        rows=rows,
        next=leading_to(listed[-1], wanted.order) if listed and leads_on else "",
        previous=_written("b", wanted.order, listed[0]) if listed and leads_back else "",
        count=found.count,
        is_lost=is_lost,
    )


async def every(
    store: works.Store, who: access.Staff, wanted: Wanted, *, now: datetime
) -> AsyncIterator[tuple[Row, ...]]:
    """Yield all patients that were asked for, some at a time, each time in a visit of its own: nobody waits for us."""
    after: listing.Place | None = None
    while True:
        async with store.reading() as work:
            chosen = await _chosen(work, who, wanted)
            if chosen is None:
                return
            found = await listing.page(work, chosen, wanted.order, after=after, backwards=False, limit=EXPORTED)
            rows = await _rows(work, found.rows, now)
        if rows:
            yield rows
        if len(found.rows) < EXPORTED:
            return
        after = found.rows[-1].place(wanted.order)


def sealed(work: works.Work, who: access.Staff, query: str) -> str:
    """Return what is searched for as an address may hold it: a name stays in no browser's history (ASVS 14.2.1)."""
    cell = work.system.seal(query[:LONGEST], table="search", row=who.staff_id, column="query") if query else b""
    return base64.urlsafe_b64encode(cell).decode()


def opened(work: works.Work, who: access.Staff, given: str) -> str | None:
    """Return what an address of one's own searches for; None if it is no such word."""
    if not given:
        return ""
    try:
        cell = base64.b64decode(given, altchars=b"-_", validate=True)
        return work.system.open(cell, table="search", row=who.staff_id, column="query")
    except (ValueError, errors.Unusable):
        return None


async def zone(work: works.Work, who: access.Staff) -> str:
    """Return the zone of the clinic, in which the list speaks of days."""
    clinic = await clinics.get(work, who.clinic_id)
    if clinic is None:
        raise errors.NotFound("console.sorry.not-found")
    return clinic.zone


async def sweep(work: works.Work, *, now: datetime, most: int = SWEPT) -> int:
    """Settle patients whose standing has aged, and those whom an older program has written; return how many.

    The latter get their branch and the hashes by which their names are found as well. `now` is the product's.
    """
    new = await standings.unsettled(work, most=most)
    if new:
        await standings.bring_home(work, new)
        await names.keep_of(work, new)
    ripe = await standings.ripe(work, now=now, most=most - len(new)) if len(new) < most else []
    await standings.settle(work, [*new, *ripe], now=now)
    return len(new) + len(ripe)


async def _looked(
    work: works.Work, chosen: listing.Wanted, order: Order, after: listing.Place | None, backwards: bool
) -> tuple[listing.Found, bool]:
    """Return a page, and whether there is more beyond it; the first page counts too."""
    at_most = COUNTED + 1 if after is None else 0
    found = await listing.page(work, chosen, order, after=after, backwards=backwards, limit=SIZE + 1, at_most=at_most)
    return listing.Found(found.rows[:SIZE], found.count), len(found.rows) > SIZE


async def _chosen(work: works.Work, who: access.Staff, wanted: Wanted) -> listing.Wanted | None:
    """Return what is looked for in the clinic of who asks; None if nobody can be meant."""
    place = await zone(work, who)
    query = wanted.query.strip()
    beginnings = names.typed(query)
    if query and not beginnings:
        return None
    return listing.Wanted(
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        tokens=tuple(names.token(work, each) for each in beginnings),
        number=names.external(work, who.clinic_id, query) if query else None,
        standing=wanted.standing,
        starts_from=_midnight(wanted.first, place) if wanted.first else None,
        starts_before=_midnight(wanted.last + timedelta(days=1), place) if wanted.last else None,
    )


def _midnight(day: date, place: str) -> datetime:
    return hours.local_to_instant(day, time(0), place).instant


async def _rows(work: works.Work, listed: list[listing.Listed], now: datetime) -> tuple[Row, ...]:
    ids = [each.id for each in listed]
    if not ids:
        return ()
    sessions = await listed_facts.sessions(work, ids)
    sent, looks = await listed_facts.sent(work, ids), await listed_facts.looks(work, ids)
    return tuple(
        Row(
            id=each.id,
            name=each.name,
            standing=each.standing,
            session=(session := _session(sessions.get(each.id, []), now)),
            is_ahead=session is not None and session.is_booked and session.starts_at > now,
            sent_at=sent.get(each.id),
            looks=looks.get(each.id, 0),
        )
        for each in listed
    )


def _session(known: list[Session], now: datetime) -> Session | None:
    """Return the next booked session, else the latest that was booked, else the latest that was cancelled."""
    booked = [each for each in known if each.is_booked]
    ahead = [each for each in booked if each.starts_at > now]
    return next(iter(ahead or booked[::-1] or known[::-1]), None)


def leading_to(row: listing.Listed, order: Order) -> str:
    """Return what leads to the page after a patient."""
    return _written("n", order, row)


def _written(way: str, order: Order, row: listing.Listed) -> str:
    """Return a place as an address carries it. It holds no secret: an id, an instant and a standing of the clinic's."""
    place = row.place(order)
    micros = (place.at - _EPOCH) // timedelta(microseconds=1)
    plain = f"{way}.{order}.{place.standing or ''}.{micros}.{place.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read(written: str, order: Order) -> tuple[listing.Place | None, bool, bool]:
    """Return a place, whether it leads back, and whether it could not be read or is of another order."""
    if not written:
        return None, False, False
    try:
        plain = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True).decode("ascii")
        found = _PLACE.fullmatch(plain)
        if found is None or found[2] != order:
            return None, False, True
        at = _EPOCH + timedelta(microseconds=int(found[4]))
        return listing.Place(Standing(found[3]) if found[3] else None, at, found[5]), found[1] == "b", False
    except (binascii.Error, ValueError, OverflowError):
        return None, False, True
