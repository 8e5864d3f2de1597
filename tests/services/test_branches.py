"""A patient changes branch or phone: what is open goes along, what was stays, and the right is needed in both."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, branches, cases, clinics, contact, invites, people, phones, treatments, worries
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import branch_cast, cast

ADMIN, DESK = access.Role.ADMIN, access.Role.DESK


@pytest.fixture
async def norte(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> clinics.ClinicView:
    """Another branch of Dr Bea's."""
    return await branch_cast.branch(store, bea, catalog, now=clock.now())


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView, norte: clinics.ClinicView) -> access.Staff:
    """Somebody at the front desk of both branches."""
    return await branch_cast.employ(store, (bea, DESK), (norte, DESK))


async def change(
    store: works.Store, who: access.Staff, patient_id: str, to: str, catalog: catalogs.Catalog, clock: clocks.Clock
) -> branches.Preview:
    """Change branch in a visit of its own."""
    async with store.writing() as work:
        return await branches.change(
            work, who, patient_id, to, catalog=catalog, now=clock.now(), machine_now=clocks.machine()
        )


async def test_what_is_ahead_goes_along_and_what_was_sent_stays(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    await cast.sent(store, made.treatment_id, "eve", now=clock.now())

    done = await change(store, dana, patient_id, norte.id, catalog, clock)

    reminders = await cast.rows(store, made.treatment_id)
    [treatment] = await branch_cast.rows(store, tables.treatments, id=made.treatment_id)
    assert (done.along.sessions, done.along.reminders, done.along.stays) == (1, 8, 0)
    assert reminders["eve"].clinic_id == bea.id
    assert {row.clinic_id for step, row in reminders.items() if step != "eve"} == {norte.id}
    assert (treatment.clinic_id, treatment.version) == (norte.id, 1)


async def test_a_session_that_is_over_stays_while_its_reminders_name_the_new_clinic(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    clock.wind(timedelta(days=2, hours=9))  # Wednesday evening

    done = await change(store, dana, patient_id, norte.id, catalog, clock)

    [treatment] = await branch_cast.rows(store, tables.treatments, id=made.treatment_id)
    reminders = await cast.rows(store, made.treatment_id)
    async with store.writing() as work:
        reach = await contact.of(work, ana, now=clock.now())
        raised = await worries.raise_(work, ana, now=clock.now())
    [worry] = await branch_cast.rows(store, tables.worries, id=raised.worry_id)
    assert (treatment.clinic_id, done.along.sessions, done.along.stays) == (bea.id, 0, 1)
    assert reminders["day-2"].clinic_id == norte.id
    assert (reach.phone, worry.clinic_id) == (norte.phone, norte.id)


async def test_what_waits_for_somebody_goes_along_and_finds_no_owner_who_is_not_there(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    eve = await branch_cast.employ(store, (bea, ADMIN))
    letters = {"unread": None, "read": clock.now(), "asked": clock.now()}
    async with store.writing() as work:
        for id, read_at in letters.items():
            await work.run(insert(tables.letters).values(**_letter(id, patient_id, bea, clock, read_at)))
        for subject, owner in (("asked", dana), ("worry", eve)):
            kind = cases.Kind.LETTER if subject == "asked" else cases.Kind.WORRY
            case = {"kind": kind, "subject": subject, "owner_id": owner.staff_id, "raised_at": clock.now()}
            theirs = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "patient_id": patient_id}
            await work.run(insert(tables.cases).values(id=tables.new_id(), **case, **theirs))

    done = await change(store, dana, patient_id, norte.id, catalog, clock)

    owners = {row.subject: (row.clinic_id, row.owner_id) for row in await branch_cast.rows(store, tables.cases)}
    homes = {row.id: row.clinic_id for row in await branch_cast.rows(store, tables.letters)}
    assert (done.along.cases, done.along.letters) == (2, 2)
    assert owners == {"asked": (norte.id, dana.staff_id), "worry": (norte.id, None)}
    assert homes == {"unread": norte.id, "read": bea.id, "asked": norte.id}


def _letter(id: str, patient_id: str, clinic: clinics.ClinicView, clock: clocks.Clock, read_at: Any) -> dict[str, Any]:
    whose = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id, "patient_id": patient_id}
    return {"id": id, **whose, "direction": "in", "at": clock.now(), "read_at": read_at}


async def test_the_old_clinic_sees_nothing_of_the_patient_any_more_and_the_new_one_all(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    await change(store, dana, patient_id, norte.id, catalog, clock)
    there = access.Staff(dana.staff_id, dana.organisation_id, norte.id, DESK)

    async with store.reading() as work:
        assert (await people.patient(work, there, patient_id)).name == "Ana García"
        assert (await treatments.get(work, there, made.treatment_id)).id == made.treatment_id
        with pytest.raises(errors.NotFound):
            await people.patient(work, dana, patient_id)


async def test_the_patient_is_told_where_to_call_from_now_on(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())

    done = await change(store, dana, patient_id, norte.id, catalog, clock)

    [text] = await branch_cast.told(store, ana.chat_id)
    assert done.is_told
    assert ("Bea Norte" in text, "+34 910 000 222" in text, "Ana" in text) == (True, True, False)


async def test_who_has_said_stop_is_not_written_to(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    async with store.writing() as work:
        await work.run(tables.patients.update().values(stopped_at=clock.now()))

    done = await change(store, dana, patient_id, norte.id, catalog, clock)

    assert (done.is_told, await branch_cast.told(store, ana.chat_id)) == (False, [])


@pytest.mark.parametrize("other", ["without a role", "of another organisation", "the same"])
async def test_nobody_hands_over_to_a_clinic_in_which_they_have_no_right(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    other: str,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    if other == "without a role":
        to = await branch_cast.branch(store, bea, catalog, now=clock.now())
    else:
        async with store.writing() as work:
            to = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    who = await branch_cast.employ(store, (bea, ADMIN))

    with pytest.raises(errors.Invalid):
        await change(store, who, patient_id, bea.id if other == "the same" else to.id, catalog, clock)


async def test_nobody_hands_over_another_clinics_patient(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    for who in (await branch_cast.employ(store, (carls, ADMIN)), await branch_cast.employ(store, (norte, ADMIN))):
        with pytest.raises(errors.NotFound):
            await change(store, who, patient_id, norte.id, catalog, clock)
        with pytest.raises(errors.NotFound):
            await new_phone(store, who, patient_id, catalog, clock)


async def test_both_clinics_find_the_change_in_their_audit(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())

    await change(store, dana, patient_id, norte.id, catalog, clock)

    noted = {(row.clinic_id, row.action) for row in await branch_cast.rows(store, tables.audit, patient_id=patient_id)}
    assert noted == {(bea.id, "patient.handed-over"), (norte.id, "patient.taken-over")}


@pytest.mark.parametrize("has_chat", [True, False], ids=["joined", "not joined"])
async def test_of_two_who_hand_over_at_once_one_does(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    has_chat: bool,
) -> None:
    if has_chat:
        patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    else:
        made = await cast.invite(store, bea, catalog, now=clock.now())
        [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
        patient_id = invite.patient_id

    tries = (change(store, dana, patient_id, norte.id, catalog, clock) for _ in range(4))
    done = await asyncio.gather(*tries, return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["NotFound"] * 3 + ["Preview"]
    assert len(await branch_cast.told(store, ana.chat_id)) == (1 if has_chat else 0)


async def test_two_patients_who_change_places_at_once_both_do(
    store: works.Store,
    ana: access.Person,
    carl: access.Person,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    first, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    second, _ = await branch_cast.joined(store, norte, catalog, carl, now=clock.now())
    there = access.Staff(dana.staff_id, dana.organisation_id, norte.id, DESK)

    await asyncio.gather(
        change(store, dana, first, norte.id, catalog, clock), change(store, there, second, bea.id, catalog, clock)
    )

    homes = {row.id: row.clinic_id for row in await branch_cast.rows(store, tables.patients)}
    assert (homes[first], homes[second]) == (norte.id, bea.id)


async def new_phone(
    store: works.Store, who: access.Staff, patient_id: str, catalog: catalogs.Catalog, clock: clocks.Clock
) -> Any:
    """Change phone in a visit of its own."""
    async with store.writing() as work:
        return await phones.change(
            work, who, patient_id, catalog=catalog, now=clock.now(), machine_now=clocks.machine()
        )


async def test_a_new_phone_gets_what_is_ahead_and_the_old_one_nothing(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    await cast.sent(store, made.treatment_id, "eve", now=clock.now())
    fresh = await new_phone(store, dana, patient_id, catalog, clock)
    phone = await cast.consenting(store, catalog, telegram_id=4_100_200_399, now=clock.now())

    async with store.writing() as work:
        confirmed = await invites.confirm(work, phone, fresh.invite_id, fresh.desk_code, now=clock.now())

    states = await cast.states(store, made.treatment_id)
    async with store.reading() as work:
        assert await treatments.of_chat(work, ana) == []
        assert [each.id for each in await treatments.of_chat(work, phone)] == [made.treatment_id]
    bound = await branch_cast.rows(store, tables.bindings, patient_id=patient_id)
    assert isinstance(confirmed, invites.Confirmed)
    assert fresh.treatment_id == made.treatment_id
    assert (states["eve"][0], states["day-1"]) == ("sent", ("planned", None))
    assert sorted((row.generation, row.ended_at is None) for row in bound) == [(1, False), (2, True)]


async def test_the_old_chat_is_told_nothing_about_health(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())

    await new_phone(store, dana, patient_id, catalog, clock)

    assert [text.strip() for text in await branch_cast.told(store, ana.chat_id)] == [
        "This chat no longer gets these reminders."
    ]


async def test_links_made_before_are_dead_after_a_new_phone(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)

    await new_phone(store, dana, invite.patient_id, catalog, clock)

    async with store.writing() as work:
        with pytest.raises(errors.NotFound):
            await invites.open_(work, ana, made.token, now=clock.now())


async def test_a_patient_without_any_session_gets_no_link(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    dana: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, made = await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    async with store.writing() as work:
        await treatments.cancel(work, dana, made.treatment_id, now=clock.now())

    with pytest.raises(errors.Conflict, match="refused-session"):
        await new_phone(store, dana, patient_id, catalog, clock)
