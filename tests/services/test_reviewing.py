"""Reading again: what is told on Today and when, and that it changes nothing of what patients get."""

import dataclasses
from datetime import date, timedelta

import pytest

from reminderbot import errors
from reminderbot.services import access, reviewing
from tests.services import cast
from tests.services.test_publishing import BOOK, CHOICE, EN, ES, Clinic, clinic

__all__ = ["clinic"]  # a fixture
TUESDAY = dataclasses.replace(CHOICE, review_on=date(2026, 12, 15))
LATER = date(2027, 6, 1)


async def due(clinic: Clinic, who: access.Staff | None = None) -> list[tuple[date, bool]]:
    async with clinic.store.reading() as work:
        found = await reviewing.due(work, who or clinic.dana, **clinic.given)
    return [(each.on, each.is_overdue) for each in found]


async def reads_again(clinic: Clinic, id: str, on: date | None = LATER, who: access.Staff | None = None) -> str:
    async with clinic.store.writing() as work:
        return await reviewing.read_again(work, who or clinic.dana, BOOK, id, on, **clinic.given)


async def test_a_review_is_told_two_weeks_ahead_and_as_overdue_once_its_day_is_past(clinic: Clinic) -> None:
    await clinic.writes()
    await clinic.publishes(TUESDAY)
    long_before = await due(clinic)
    clinic.clock.wind(timedelta(days=8))
    soon = await due(clinic)
    clinic.clock.wind(timedelta(days=15))

    assert (long_before, soon) == ([], [(date(2026, 12, 15), False)])
    assert await due(clinic) == [(date(2026, 12, 15), True)]
    assert await clinic.says() == EN


async def test_an_edition_that_is_not_in_force_any_more_is_not_to_be_read_again(clinic: Clinic) -> None:
    await clinic.writes()
    await clinic.publishes(TUESDAY)
    await clinic.writes(en=EN + " Bye.", es=ES + " Adiós.")
    await clinic.publishes()
    clinic.clock.wind(cast.at(26, 9) - clinic.clock.now() + timedelta(days=30))

    assert await due(clinic) == []


async def test_the_front_desk_is_told_nothing_of_it(clinic: Clinic) -> None:
    await clinic.writes()
    await clinic.publishes(TUESDAY)
    clinic.clock.wind(timedelta(days=30))

    assert await due(clinic, dataclasses.replace(clinic.dana, role=access.Role.DESK)) == []


async def test_who_has_read_it_again_is_named_and_nobody_gets_another_text(clinic: Clinic) -> None:
    await clinic.writes()
    old = await clinic.publishes(TUESDAY)
    clinic.clock.wind(timedelta(days=30))

    new = await clinic.opens(await reads_again(clinic, old, who=clinic.gus))

    assert (new.listed.row.review_on, new.listed.reader, new.listed.is_newest) == (LATER, "Gus", True)
    assert new.texts == (await clinic.opens(old)).texts
    assert await due(clinic) == []


async def test_only_what_is_in_force_is_read_again_and_for_a_day_to_come(clinic: Clinic) -> None:
    await clinic.writes()
    old = await clinic.publishes(TUESDAY)
    await clinic.writes(en=EN + " Bye.", es=ES + " Adiós.")
    new = await clinic.publishes(TUESDAY)

    with pytest.raises(errors.Conflict, match="refused-not-newest"):
        await reads_again(clinic, old)
    with pytest.raises(errors.Invalid, match="find-past-review"):
        await reads_again(clinic, new, date(2026, 11, 1))


async def test_a_clinician_and_another_clinic_read_nothing_again(clinic: Clinic) -> None:
    await clinic.writes()
    id = await clinic.publishes(TUESDAY)
    async with clinic.store.writing() as work:
        other = await cast.clinic(work, clinic.catalog, now=clinic.clock.now(), name="Carl Skin")
    carl = access.Staff(clinic.dana.staff_id, other.organisation_id, other.id, access.Role.ADMIN)

    with pytest.raises(errors.NotAllowed):
        await reads_again(clinic, id, who=clinic.eva)
    with pytest.raises(errors.NotFound):
        await reads_again(clinic, id, who=carl)
