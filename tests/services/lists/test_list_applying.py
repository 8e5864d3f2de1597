"""What a list changes, on both databases: new, moved, gone, the same; twice, at once, all or nothing."""

import asyncio

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites, mydata, treatments
from reminderbot.services.lists import comparing, uploading
from reminderbot.store import names, tables
from tests.services import branch_cast, cast
from tests.services.lists import booking
from tests.services.lists.booking import IDS, NAMES, NUMBERS

ANA = ("A-1", "Ana García", "24/11/2026", "15:30")
LUIS = ("A-2", "Luis Pérez", "25/11/2026", "10:00")
EVA = ("A-3", "Eva Ruiz", "26/11/2026", "12:00")


async def test_new_lines_become_patients_with_sessions_reminders_and_invites(desk: booking.Desk) -> None:
    assert await desk.apply(IDS, ANA, LUIS) == {"new": 2}

    assert await desk.sessions() == [("2026-11-24", "15:30", "booked"), ("2026-11-25", "10:00", "booked")]
    assert len(await desk.rows(tables.invites)) == 2
    patients, reminders = await desk.rows(tables.patients), await desk.rows(tables.reminders)
    assert {row.clinic_id for row in patients} == {desk.who.clinic_id}
    assert len(reminders) == 2 * len(desk.catalog.plan("microneedling").steps)
    assert len(await desk.rows(tables.events)) == len(reminders)
    assert {row.standing for row in patients} == {"invited"}


async def test_a_patient_of_a_list_is_like_one_who_was_invited_by_hand(
    desk: booking.Desk, bea: clinics.ClinicView, clock: clocks.Clock
) -> None:
    async with desk.store.writing() as work:
        await invites.create(
            work,
            desk.who,
            name="Ana García",
            day=cast.TUESDAY.day,
            at=cast.TUESDAY.at,
            language="en",
            catalog=desk.catalog,
            now=clock.now(),
        )
    by_hand = await alike(desk)
    await desk.apply(IDS, ("A-1", "Ana García López", "24/11/2026", "15:30"))

    assert (await alike(desk))[1:] == by_hand * 1


async def test_all_that_is_kept_about_a_patient_of_a_list_is_told(
    desk: booking.Desk, bea: clinics.ClinicView, clock: clocks.Clock
) -> None:
    await desk.apply(IDS, ANA)
    dana = await branch_cast.employ(desk.store, (bea, access.Role.ADMIN))

    async with access.confined(desk.store, dana).reading() as work:
        (id,) = (await work.run(select(tables.patients.c.id))).scalars()
        copy = await mydata.of_patient(work, dana, id, now=clock.now())

    assert [row["treatment_id"] for row in copy.rows["listed"]] == [copy.rows["treatments"][0]["id"]]


async def alike(desk: booking.Desk) -> list[dict[str, object]]:
    """Return what is the same of every patient who was entered, whichever way, the first one first."""
    own = {"id", "key_id", "name", "patient_id", "treatment_id", "due_at", "created_at", "token", "code"}
    own |= {"token_hash", "code_hash", "external_index"}
    found = []
    for table in (tables.patients, tables.treatments, tables.invites):
        found.append([{k: v for k, v in row._mapping.items() if k not in own} for row in await desk.rows(table)])
    reminders = await desk.rows(tables.reminders)
    order = [row.id for row in await desk.rows(tables.patients)]
    steps = {
        id: sorted((row.step_key, row.state, str(row.due_at)) for row in reminders if row.patient_id == id)
        for id in order
    }
    return [
        {"patient": patient, "treatment": treatment, "invite": invite, "steps": steps[id]}
        for patient, treatment, invite, id in zip(*found, order, strict=True)
    ]


