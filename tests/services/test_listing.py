"""The list of a clinic's patients: everybody once, nobody else's, found by names as people type them."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import timeline
from reminderbot.services import access, listing, people
from reminderbot.services.clinics import ClinicView
from reminderbot.services.listing import Order, Wanted
from reminderbot.services.standings import Standing
from reminderbot.store import names, patients, tables
from reminderbot.store import work as works
from tests.services import cast

HABITS = timeline.Habits(zone=cast.MADRID, morning=people.MORNING, quiet=people.QUIET)
DAY = timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class House:
    """A store, a clinic of it, and somebody who works there."""

    store: works.Store
    clinic: ClinicView
    who: access.Staff
    clock: clocks.Clock

    async def add(self, name: str, *, standing: str | None = None, days: float = 0, number: str = "") -> str:
        """Enter a patient with a session so many days ahead; a standing that is not set is invited."""
        now = self.clock.now()
        async with self.store.writing() as work:
            id = await patients.add(
                work,
                organisation_id=self.clinic.organisation_id,
                clinic_id=self.clinic.id,
                name=name,
                language="en",
                habits=HABITS,
                now=now,
            )
            at = now + timedelta(days=days)
            known = {"latest_at": at, "next_at": at if days > 0 else None, "standing": standing or Standing.INVITED}
            index = names.external(work, self.clinic.id, number) if number else None
            change = update(tables.patients).where(tables.patients.c.id == id)
            await work.run(change.values(**known, external_index=index))
        return id

    async def found(self, query: str = "", **wanted) -> list[str]:
        """Return the names on the first page."""
        return [row.name for row in (await self.page(query=query, **wanted)).rows]

    async def page(self, place: str = "", **wanted) -> listing.Page:
        """Return a page."""
        async with self.store.reading() as work:
            return await listing.page(work, self.who, Wanted(**wanted), place=place, now=self.clock.now())


def staff(clinic: ClinicView, role: access.Role = access.Role.DESK) -> access.Staff:
    return access.Staff("0" * 31 + "1", clinic.organisation_id, clinic.id, role)


@pytest.fixture
def house(store: works.Store, bea: ClinicView, clock: clocks.Clock) -> House:
    """Dr Bea's clinic as its front desk sees it."""
    return House(store, bea, staff(bea), clock)


@pytest.fixture
async def carls(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> House:
    """Carl's clinic."""
    async with store.writing() as work:
        clinic = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    return House(store, clinic, staff(clinic), clock)


@pytest.mark.parametrize(
    "typed",
    ["maria", "MARÍA", "mar", "garc", "garcía maria", "María José García-López", "lopez ma", " m garcia ", "ma."],
)
async def test_a_name_is_found_by_the_beginnings_of_its_words(house: House, typed: str) -> None:
    await house.add("María José García-López")
    await house.add("Ana Ruiz")

    assert await house.found(typed) == ["María José García-López"]


@pytest.mark.parametrize("typed", ["aria", "maria ruiz", "xyz", "...", "12"])
async def test_whoever_is_not_meant_is_not_found(house: House, typed: str) -> None:
    await house.add("María García")
    await house.add("Ana Ruiz")

    assert await house.found(typed) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("J. P.", "j p"),
        ("王小明", "王"),
        ("محمد عبد", "مح"),
        ("Strauß", "strauss"),
        ("Christopherson", "christopherson"),
    ],
)
async def test_initials_and_other_scripts_are_found(house: House, name: str, typed: str) -> None:
    await house.add(name)

    assert await house.found(typed) == [name]


async def test_the_clinics_own_number_finds_its_patient(house: House, carls: House) -> None:
    await house.add("María García", number="A 1207")
    await carls.add("Other Person", number="A 1207")

    assert await house.found("a1207") == await house.found("A 1207") == ["María García"]
    assert await carls.found("A1207") == ["Other Person"]


async def test_a_new_name_takes_the_place_of_the_old(house: House) -> None:
    id = await house.add("María García")
    async with house.store.writing() as work:
        await patients.rename(work, id, "Marta Ruiz")

    assert (await house.found("garcia"), await house.found("ruiz")) == ([], ["Marta Ruiz"])


@pytest.mark.parametrize("order", Order)
async def test_carls_patients_are_in_no_list_of_another(house: House, carls: House, order: Order) -> None:
    await house.add("María García", days=1)
    await carls.add("María Carlson", days=1)

    assert await house.found(order=order) == await house.found("maria", order=order) == ["María García"]


async def test_another_branch_has_patients_of_its_own(house: House) -> None:
    id = await house.add("María García")
    async with house.store.writing() as work:
        row = (await work.run(select(tables.clinics).where(tables.clinics.c.id == house.clinic.id))).mappings().one()
        branch = {**row, "id": tables.new_id(), "name": "Bea North"}
        await work.run(insert(tables.clinics).values(**branch))
        await work.run(update(tables.patients).where(tables.patients.c.id == id).values(clinic_id=branch["id"]))

    assert await house.found("maria") == []


