"""Carl's chat sees and changes nothing of Ana's, whichever service it asks with whatever id it has found."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

import reminderbot.services
from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, phases, plans
from reminderbot.services import (
    access,
    addressee,
    ahead,
    asked,
    cases,
    chats,
    checkins,
    claims,
    clinic_words,
    clinics,
    coming,
    contact,
    dialogues,
    expectations,
    invites,
    letters,
    mydata,
    own_titles,
    pausing,
    posters,
    preferences,
    privacy,
    registration,
    skipping,
    snoozing,
    stopping,
    treatments,
    values,
    worries,
)
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast

Ids = dict[str, str]
LATER = datetime(2026, 12, 1, 9)  # noqa: DTZ001 - on the patient's clock
Ask = Callable[[works.Work, access.Person], Awaitable[Any]]


def ask(function: Callable[..., Awaitable[Any]], *rest: Any, **named: Any) -> Ask:
    """Return the question that whoever asks puts to a service."""
    return lambda work, who: function(work, who, *rest, **named)


def refused(ids: Ids, c: catalogs.Catalog, now: datetime) -> dict[str, Ask]:
    """Return the questions that are refused, since what they are about is not Carl's."""
    return {
        "treatments.get": ask(treatments.get, ids["treatment"]),
        "treatments.timeline_of": ask(treatments.timeline_of, ids["treatment"]),
        "treatments.preview_move": ask(
            treatments.preview_move, ids["treatment"], day=date(2026, 12, 1), at=time(9), now=now
        ),
        "treatments.move": ask(treatments.move, ids["treatment"], day=date(2026, 12, 1), at=time(9), now=now),
        "treatments.cancel": ask(treatments.cancel, ids["treatment"], now=now),
        "registration.preview": ask(registration.preview, draft(ids), catalog=c, now=now),
        "registration.register": ask(registration.register, draft(ids), catalog=c, now=now),
        "checkins.answer": ask(checkins.answer, ids["reminder"], "skin", "worried", now=now),
        "worries.raise_": ask(worries.raise_, now=now, reminder_id=ids["reminder"]),
        "addressee.of": ask(addressee.of, now=now, patient_id=ids["patient"]),
        "letters.to_write": ask(letters.to_write, now=now, patient_id=ids["patient"]),
        "letters.write": ask(letters.write, "I am Ana", now=now, patient_id=ids["patient"]),
        "contact.of": ask(contact.of, now=now, treatment_id=ids["treatment"]),
        "contact.clinic": ask(contact.clinic, now=now, treatment_id=ids["treatment"]),
        "expectations.phase": ask(expectations.phase, now=now, treatment_id=ids["treatment"]),
        "values.of_chat": ask(values.of_chat, "en", catalog=c, now=now, treatment_id=ids["treatment"]),
        "coming.held": ask(coming.held, ids["reminder"]),
        "coming.reached": ask(coming.reached, ids["reminder"]),
        "coming.text": ask(coming.text, ids["reminder"]),
        "skipping.skip": ask(skipping.skip, ids["reminder"], now=now),
        "skipping.unskip": ask(skipping.unskip, ids["reminder"], now=now),
        "snoozing.ask": ask(snoozing.ask, ids["reminder"], LATER, now=now),
        "snoozing.snooze": ask(snoozing.snooze, ids["reminder"], LATER, now=now),
        "snoozing.undo": ask(snoozing.undo, ids["reminder"], now=now),
        "cases.take": ask(cases.take, ids["case"], now=now),
        "claims.begin": ask(claims.begin, now=now),
        "claims.undo": ask(claims.undo, now=now),
        "invites.decline": ask(invites.decline, now=now, invite_id=ids["invite"]),
        "invites.confirm": ask(invites.confirm, ids["invite"], cast.TUESDAY.day, now=now),
        "preferences.set_morning": ask(preferences.set_morning, time(9), now=now),
        "preferences.set_quiet": ask(preferences.set_quiet, hours.Quiet(time(22), time(7)), now=now),
        "preferences.set_reads": ask(preferences.set_reads, False, now=now),
        "preferences.set_treated_by": ask(preferences.set_treated_by, "12345", now=now),
    }