async def test_the_same_list_twice_changes_nothing(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS)
    before = await desk.sessions()

    look = await desk.look(await desk.take(IDS, ANA, LUIS))

    assert booking.told(look.report.counts) == {"same": 2}  # type: ignore[union-attr]
    assert not look.report.changes  # type: ignore[union-attr]
    assert look.applied_before is not None
    assert await desk.say_yes(look.id) == {"same": 2}
    assert await desk.sessions() == before


async def test_tomorrows_list_moves_adds_and_cancels(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS, EVA)
    moved, leo = ("A-1", "Ana García", "25/11/2026", "16:00"), ("A-4", "Leo Sanz", "27/11/2026", "9:00")

    done = await desk.apply(IDS, moved, EVA, leo, cancel_gone=True)

    assert done == {"moved": 1, "new": 1, "same": 1, "gone": 1, "cancelled": 1}
    assert await desk.sessions() == [
        ("2026-11-25", "10:00", "cancelled"),
        ("2026-11-25", "16:00", "booked"),
        ("2026-11-26", "12:00", "booked"),
        ("2026-11-27", "09:00", "booked"),
    ]
    assert await desk.counts(IDS, moved, EVA, leo) == {"same": 3}


async def test_what_is_gone_stays_without_a_tick_and_is_shown_again(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS, EVA)

    assert await desk.apply(IDS, ANA, EVA, ("A-4", "Leo Sanz", "26/11/2026", "9:00")) == {
        "new": 1,
        "same": 2,
        "gone": 1,
    }
    assert [state for *_, state in await desk.sessions()] == ["booked"] * 4
    assert await desk.counts(IDS, ANA, EVA) == {"same": 2, "gone": 2}


async def test_only_days_of_the_list_can_be_gone(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS, EVA)

    assert await desk.counts(IDS, LUIS) == {"same": 1}


async def test_a_faulty_line_is_not_gone(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS, EVA)

    assert await desk.counts(IDS, ANA, ("A-2", "Luis Pérez", "soon", "10:00"), EVA) == {"same": 2, "faulty": 1}


async def test_a_session_that_was_cancelled_as_gone_comes_back_with_its_line(desk: booking.Desk) -> None:
    await desk.apply(IDS, ANA, LUIS, EVA)
    await desk.apply(IDS, ANA, EVA, ("A-4", "Leo Sanz", "26/11/2026", "9:00"), cancel_gone=True)

    assert await desk.apply(IDS, LUIS) == {"new": 1}
    assert await desk.counts(IDS, LUIS) == {"same": 1}
    assert len(await desk.rows(tables.patients)) == 4


async def test_a_session_that_staff_have_called_off_stays_off(desk: booking.Desk, clock: clocks.Clock) -> None:
    await desk.apply(IDS, ANA)
    [row] = await desk.rows(tables.treatments)
    async with desk.store.writing() as work:
        await treatments.cancel(work, desk.who, row.id, now=clock.now())

    assert await desk.counts(IDS, ANA) == {"left": 1}


async def test_faulty_lines_are_left_out_only_with_a_yes_of_their_own(desk: booking.Desk) -> None:
    upload_id = await desk.take(IDS, ANA, ("A-2", "Luis", "32/11/2026", "10:00"))

    with pytest.raises(errors.Invalid, match=r"faulty-left"):
        await desk.say_yes(upload_id)

    assert await desk.rows(tables.patients) == []
    assert await desk.say_yes(upload_id, leave_out=True) == {"new": 1, "faulty": 1}


async def test_of_two_who_apply_one_upload_one_wins_and_the_other_is_told(desk: booking.Desk) -> None:
    upload_id = await desk.take(IDS, ANA, LUIS)
    seen = (await desk.look(upload_id)).report.fingerprint  # type: ignore[union-attr]

    done = await asyncio.gather(*(desk.say_yes(upload_id, seen) for _ in range(2)), return_exceptions=True)

    refused = [each for each in done if isinstance(each, errors.Conflict)]
    assert (len(refused), refused[0].key) == (1, "console.lists.applied-already")
    assert len(await desk.sessions()) == 2