async def test_states_come_in_the_order_of_who_needs_somebody(house: House) -> None:
    for standing in reversed(Standing):
        await house.add(standing, standing=standing)

    assert await house.found(order=Order.STATE) == [str(each) for each in Standing]
    assert await house.found(standing=Standing.NEVER, order=Order.STATE) == ["never"]


async def test_sessions_ahead_come_soonest_first_and_others_latest_first(house: House) -> None:
    for days in (3, -2, 1, -9):
        await house.add(f"in {days}", days=days)

    assert await house.found(order=Order.SOONEST) == ["in 1", "in 3"]
    assert await house.found() == ["in 3", "in 1", "in -2", "in -9"]


async def test_days_are_the_clinics_own(house: House, catalog: catalogs.Catalog, clock: clocks.Clock) -> None:
    await cast.invite(house.store, house.clinic, catalog, now=clock.now())  # Tuesday 24th
    tuesday = date(2026, 11, 24)

    assert await house.found(first=tuesday, last=tuesday) == ["Ana García"]
    assert await house.found(first=tuesday + DAY) == await house.found(last=tuesday - DAY) == []


async def test_the_session_that_is_shown_is_the_next_one(
    house: House, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    made = await cast.invite(house.store, house.clinic, catalog, now=clock.now())
    [row] = (await house.page()).rows
    clock.wind(9 * DAY)
    [later] = (await house.page()).rows

    assert (row.session.day, row.is_ahead, later.is_ahead) == (cast.TUESDAY.day, True, False)
    assert (row.sent_at, row.looks, row.standing) == (None, 0, Standing.INVITED)
    await cast.sent(house.store, made.treatment_id, "day-1", now=clock.now())
    await cast.set_rows(house.store, made.treatment_id, "day-2", state="rejected")
    [row] = (await house.page()).rows
    assert (row.sent_at, row.looks) == (clock.now(), 1)


@pytest.mark.parametrize("place", ["x", "bi5sYXRlc3Q", "AAAA", "é", "=" * 9, "bi5zdGF0ZS4uMC4" + "0" * 40])
async def test_a_broken_place_is_the_first_page_and_says_so(house: House, place: str) -> None:
    await house.add("María García")

    page = await house.page(place)
    assert (page.is_lost, len(page.rows)) == (True, 1)


async def test_a_place_of_another_order_is_not_followed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SIZE", 1)
    await house.add("A", days=1)
    await house.add("B", days=2)
    place = (await house.page()).next

    assert (await house.page(place, order=Order.STATE)).is_lost


CHOICES = {
    "all": {},
    "state": {"order": Order.STATE},
    "soonest": {"order": Order.SOONEST},
    "search": {"query": "ma"},
    "search by state": {"query": "ma", "order": Order.STATE},
    "one state": {"standing": Standing.JOINED},
    "soonest of one state": {"standing": Standing.JOINED, "order": Order.SOONEST},
}


@pytest.mark.parametrize("few", [0, 4000], ids=["asked of each", "found first"])
@pytest.mark.parametrize("choice", CHOICES)
async def test_paging_on_and_back_meets_each_once_while_others_are_added(
    house: House, monkeypatch: pytest.MonkeyPatch, choice: str, few: int
) -> None:
    monkeypatch.setattr(listing, "SIZE", 3)
    monkeypatch.setattr("reminderbot.store.listing.FEW", few)
    monkeypatch.setattr("reminderbot.store.listing.FEW_ALONE", few)
    wanted, kinds = CHOICES[choice], (Standing.JOINED, Standing.NEVER, Standing.INVITED)
    for number in range(11):
        await house.add(f"María {number}", standing=kinds[number % 3], days=number % 4 + 1)
    everybody = set()
    async for rows in listing.every(house.store, house.who, Wanted(**wanted), now=house.clock.now()):
        everybody |= {row.id for row in rows}

    met: list[str] = []
    pages, place = [await house.page(**wanted)], ""
    while True:
        met += [row.id for row in pages[-1].rows]
        await house.add("María new", standing=kinds[len(met) % 3], days=len(met) % 4 + 0.5)
        place = pages[-1].next
        if not place or len(pages) > 20:
            break
        pages.append(await house.page(place, **wanted))
    back, steps = pages[-1], 0
    while back.previous:
        back, steps = await house.page(back.previous, **wanted), steps + 1
        assert steps < 20
    assert len(met) == len(set(met))
    assert everybody <= set(met)
    assert back.previous == ""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=64))
def test_what_is_typed_whole_is_always_among_a_names_beginnings(name: str) -> None:
    assert set(names.typed(name)) <= names.beginnings(name) or all(len(word) == 1 for word in names.typed(name))


async def test_the_database_holds_no_beginning_that_could_be_read(house: House) -> None:
    await house.add("María García")

    async with house.store.reading() as work:
        tokens = (await work.run(select(tables.search_tokens.c.token))).scalars().all()
    assert {len(each) for each in tokens} == {names.TOKEN}
    assert not any(b"mar" in each for each in tokens)
