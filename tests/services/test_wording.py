"""Drafts of a clinic's wording: the order of a book, saving, two at once, discarding, an invented patient's values."""

import asyncio

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, values, wording
from reminderbot.store import drafts, editions, tables
from reminderbot.store import work as works
from tests.services import staffing

BOOK, EVE = "microneedling", "step.eve"


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """An admin of Dr Bea's clinic."""
    return await staffing.employ(store, bea, access.Role.ADMIN, name="Dana")


@pytest.fixture
async def eve(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """Another one."""
    return await staffing.employ(store, bea, access.Role.ADMIN, name="Eve")


class Desk:
    """Asks the services as somebody, each in a visit of its own."""

    def __init__(self, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> None:
        self.store = store
        self.catalog = catalog
        self.clock = clock

    async def save(self, who: access.Staff, body: str, *, version: int = 0, source: str = "") -> drafts.DraftRow:
        given = {"catalog": self.catalog, "now": self.clock.now()}
        async with self.store.writing() as work:
            return await wording.save(work, who, BOOK, EVE, "en", body, source=source, version=version, **given)

    async def take(self, who: access.Staff, draft_id: str) -> drafts.DraftRow:
        given = {"catalog": self.catalog, "now": self.clock.now()}
        async with self.store.writing() as work:
            return await wording.take(work, who, BOOK, EVE, "en", draft_id, **given)

    async def text(self, who: access.Staff, language: str = "en") -> wording.Text:
        async with self.store.reading() as work:
            found = await wording.texts(work, who, BOOK, key=EVE, catalog=self.catalog, now=self.clock.now())
        return next(text for text in found if text.language == language)


@pytest.fixture
def at(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> Desk:
    return Desk(store, catalog, clock)


def all_kept(text: wording.Text) -> set[str]:
    return {text.body, *(row.body for row in text.aside)}


async def test_the_texts_of_a_plan_stand_in_the_order_of_its_steps(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock, dana: access.Staff
) -> None:
    async with store.reading() as work:
        found = await wording.texts(work, dana, BOOK, catalog=catalog, now=clock.now())

    steps = [step.message for step in catalog.plan(BOOK).steps]
    assert [(text.key, text.language) for text in found] == [(key, code) for key in steps for code in ("en", "es")]


async def test_a_draft_lies_over_what_is_in_force_and_is_own_advice(at: Desk, dana: access.Staff) -> None:
    before = await at.text(dana)
    await at.save(dana, "Come rested.\r\n  ", source=" Our records ")
    after = await at.text(dana)

    assert (before.is_own, before.is_drafted, after.is_own, after.is_drafted) == (False, False, True, True)
    assert (after.body, after.source, after.in_force) == ("Come rested.", "Our records", before.shipped)


async def test_a_sign_that_no_database_keeps_is_left_out(at: Desk, dana: access.Staff) -> None:
    await at.save(dana, "Come \0rested.", source="Our\0 records")

    assert ((await at.text(dana)).body, (await at.text(dana)).source) == ("Come rested.", "Our records")


async def test_a_draft_that_says_what_is_in_force_changes_nothing(at: Desk, dana: access.Staff) -> None:
    await at.save(dana, (await at.text(dana)).in_force)

    assert not (await at.text(dana)).is_drafted


async def test_a_published_texts_source_is_where_the_next_draft_begins(
    store: works.Store, at: Desk, dana: access.Staff
) -> None:
    texts = [editions.TextRow(EVE, "en", "Come rested.", "Our records")]
    said = {"book": BOOK, "reach": "all", "why": "", "staff_id": dana.staff_id, "now": at.clock.now()}
    said |= dict.fromkeys(("reviewed_by", "review_on", "restores"))
    async with store.writing() as work:
        await editions.add(work, wording.scope(dana), **said, texts=texts)
    text = await at.text(dana)

    assert (text.in_force, text.source, text.is_own, text.is_drafted) == ("Come rested.", "Our records", True, False)


async def test_the_second_of_two_admins_gets_the_first_ones_draft_and_theirs_is_kept(
    at: Desk, dana: access.Staff, eve: access.Staff
) -> None:
    await at.save(dana, "The first.")
    found = await at.save(eve, "The second.")

    assert (found.body, found.staff_id, wording.is_mine(found, eve, "The second.")) == (
        "The first.",
        dana.staff_id,
        False,
    )
    assert all_kept(await at.text(eve)) == {"The first.", "The second."}


async def test_whoever_came_second_and_types_on_leaves_one_text_aside_and_not_many(
    at: Desk, dana: access.Staff, eve: access.Staff
) -> None:
    await at.save(dana, "The first.")
    for words in ("The", "The second", "The second."):
        await at.save(eve, words)

    assert all_kept(await at.text(eve)) == {"The first.", "The second."}


async def test_of_ones_own_two_windows_the_later_text_stands_and_the_other_is_kept(
    at: Desk, dana: access.Staff
) -> None:
    await at.save(dana, "From one window.")
    found = await at.save(dana, "From another.")

    assert found.body == "From another."
    assert all_kept(await at.text(dana)) == {"From one window.", "From another."}


async def test_two_who_save_the_very_same_agree(at: Desk, dana: access.Staff, eve: access.Staff) -> None:
    await at.save(dana, "The same.")
    found = await at.save(eve, "The same.")

    assert wording.is_mine(found, eve, "The same.")
    assert not (await at.text(eve)).aside


async def test_many_at_the_same_instant_lose_nothing(
    store: works.Store, bea: clinics.ClinicView, at: Desk, dana: access.Staff
) -> None:
    people = [await staffing.employ(store, bea, access.Role.ADMIN, name=f"Admin {number}") for number in range(5)]
    await asyncio.gather(*(at.save(who, f"Text {number}.") for number, who in enumerate(people)))

    assert all_kept(await at.text(dana)) == {f"Text {number}." for number in range(5)}


async def test_a_draft_that_another_discarded_meanwhile_begins_anew(
    store: works.Store, at: Desk, dana: access.Staff, eve: access.Staff
) -> None:
    first = await at.save(dana, "The first.")
    async with store.writing() as work:
        dropped = await wording.discard(work, eve, BOOK, EVE, "en", catalog=at.catalog)
    found = await at.save(dana, "The first, and more.", version=first.version)

    assert (dropped, found.body) == (1, "The first, and more.")


async def test_discarding_drops_what_was_kept_aside_too_and_is_noted(
    store: works.Store, at: Desk, dana: access.Staff, eve: access.Staff
) -> None:
    await at.save(dana, "The first.")
    await at.save(eve, "The second.")
    async with store.writing() as work:
        await wording.discard(work, eve, BOOK, EVE, "en", catalog=at.catalog)
        noted = (await work.run(select(tables.audit.c.action))).scalars().all()

    text = await at.text(eve)
    assert (text.draft, text.aside, text.body) == (None, (), text.shipped)
    assert "wording.discarded" in noted


async def test_what_was_kept_aside_and_the_draft_change_places_as_often_as_one_likes(
    at: Desk, dana: access.Staff, eve: access.Staff
) -> None:
    await at.save(dana, "The first.")
    await at.save(eve, "The second.")
    for standing in ("The second.", "The first.", "The second."):
        [aside] = (await at.text(eve)).aside
        found = await at.take(eve, aside.id)

        assert found.body == standing
        assert all_kept(await at.text(eve)) == {"The first.", "The second."}


async def test_nobody_takes_what_is_not_kept_for_this_text(at: Desk, dana: access.Staff) -> None:
    standing = await at.save(dana, "The first.")

    for draft_id in (standing.id, "0" * 32, ""):
        with pytest.raises(errors.Conflict, match="gone"):
            await at.take(dana, draft_id)


async def test_a_text_that_is_too_long_to_keep_is_refused(at: Desk, dana: access.Staff) -> None:
    with pytest.raises(errors.Invalid, match="too-long"):
        await at.save(dana, "x" * (wording.LONGEST + 1))


async def test_what_the_organisation_holds_is_not_written_and_the_refusal_names_it(
    at: Desk, dana: access.Staff
) -> None:
    async with at.store.writing() as work:
        await work.run(update(tables.organisations).values(locks=[f"texts.{BOOK}"], name="Sun Clinics"))

    with pytest.raises(errors.NotAllowed, match=r"console.wording.refused-held") as refused:
        await at.save(dana, "Hello.")
    assert refused.value.values == {"organisation_name": "Sun Clinics"}
    assert (await at.text(dana)).draft is None


async def test_who_may_not_write_is_told_so(store: works.Store, bea: clinics.ClinicView, at: Desk) -> None:
    clinician = await staffing.employ(store, bea, access.Role.CLINICIAN)
    front = await staffing.employ(store, bea, access.Role.DESK)

    assert (await at.text(clinician)).key == EVE
    for who in (clinician, front):
        with pytest.raises(errors.NotAllowed):
            await at.save(who, "x")
        with pytest.raises(errors.NotAllowed):
            await at.take(who, "x")
    with pytest.raises(errors.NotAllowed):
        await at.text(front)


async def test_the_invented_patient_is_one_of_the_clinic(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock, dana: access.Staff
) -> None:
    async with store.reading() as work:
        values = await wording.sample(work, dana, "es", days=-1, catalog=catalog, now=clock.now())

    assert (values["clinic_name"], values["emergency"]) == ("Bea Skin", "+34 910 000 112")
    assert (values["session_day"], values["day"]) == ("martes 24 de noviembre", -1)


def test_a_reminder_may_use_the_blanks_of_reminders_and_a_button_only_its_own(catalog: catalogs.Catalog) -> None:
    of_button = [key for key in wording.keys(catalog, wording.WORDS) if key.startswith("button.")]

    assert wording.palette(catalog, BOOK, EVE).keys() == values.REMINDER
    assert wording.palette(catalog, wording.WORDS, of_button[0]).keys() == catalog.template("en", of_button[0]).names
