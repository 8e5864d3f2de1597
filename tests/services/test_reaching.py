"""Whom one can reach, what to expect now, and the blanks of what is said."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import phases
from reminderbot.services import (
    access,
    chats,
    clinics,
    consent,
    contact,
    dialogues,
    expectations,
    invites,
    names,
    opening,
    preferences,
    registration,
    shipping,
    values,
)
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


async def test_a_clinics_patient_reaches_the_clinic(
    store: works.Store, ana: access.Person, bound: invites.Created, clock: clocks.Clock
) -> None:
    async with store.reading() as work:
        reach = await contact.of(work, ana, now=clock.now())  # Monday 10:00 in Madrid
        late = await contact.of(work, ana, now=clock.now() + timedelta(hours=12))

    assert (reach.clinic_name, reach.phone, reach.is_open) == ("Bea Skin", "+34 910 000 000", True)
    assert (late.is_open, late.next_open) == (False, wall(24, 9))


async def test_without_a_clinic_the_phone_that_was_given_is_the_way(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await preferences.set_treated_by(work, ana, "910 123 456", now=clock.now())

        assert await contact.of(work, ana, now=clock.now()) == contact.Contact(phone="910 123 456")


async def test_the_blanks_of_a_clinics_session_are_filled(
    store: works.Store, bound: invites.Created, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        filled = await cast.sent_blanks(work, bound.treatment_id, catalog, now=cast.at(26, 9))

    assert filled == {
        "first_name": "Ana",
        "session_day": "Tuesday 24 November",
        "session_time": "15:30",
        "clinic_name": "Bea Skin",
        "clinic_phone": "+34 910 000 000",
        "emergency": "+34 910 000 112",
        "day": 2,
    }


async def test_the_blanks_of_ones_own_session_are_filled(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await preferences.set_treated_by(work, ana, "910 123 456", now=clock.now())
        sent = await cast.sent_blanks(work, kept.treatment_id, catalog, now=clock.now())
        told = await values.of_chat(work, ana, "en", catalog=catalog, now=clock.now())

    assert (sent["first_name"], sent["clinic_name"], sent["clinic_phone"]) == ("", "", "910 123 456")
    assert "112" in str(sent["emergency"])
    assert sent == told


async def test_what_to_expect_is_said_of_the_nearest_session(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    second = registration.Draft(day=date(2026, 12, 22), at=time(10), zone=cast.MADRID)
    await cast.register(store, ana, catalog, now=clock.now(), draft=second)

    async with store.reading() as work:
        told = [await expectations.phase(work, ana, now=now) for now in (cast.at(25, 9), cast.at(20, 9, month=12))]

    assert [each.phase for each in told] == [phases.Phase.DAY_1, phases.Phase.BEFORE]
    assert [each.treatment and each.treatment.day.month for each in told] == [11, 12]


async def test_a_clinic_is_found_by_its_name_and_is_not_added_twice(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        found = await clinics.find(work, cast.OPERATOR, " bea  SKIN ")
        listed = await clinics.list_(work, cast.OPERATOR)
        with pytest.raises(errors.Conflict, match="clinic_exists"):
            await cast.clinic(work, catalog, now=clock.now(), name="BEA skin")

    assert (found, listed) == (bea, [bea])


async def test_consent_is_given_once_a_wording(store: works.Store, ana: access.Person, clock: clocks.Clock) -> None:
    async with store.writing() as work:
        given = [await consent.give(work, ana, wording=word * 64, now=clock.now()) for word in ("w", "v", "v")]

    assert given == [False, True, False]


async def test_a_chat_arrives_once_in_the_language_of_its_app(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        first = await cast.arrive(work, catalog, telegram_id=77, now=clock.now(), language="es-MX")
        again = await cast.arrive(work, catalog, telegram_id=77, now=clock.now(), language="en")
        seen = await chats.get(work, again.person)

    assert (first.language, first.is_new, again.is_new, again.id) == ("es", True, False, first.id)
    assert seen.telegram_id == 77


async def test_a_dialogue_goes_on_where_it_was(store: works.Store, ana: access.Person, clock: clocks.Clock) -> None:
    async with store.writing() as work:
        await dialogues.save(work, ana, "session", {"day": "2026-11-24"}, now=clock.now())
    async with store.writing() as work:
        await dialogues.save(work, ana, "session", {"day": "2026-11-25", "ask": ["hour"]}, now=clock.now())

    async with store.writing() as work:
        found = await dialogues.load(work, ana)
        await dialogues.end(work, ana)
        ended = await dialogues.load(work, ana)
    assert (found, ended) == (
        dialogues.Dialogue("session", {"day": "2026-11-25", "ask": ["hour"]}, clock.now()),
        None,
    )


async def test_a_plan_and_its_texts_are_copied_once(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    ids = set()
    for _ in range(2):
        async with store.writing() as work:
            version = await shipping.plan_version(
                work, catalog, "microneedling", organisation_id=tables.BUILT_IN, now=clock.now()
            )
            ids.add(version)

    assert len(ids) == 1
    assert await cast.count(store, tables.texts) == 9 * len(catalog.languages)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   María ", "Ana María"),
        ("Ana\u202e\u2066<b>\u0000", "Ana<b>"),
        ("محمد عبد", "محمد عبد"),
        ("A\nB", "A B"),
    ],
)
def test_a_name_is_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert names.name(typed) == kept


@pytest.mark.parametrize("typed", ["", "\u202e\u200b", "x" * 65])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(errors.Invalid, match=r"refusal\.name"):
        names.name(typed)


@pytest.mark.parametrize("typed", ["", "call me", "1234", "1" * 26, "+34 910 000 000 ext 5", "٠١٢٣٤٥", "12345<b>"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(errors.Invalid, match=r"refusal\.phone"):
        names.phone(typed)


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a wall time of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


OPEN = opening.read("Mon-Fri 9:00-18:00, Sat 10-14")


@pytest.mark.parametrize(
    ("local", "is_open", "opens"),
    [
        (wall(23, 9, 0), True, wall(24, 9)),
        (wall(23, 18, 0), False, wall(24, 9)),
        (wall(28, 13, 59), True, wall(30, 9)),
        (wall(29, 12, 0), False, wall(30, 9)),
    ],
)
def test_opening_hours_are_kept(local: datetime, is_open: bool, opens: datetime) -> None:
    assert (opening.is_open(OPEN, local), opening.next_open(OPEN, local)) == (is_open, opens)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("Mon, Wed 9-13, 15-18; Sat 10-14", {0: 2, 2: 2, 5: 1}),
        ("Fri-Mon 10-14", {0: 1, 4: 1, 5: 1, 6: 1}),
        ("Monday – Tuesday: 9.30 – 24:00", {0: 1, 1: 1}),
        ("", {}),
    ],
)
def test_ways_to_write_opening_hours(typed: str, days: dict[int, int]) -> None:
    assert {day: len(spans) for day, spans in opening.read(typed).items()} == days


@pytest.mark.parametrize(
    "typed", ["always", "Mon", "9-18", "Mon 18-9", "Mon 9-25", "Mon 9-12, 11-14", "Mon 9", "Mon 9-18 Tue", "x" * 300]
)
def test_opening_hours_that_cannot_be_read_are_refused(typed: str) -> None:
    with pytest.raises(errors.Invalid, match=r"refusal\.hours"):
        opening.read(typed)


def test_opening_hours_come_back_from_the_row_as_they_were_read() -> None:
    text = "Mon-Fri 9:00-18:00, Sat 10-24"

    assert opening.from_json(opening.as_json(text)) == (text, opening.read(text))
