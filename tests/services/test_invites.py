"""A link ties one chat to a patient: confirmed with what both know, by one of many, and shows nothing before."""

import asyncio
from datetime import date, timedelta

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


async def confirm(
    store: works.Store, who: access.Person, invite: invites.Created, answer: str | date, clock: clocks.Clock
) -> invites.Confirmed | invites.WrongAnswer:
    """Open the link and confirm it in a visit of its own."""
    async with store.writing() as work:
        opened = await invites.open_(work, who, invite.token, now=clock.now())
        return await invites.confirm(work, who, opened.invite_id, answer, now=clock.now())


async def refusal_of(store: works.Store, who: access.Person, token: str, clock: clocks.Clock) -> tuple[object, ...]:
    """Return everything that the refusal of a link says."""
    with pytest.raises(errors.Refusal) as refused:
        async with store.writing() as work:
            await invites.open_(work, who, token, now=clock.now())
    return type(refused.value), refused.value.key, repr(refused.value.values), str(refused.value)


async def test_the_desk_code_ties_the_chat_to_the_patient(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())

    confirmed = await confirm(store, ana, invite, f" {invite.desk_code[:2]}-{invite.desk_code[2:].lower()} ", clock)

    assert isinstance(confirmed, invites.Confirmed)
    assert (confirmed.patient_name, confirmed.timeline.treatment.clinic_name) == ("Ana García", "Bea Skin")
    assert (confirmed.is_new, len(confirmed.timeline.rows)) == (True, 9)


async def test_the_day_of_the_session_confirms_too(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())

    assert isinstance(await confirm(store, ana, invite, cast.TUESDAY.day, clock), invites.Confirmed)


async def test_a_link_fits_into_a_start_payload(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())

    assert len(invite.token) <= 64
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in invite.token)


async def test_neither_token_nor_code_is_kept_or_shown(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())

    async with store.reading() as work:
        row = (await work.run(tables.invites.select())).one()
    kept = repr(invite) + repr(tuple(row))
    assert invite.token not in kept
    assert f"'{invite.desk_code}'" not in kept


async def test_fifty_chats_confirm_at_once_and_one_wins(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    people = [await cast.consenting(store, catalog, telegram_id=9_000 + n, now=clock.now()) for n in range(50)]

    async def claim(who: access.Person) -> bool:
        try:
            async with store.writing() as work:
                await invites.confirm(work, who, invite.invite_id, invite.desk_code, now=clock.now())
        except errors.NotFound:
            return False
        return True

    won = await asyncio.gather(*(claim(who) for who in people))

    assert won.count(True) == 1
    assert await cast.count(store, tables.bindings) == 1


async def test_unknown_used_expired_revoked_and_locked_links_are_answered_alike(
    store: works.Store,
    ana: access.Person,
    carl: access.Person,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    used, revoked, locked, old = [await cast.invite(store, bea, catalog, now=clock.now()) for _ in range(4)]
    await confirm(store, ana, used, used.desk_code, clock)
    async with store.writing() as work:
        change = tables.invites.update().where(tables.invites.c.id == revoked.invite_id)
        await work.run(change.values(revoked_at=clock.now()))
    for _ in range(invites.TRIES):
        await confirm(store, carl, locked, "WRONG", clock)
    answers = {await refusal_of(store, carl, each.token, clock) for each in (used, revoked, locked)}
    clock.wind(timedelta(days=31))
    answers |= {await refusal_of(store, carl, old.token, clock), await refusal_of(store, carl, "x" * 43, clock)}

    assert len(answers) == 1


async def test_a_wrong_answer_is_counted_and_shows_nothing(
    store: works.Store, carl: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())

    wrong = await confirm(store, carl, invite, date(2026, 11, 25), clock)

    async with store.reading() as work:
        assert await treatments.of_chat(work, carl) == []
    assert wrong == invites.WrongAnswer(tries_left=4)


async def test_the_same_chat_opens_and_confirms_twice_with_the_same_result(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    first = await confirm(store, ana, invite, invite.desk_code, clock)

    again = await confirm(store, ana, invite, "whatever", clock)

    assert isinstance(first, invites.Confirmed)
    assert isinstance(again, invites.Confirmed)
    assert (again.timeline, again.is_new) == (first.timeline, False)


async def test_what_fell_before_the_link_was_confirmed_is_skipped(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    clock.wind(timedelta(days=2, hours=6))  # Wednesday afternoon
    await cast.set_rows(store, invite.treatment_id, "eve", state="expired", reason="no_chat")

    await confirm(store, ana, invite, invite.desk_code, clock)

    states = await cast.states(store, invite.treatment_id)
    assert (states["eve"], states["day-1"]) == (("skipped", "no_time_before"), ("skipped", "late_start"))
    assert states["day-2"] == ("planned", None)


async def test_a_confirmation_needs_consent(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        who = (await cast.arrive(work, catalog, telegram_id=5, now=clock.now())).person

    with pytest.raises(errors.NotAllowed, match="no_consent"):
        await confirm(store, who, invite, invite.desk_code, clock)


async def test_a_patient_speaks_the_language_of_the_chat(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    await confirm(store, ana, invite, invite.desk_code, clock)

    async with store.reading() as work:
        assert (await work.run(tables.patients.select())).one().language == "en"
