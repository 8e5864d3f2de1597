"""Answers and worries: the first answer counts, a worry leads to a person, two taps are one."""

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, checkins, clinics, invites, preferences, worries
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


@pytest.fixture
async def sent(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> dict[str, str]:
    """The ids of Ana's reminders by step; day 1 and day 3 were sent."""
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "day-1", "day-3", now=clock.now())
    return {step: row.id for step, row in (await cast.rows(store, kept.treatment_id)).items()}


async def answer(
    store: works.Store, who: access.Person, reminder_id: str, ask: str, said: str, clock: clocks.Clock
) -> checkins.Answered:
    """Answer in a visit of its own."""
    async with store.writing() as work:
        return await checkins.answer(work, who, reminder_id, ask, said, now=clock.now())


async def test_the_first_answer_counts(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock
) -> None:
    await answer(store, ana, sent["day-3"], "reads", "no", clock)

    again = await answer(store, ana, sent["day-3"], "reads", "yes", clock)

    assert (again.answer, again.is_first) == (checkins.Answer.NO, False)


async def test_no_to_the_reads_ends_the_reads(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock
) -> None:
    await answer(store, ana, sent["day-3"], "reads", "no", clock)

    async with store.reading() as work:
        rows = (await work.run(tables.reminders.select().where(tables.reminders.c.reason == "no_reads"))).all()
        assert (await preferences.current(work, ana)).wants_reads is False
    assert {row.step_key for row in rows} == {"day-7", "day-14", "day-28", "day-90"}


async def test_a_worried_answer_is_kept_as_a_worry_once(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock
) -> None:
    first = await answer(store, ana, sent["day-1"], "skin", "worried", clock)
    again = await answer(store, ana, sent["day-1"], "skin", "worried", clock)

    assert first.worry is not None
    assert again.worry is not None
    assert (again.worry.worry_id, again.worry.is_new) == (first.worry.worry_id, False)
    assert await cast.count(store, tables.worries) == 1


async def test_who_is_worried_after_all_is_heard(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock
) -> None:
    await answer(store, ana, sent["day-1"], "skin", "ok", clock)

    later = await answer(store, ana, sent["day-1"], "skin", "worried", clock)

    assert later.answer is checkins.Answer.OK
    assert later.worry is not None
    assert later.worry.is_new


@pytest.mark.parametrize(("ask", "said"), [("skin", "yes"), ("skin", ""), ("mood", "ok"), ("reads", "no")])
async def test_an_answer_that_no_button_of_the_reminder_has_is_refused(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock, ask: str, said: str
) -> None:
    with pytest.raises(errors.Invalid, match="button"):
        await answer(store, ana, sent["day-1"], ask, said, clock)


async def test_a_reminder_that_was_not_sent_cannot_be_answered(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    waiting = (await cast.rows(store, kept.treatment_id))["day-1"].id

    with pytest.raises(errors.NotFound):
        await answer(store, ana, waiting, "skin", "ok", clock)


async def test_the_operator_reads_the_worry_with_its_words(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
        await worries.raise_(work, ana, now=clock.now())
        await worries.raise_(work, ana, now=clock.now(), words="my cheek\u202e is hot")

    async with store.reading() as work:
        listed = await worries.open_list(work, cast.OPERATOR)
    assert [(w.clinic_name, w.patient_name, w.words) for w in listed] == [("Bea Skin", "Ana García", "my cheek is hot")]


async def test_a_worry_about_a_reminder_says_which(
    store: works.Store, ana: access.Person, sent: dict[str, str], clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now(), reminder_id=sent["day-1"])
        listed = await worries.open_list(work, cast.OPERATOR)

    assert [(w.step_key, w.session_day, w.clinic_name) for w in listed] == [("day-1", cast.TUESDAY.day, "")]