async def test_of_two_uploads_of_one_list_one_wins_and_the_other_is_told(desk: booking.Desk) -> None:
    ids = [await desk.take(IDS, ANA, LUIS) for _ in range(2)]
    seen = [(await desk.look(id)).report.fingerprint for id in ids]  # type: ignore[union-attr]

    done = await asyncio.gather(*map(desk.say_yes, ids, seen), return_exceptions=True)

    refused = [each for each in done if isinstance(each, errors.Conflict)]
    assert (len(refused), refused[0].key) == (1, "console.lists.changed")
    assert len(await desk.sessions()) == 2


async def test_with_patient_numbers_alone_one_changed_date_is_a_move(desk: booking.Desk) -> None:
    ana, luis = ("17", "Ana García", "24/11/2026", "15:30"), ("18", "Luis Pérez", "25/11/2026", "10:00")
    await desk.apply(NUMBERS, ana, luis)
    later = ("17", "Ana García", "26/11/2026", "15:30")

    assert await desk.apply(NUMBERS, later, luis) == {"moved": 1, "same": 1}
    assert await desk.counts(NUMBERS, later, luis) == {"same": 2}
    assert len(await desk.rows(tables.patients)) == 2


async def test_with_names_alone_a_changed_date_is_new_and_gone(desk: booking.Desk) -> None:
    await desk.apply(NAMES, ANA[1:], LUIS[1:])

    assert await desk.counts(NAMES, ("Ana García", "26/11/2026", "15:30"), LUIS[1:]) == {"new": 1, "same": 1}
    assert await desk.counts(NAMES, ("Ana García", "24/11/2026", "17:00"), LUIS[1:]) == {"moved": 1, "same": 1}


async def test_two_sessions_of_one_new_patient_are_one_patients(desk: booking.Desk) -> None:
    both = (*IDS, "Patient number")

    await desk.apply(both, (*ANA, "17"), ("A-9", "Ana García", "22/12/2026", "15:30", "17"))

    [patient] = await desk.rows(tables.patients)
    async with desk.store.reading() as work:
        assert patient.external_index == names.external(work, desk.who.clinic_id, "17")
    assert len(await desk.sessions()) == 2
    assert len(await desk.rows(tables.invites)) == 1


async def test_a_known_patients_next_session_is_added_to_them(desk: booking.Desk) -> None:
    both = (*IDS, "Patient number")
    await desk.apply(both, (*ANA, "17"))

    await desk.apply(both, ("A-9", "Ana García", "22/12/2026", "15:30", "17"))

    assert len(await desk.rows(tables.patients)) == 1
    assert len(await desk.rows(tables.invites)) == 1


async def test_an_appointment_that_becomes_another_patients_is_a_fault(desk: booking.Desk) -> None:
    both = (*IDS, "Patient number")
    await desk.apply(both, (*ANA, "17"))

    look = await desk.look(await desk.take(both, ("A-1", "Luis Pérez", "24/11/2026", "15:30", "18")))

    assert [(each.kind, each.why) for each in look.report.entries] == [(comparing.Kind.FAULTY, "other-patient")]  # type: ignore[union-attr]


async def test_who_was_entered_by_hand_is_not_entered_again(
    desk: booking.Desk, bea: clinics.ClinicView, clock: clocks.Clock
) -> None:
    await cast.invite(desk.store, bea, desk.catalog, now=clock.now())

    assert await desk.counts(IDS, ANA) == {"same": 1}
    assert await desk.counts(IDS, ANA, ("A-7", "Ana García", "27/11/2026", "9:00")) == {"same": 1, "new": 1}
    await desk.apply(IDS, ANA, LUIS)
    assert await desk.counts(IDS, ("A-1", "Ana García", "24/11/2026", "17:30")) == {"moved": 1}