def empty(ids: Ids, c: catalogs.Catalog, now: datetime) -> dict[str, tuple[Ask, Any]]:
    """Return the questions that are answered, and the answer that has nothing of Ana's in it."""
    return {
        "treatments.of_chat": (ask(treatments.of_chat), []),
        "treatments.timeline": (ask(treatments.timeline, now=now), []),
        "treatments.whole_timeline": (ask(treatments.whole_timeline), []),
        "ahead.of_chat": (ask(ahead.of_chat, now=now), []),
        "checkins.asked_last": (ask(checkins.asked_last, plans.Ask.SKIN, now=now), None),
        "own_titles.of_chat": (ask(own_titles.of_chat, catalog=c, language="en"), {}),
        "pausing.until": (ask(pausing.until, now=now), {}),
        "pausing.held_back": (ask(pausing.held_back, now=now), {}),
        "worries.add": (ask(worries.add, ids["worry"], "I am Ana", now=now), None),
        "worries.wish_call": (ask(worries.wish_call, ids["worry"], catalog=c, now=now), None),
        "treatments.next_up": (ask(treatments.next_up, now=now), None),
        "addressee.of": (ask(addressee.of, now=now), None),
        "contact.of": (ask(contact.of, now=now), contact.Contact()),
        "contact.clinic": (ask(contact.clinic, now=now), None),
        "claims.claimable": (ask(claims.claimable), None),
        "claims.claimer": (ask(claims.claimer, now=now), None),
        "clinic_words.privacy": (ask(clinic_words.privacy, "en"), []),
        "posters.known": (ask(posters.known, ids["poster"]), ""),
        "expectations.phase": (
            ask(expectations.phase, now=now),
            expectations.Expectation(phases.Phase.NONE, None),
        ),
        "dialogues.load": (ask(dialogues.load), None),
        "asked.load": (ask(asked.load, now=now), asked.Asked()),
        "stopping.stop": (
            ask(stopping.stop, now=now),
            stopping.Stopped(cancelled=0, on_the_way=0, is_new=False, is_anyone=False),
        ),
        "stopping.resume": (
            ask(stopping.resume, now=now),
            stopping.Resumed(planned=0, expired=0, is_new=False),
        ),
        "stopping.is_stopped": (ask(stopping.is_stopped), False),
        "chats.left": (ask(chats.left, now=now), 0),
        "worries.raise_": (
            ask(worries.raise_, now=now),
            worries.Raised(None, contact.Contact(), is_new=False),
        ),
    }


def draft(ids: Ids) -> registration.Draft:
    """Return a session for Ana's patient."""
    return registration.Draft(day=date(2026, 12, 1), at=time(9), zone=cast.MADRID, patient_id=ids["patient"])


@pytest.fixture
async def ids(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> Ids:
    """What Ana has: a clinic's session, a sent reminder, a worry, a dialogue. All ids of it, in Carl's hands."""
    now = clock.now()
    invite = await cast.invite(store, bea, catalog, now=now)
    async with store.writing() as work:
        confirmed = await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=now)
        assert isinstance(confirmed, invites.Confirmed)
        await dialogues.save(work, ana, "session", {"day": "2026-11-24"}, now=now)
        await worries.raise_(work, ana, now=now)
        case_id = (await work.run(select(tables.cases.c.id))).scalar_one()
        worry_id = (await work.run(select(tables.worries.c.id))).scalar_one()
    await cast.sent(store, invite.treatment_id, "day-1", now=now)
    row = (await cast.rows(store, invite.treatment_id))["day-1"]
    return {
        "treatment": invite.treatment_id,
        "patient": row.patient_id,
        "reminder": row.id,
        "invite": invite.invite_id,
        "case": case_id,
        "worry": worry_id,
        "poster": await cast.poster(store, bea, now=now),
    }


async def everything(store: works.Store) -> list[Any]:
    """Return all rows that are Ana's or the clinic's."""
    found: list[Any] = []
    async with store.reading() as work:
        for table in (
            tables.treatments,
            tables.reminders,
            tables.check_ins,
            tables.worries,
            tables.cases,
            tables.claims,
            tables.invites,
            tables.letters,
        ):
            found += (await work.run(select(table).order_by(table.c.id))).all()
        found += (await work.run(select(tables.patients).order_by(tables.patients.c.id))).all()
    return found


async def test_every_question_with_a_foreign_id_is_answered_as_if_it_did_not_exist(
    store: works.Store, carl: access.Person, ids: Ids, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    before = await everything(store)
    for name, question in refused(ids, catalog, clock.now()).items():
        with pytest.raises(errors.NotFound):
            async with store.writing() as work:
                await question(work, carl)
                pytest.fail(name)

    assert await everything(store) == before


async def test_every_question_without_an_id_is_answered_without_anything_of_anas(
    store: works.Store, carl: access.Person, ids: Ids, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    before = await everything(store)
    for name, (question, nothing) in empty(ids, catalog, clock.now()).items():
        async with store.writing() as work:
            assert await question(work, carl) == nothing, name

    assert await everything(store) == before


async def test_what_is_stored_about_carl_is_nothing_of_anas(
    store: works.Store, carl: access.Person, ids: Ids, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.reading() as work:
        held = await privacy.stored(work, carl)
        filled = await values.of_chat(work, carl, "en", catalog=catalog, now=clock.now())

    assert held.patients == ()
    assert (filled["first_name"], filled["clinic_name"], filled["session_day"]) == ("", "", "")


async def test_what_carl_holds_and_leaves_out_is_nothing_of_anas(
    store: works.Store, carl: access.Person, ids: Ids, clock: clocks.Clock
) -> None:
    before, now = await everything(store), clock.now()
    async with store.writing() as work:
        copy = await mydata.of_chat(work, carl, now=now)
        await pausing.lift(work, carl, now=now)
        await skipping.all_again(work, carl, now=now)
        with pytest.raises(errors.Invalid):  # he has no session
            await pausing.pause(work, carl, date(2026, 12, 1), now=now)
        with pytest.raises(errors.Invalid):
            await skipping.today_only(work, carl, now=now)

    assert await everything(store) == before
    assert not any(each in copy.json for each in ids.values())


async def test_carl_erases_himself_only(
    store: works.Store, ana: access.Person, carl: access.Person, ids: Ids, clock: clocks.Clock
) -> None:
    before = await everything(store)
    async with store.writing() as work:
        await privacy.erase(work, carl, now=clock.now())

    assert await everything(store) == before


def test_every_function_of_a_person_is_in_this_file(catalog: catalogs.Catalog, clock: clocks.Clock) -> None:
    ids = dict.fromkeys(("treatment", "patient", "reminder", "invite", "case", "worry", "poster"), "")
    asked = {
        *refused(ids, catalog, clock.now()),
        *empty(ids, catalog, clock.now()),
        "privacy.stored",
        "privacy.erase",
        "values.of_chat",
        "mydata.of_chat",
        *("pausing.pause", "pausing.lift", "skipping.today_only", "skipping.all_again"),
    }
    own_chat_only = {
        *("chats.get", "chats.back", "dialogues.save", "dialogues.end", "asked.save", "preferences.current"),
        *("preferences.set_language", "preferences.set_zone", "invites.open_"),
        *("consent.give", "consent.is_given", "albums.is_new"),
        "pausing.held_back",
        *("coming.settled", "trying_habits.tried"),  # for what was reached, and what is asked, by another of these
        *("linking.linked", "posters.patient", "posters.register"),  # for whoever holds the link
    }

    assert person_functions() - asked - own_chat_only == set()


def person_functions() -> set[str]:
    """Return the public service functions that a Person may call, the inner ones aside."""
    inner = {"people", "planner", "claiming", "reopening"}
    found = set()
    for module in pkgutil.iter_modules(reminderbot.services.__path__):
        loaded = importlib.import_module(f"reminderbot.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.iscoroutinefunction):
            hints = inspect.signature(function).parameters
            is_ours = function.__module__ == loaded.__name__ and not name.startswith("_")
            if is_ours and module.name not in inner and any(p.annotation is access.Person for p in hints.values()):
                found.add(f"{module.name}.{name}")
    return found - {"treatments.reached"}