async def test_initials_do_not_tell_that_two_are_one(desk: booking.Desk) -> None:
    await desk.apply(IDS, ("A-1", "A. G.", "24/11/2026", "15:30"))

    assert await desk.counts(IDS, ("A-8", "A. G.", "24/11/2026", "17:30")) == {"new": 1, "gone": 1}


async def test_a_clinic_that_begins_to_send_numbers_gets_nobody_twice(desk: booking.Desk) -> None:
    await desk.apply(NAMES, ANA[1:], LUIS[1:])

    assert await desk.counts(IDS, ANA, LUIS) == {"same": 2}


async def test_a_patient_who_has_joined_is_told_of_a_move_once(
    desk: booking.Desk, ana: access.Person, clock: clocks.Clock
) -> None:
    await desk.apply(IDS, ANA)
    [invite] = await desk.rows(tables.invites)
    async with desk.store.writing() as work:
        await invites.confirm(work, ana, invite.id, cast.TUESDAY.day, now=clock.now())

    await desk.apply(IDS, ("A-1", "Ana García", "25/11/2026", "16:00"))

    assert len(await desk.rows(tables.outbox)) == 1


async def test_whoever_asked_to_be_forgotten_is_not_entered_again(desk: booking.Desk, clock: clocks.Clock) -> None:
    await desk.apply(IDS, ANA)
    async with desk.store.writing() as work:
        await work.run(update(tables.patients).values(erased_at=clock.now(), key_id=None, name=None))

    assert await desk.counts(IDS, ANA) == {"left": 1}


async def test_past_sessions_of_an_export_are_left(desk: booking.Desk) -> None:
    assert await desk.counts(IDS, ("A-1", "Ana", "1/10/2026", "9:00"), ("A-2", "Luis", "20/11/2026", "9:00")) == {
        "left": 1,
        "new": 1,
    }


async def test_carls_clinic_shares_no_appointment_with_dr_beas(desk: booking.Desk, carls_desk: booking.Desk) -> None:
    both = (*IDS, "Patient number")
    await desk.apply(both, (*ANA, "17"), (*LUIS, "18"))

    assert await carls_desk.counts(both, (*ANA, "17")) == {"new": 1}
    upload_id = await desk.take(both, (*EVA, "19"))
    with pytest.raises(errors.NotFound):
        await carls_desk.look(upload_id)
    with pytest.raises(errors.NotFound):
        await carls_desk.say_yes(upload_id, "x")


async def test_a_list_leaves_nothing_of_its_words_in_the_open(desk: booking.Desk) -> None:
    await desk.apply(IDS, ("REF-77123", "Ana García", "24/11/2026", "15:30"))

    for table in tables.metadata.sorted_tables:
        for row in await desk.rows(table):
            assert "77123" not in repr(tuple(row))
            assert "García" not in repr(tuple(row))


async def test_uploads_of_a_day_ago_are_wiped(desk: booking.Desk, clock: clocks.Clock) -> None:
    await desk.take(IDS, ANA)

    async with desk.store.writing() as work:
        assert await uploading.wipe_old(work, now=clock.now()) == 0
        assert await uploading.wipe_old(work, now=clock.now() + uploading.KEPT * 1.1) == 1
    assert [row.content for row in await desk.rows(tables.uploads)] == [None]


def test_the_catalog_says_every_kind_and_every_fault(catalog: catalogs.Catalog) -> None:
    faults = (
        *("cells", "formula", "error-cell", "long", "name-none", "name-long", "date-none", "date-impossible"),
        *("date-order", "date-year", "date-weekday", "date-unread", "date-far", "time-unread", "time-bare", "id-none"),
        *("id-long", "number-none", "language", "plan", "twice-appointment", "twice-number", "twice-name"),
        "other-patient",
    )
    said = {key.rsplit(".", 1)[1] for key in catalog.keys("console.list-fault.")}

    assert said == set(faults)
    assert all(catalog.has("es", f"console.lists.kind-{kind}") for kind in comparing.Kind)
