"""What staff changes for a patient: seen first, done once, refused when another was quicker, kept in the audit."""

import dataclasses
import pathlib
import shutil
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.planning import hours, replan
from reminderbot.services import (
    access,
    changes,
    clinics,
    dossier,
    invites,
    notes,
    preferences,
    registration,
    treatments,
)
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

FRIDAY = date(2026, 11, 27)


@dataclasses.dataclass
class Case:
    """Ana, joined, with Tuesday's session at Dr Bea's; a clinician there; and the moment of a change."""

    store: works.Store
    person: access.Person
    staff: access.Staff
    patient_id: str
    treatment_id: str
    moment: changes.Moment

    @property
    def of(self) -> tuple[str, str]:
        return self.patient_id, self.treatment_id

    def at(self, ahead: timedelta) -> None:
        """Let time pass."""
        self.moment = dataclasses.replace(self.moment, now=self.moment.now + ahead)


@pytest.fixture
async def case(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> Case:
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
        view = await treatments.get(work, ana, invite.treatment_id)
    staff = await desk.employ(store, bea, access.Role.CLINICIAN)
    moment = changes.Moment(catalog, cast.BOT, clock.now(), clocks.machine())
    return Case(store, ana, staff, view.patient_id, invite.treatment_id, moment)


async def audited(store: works.Store) -> list[str]:
    async with store.reading() as work:
        return list((await work.run(select(tables.audit.c.action).order_by(tables.audit.c.id))).scalars())


async def told(store: works.Store) -> int:
    return await cast.count(store, tables.outbox)


async def version(case: Case) -> int:
    async with case.store.reading() as work:
        return (await dossier.head(work, case.staff, case.patient_id)).patient.version


def habits(**changed: object) -> preferences.Habits:
    return dataclasses.replace(
        preferences.Habits("en", cast.MADRID, time(8, 30), hours.Quiet(time(21), time(8))),
        **changed,  # type: ignore[arg-type]
    )


async def test_a_move_is_told_and_kept_once(case: Case) -> None:
    async with case.store.writing() as work:
        await changes.move(work, case.staff, *case.of, day=FRIDAY, at=time(10), version=1, moment=case.moment)
    async with case.store.writing() as work:
        await changes.move(work, case.staff, *case.of, day=FRIDAY, at=time(10), version=1, moment=case.moment)

    assert await told(case.store) == 1
    assert await audited(case.store) == ["session.moved"]


async def test_the_second_of_two_staff_is_told_and_nothing_moves(case: Case) -> None:
    async with case.store.writing() as work:
        await changes.move(work, case.staff, *case.of, day=FRIDAY, at=time(10), version=1, moment=case.moment)

    with pytest.raises(errors.Conflict, match=r"console.refusal.old"):
        async with case.store.writing() as work:
            other = FRIDAY + timedelta(days=1)
            await changes.move(work, case.staff, *case.of, day=other, at=time(10), version=1, moment=case.moment)

    async with case.store.reading() as work:
        assert (await changes.session(work, case.staff, *case.of)).day == FRIDAY


async def test_a_cancelled_session_is_told_once_and_cannot_be_moved(case: Case) -> None:
    for _ in range(2):
        async with case.store.writing() as work:
            await changes.cancel(work, case.staff, *case.of, version=1, moment=case.moment)

    assert await told(case.store) == 1
    with pytest.raises(errors.Conflict, match=r"console.patient.refused-off"):
        async with case.store.writing() as work:
            await changes.move(work, case.staff, *case.of, day=FRIDAY, at=time(10), version=2, moment=case.moment)


async def test_a_second_session_is_the_clinics_and_comes_with_its_reminders(
    case: Case, bea: clinics.ClinicView
) -> None:
    draft = registration.Draft(day=date(2026, 12, 15), at=time(9), zone=cast.MADRID, patient_id=case.patient_id)
    for _ in range(2):
        async with case.store.writing() as work:
            saved = await changes.add(work, case.staff, draft, moment=case.moment)

    rows = await cast.rows(case.store, saved.treatment_id)
    assert len(rows) == len(saved.slots)
    assert {row.clinic_id for row in rows.values()} == {bea.id}
    assert await told(case.store) == 1


async def test_carl_changes_nothing_of_another_clinics_patient(case: Case, clock: clocks.Clock) -> None:
    async with case.store.writing() as work:
        other = await cast.clinic(work, case.moment.catalog, now=clock.now(), name="Carl Skin")
    carl = dataclasses.replace(case.staff, clinic_id=other.id, organisation_id=other.organisation_id)
    draft = registration.Draft(day=FRIDAY, at=time(9), zone=cast.MADRID, patient_id=case.patient_id)
    moment, who = case.moment, carl

    async with case.store.writing() as work:
        for asked in (
            changes.move(work, who, *case.of, day=FRIDAY, at=time(10), version=1, moment=moment),
            changes.cancel(work, who, *case.of, version=1, moment=moment),
            changes.add(work, who, draft, moment=moment),
            changes.set_plan(work, who, *case.of, "microneedling", version=1, moment=moment),
            changes.set_habits(work, who, case.patient_id, habits(), name="X", version=1, moment=moment),
            changes.pause(work, who, case.patient_id, FRIDAY, version=1, moment=moment),
            changes.resume(work, who, case.patient_id, moment=moment),
            dossier.read(work, who, case.patient_id),
        ):
            with pytest.raises(errors.NotFound):
                await asked
    assert await audited(case.store) == []


async def test_who_may_not_change_sessions_is_refused(case: Case) -> None:
    desk_ = dataclasses.replace(case.staff, role=access.Role.DESK)
    row = (await cast.rows(case.store, case.treatment_id))["day-1"]
    async with case.store.writing() as work:
        with pytest.raises(errors.NotAllowed):
            await notes.write(
                work, desk_, case.patient_id, row.id, words="No sauna", until=FRIDAY, shown="", now=case.moment.now
            )


async def test_another_zone_moves_what_is_ahead_as_the_preview_said(case: Case) -> None:
    tokyo = habits(zone="Asia/Tokyo")
    more = {"name": "Ana García", "version": await version(case), "moment": case.moment}
    async with case.store.reading() as work:
        seen = await changes.preview_habits(work, case.staff, case.patient_id, tokyo, **more)  # type: ignore[arg-type]

    async with case.store.writing() as work:
        differ = await changes.set_habits(work, case.staff, case.patient_id, tokyo, **more)  # type: ignore[arg-type]

    assert 0 < differ == replan.summary(seen).moves + replan.summary(seen).dropped
    rows = await cast.rows(case.store, case.treatment_id)
    assert hours.to_local(rows["day-2"].due_at, "Asia/Tokyo").time() == time(8, 30)
    assert await audited(case.store) == ["patient.changed"]


async def test_a_name_that_the_patient_changed_meanwhile_is_not_written_over(case: Case) -> None:
    shown = await version(case)
    async with case.store.writing() as work:
        await preferences.set_morning(work, case.person, time(9), now=case.moment.now)

    with pytest.raises(errors.Conflict, match=r"console.refusal.old"):
        async with case.store.writing() as work:
            await changes.set_habits(
                work, case.staff, case.patient_id, habits(), name="Ana", version=shown, moment=case.moment
            )


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"morning": time(22)}, "console.habits.refused-morning"),
        ({"quiet": hours.Quiet(time(9), time(8))}, "console.habits.refused-quiet"),
        ({"language": "xx"}, "refusal.unknown_language"),
        ({"zone": "Nowhere/Land"}, "refusal.unknown_zone"),
    ],
)
async def test_habits_that_cannot_be_are_refused(case: Case, changed: dict[str, object], key: str) -> None:
    with pytest.raises(errors.Invalid, match=key):
        preferences.checked(habits(**changed), catalog=case.moment.catalog)


async def test_a_pause_holds_what_is_due_and_says_what_is_lost(case: Case) -> None:
    async with case.store.reading() as work:
        held = await changes.preview_pause(work, case.staff, case.patient_id, FRIDAY, now=case.moment.now)
    async with case.store.writing() as work:
        await changes.pause(work, case.staff, case.patient_id, FRIDAY, version=await version(case), moment=case.moment)

    async with case.store.reading() as work:
        patient = (await dossier.head(work, case.staff, case.patient_id)).patient
    assert patient.paused_until == cast.at(26, 23)
    assert held.later + held.lost == 4
    assert await told(case.store) == 1


@pytest.mark.parametrize(
    ("until", "key"),
    [(date(2026, 11, 23), "console.pause.refused-past"), (date(2028, 1, 1), "console.pause.refused-far")],
)
async def test_a_pause_has_an_end_within_a_year(case: Case, until: date, key: str) -> None:
    with pytest.raises(errors.Invalid, match=key):
        async with case.store.writing() as work:
            await changes.pause(
                work, case.staff, case.patient_id, until, version=await version(case), moment=case.moment
            )


async def test_the_end_of_a_pause_is_told_and_only_once(case: Case) -> None:
    async with case.store.writing() as work:
        shown = (await dossier.head(work, case.staff, case.patient_id)).patient.version
        await changes.pause(work, case.staff, case.patient_id, FRIDAY, version=shown, moment=case.moment)

    async with case.store.writing() as work:
        first = await changes.resume(work, case.staff, case.patient_id, moment=case.moment)
        second = await changes.resume(work, case.staff, case.patient_id, moment=case.moment)

    assert (first, second) == (True, False)
    assert await told(case.store) == 2


@pytest.fixture
def two_plans(tmp_path: pathlib.Path) -> catalogs.Catalog:
    """The shipped texts with a second, shorter plan."""
    folder = tmp_path / "messages"
    shutil.copytree(files.default_folder(), folder)
    plan = (folder / "plans" / "microneedling.toml").read_text("utf-8")
    head, *steps = plan.split("[[step]]")
    kept = [step for step in steps if any(f'key = "{key}"' in step for key in ("eve", "day-1"))]
    short = head.replace('"microneedling"', '"short"') + "".join(
        "[[step]]" + step.replace("step.day-1", "step.day-2") for step in kept
    )
    (folder / "plans" / "short.toml").write_text(short, "utf-8")
    return catalogs.Catalog.load(folder)


async def test_another_plan_takes_what_is_ahead_and_leaves_what_was_sent(
    case: Case, two_plans: catalogs.Catalog
) -> None:
    await cast.sent(case.store, case.treatment_id, "eve", now=case.moment.now)
    moment = dataclasses.replace(case.moment, catalog=two_plans)
    async with case.store.reading() as work:
        seen = await changes.preview_plan(work, case.staff, *case.of, "short", moment=moment)

    async with case.store.writing() as work:
        await changes.set_plan(work, case.staff, *case.of, "short", version=1, moment=moment)

    rows = await cast.rows(case.store, case.treatment_id)
    assert rows["eve"].state == "sent"
    assert (rows["day-1"].state, rows["day-1"].message_key) == ("planned", "step.day-2")
    assert {rows[step].state for step in ("day-2", "day-3", "day-90")} == {"superseded"}
    assert replan.summary(seen).dropped == sum(row.state == "superseded" for row in rows.values())


async def test_a_note_is_kept_shown_in_the_chat_and_over_by_itself(case: Case) -> None:
    row = (await cast.rows(case.store, case.treatment_id))["day-1"]
    async with case.store.writing() as work:
        noted = await notes.read(work, case.staff, case.patient_id, row.id)
        await notes.write(
            work,
            case.staff,
            case.patient_id,
            row.id,
            words="Keep off\nthe treadmill",
            until=FRIDAY,
            shown=notes.mark(noted),
            now=case.moment.now,
        )

    async with case.store.reading() as work:
        shown = await treatments.timeline(work, case.person, now=case.moment.now)
        later = await treatments.timeline(work, case.person, now=cast.at(27, 23))
    assert [each.note for each in shown[0].rows if each.note] == ["Keep off the treadmill"]
    assert [each.note for each in later[0].rows if each.note] == []
    assert await audited(case.store) == ["note.written"]


async def test_a_note_written_meanwhile_is_not_written_over(case: Case) -> None:
    row = (await cast.rows(case.store, case.treatment_id))["day-1"]
    given = {"until": FRIDAY, "now": case.moment.now}
    async with case.store.writing() as work:
        shown = notes.mark(await notes.read(work, case.staff, case.patient_id, row.id))
        await notes.write(work, case.staff, case.patient_id, row.id, words="One", shown=shown, **given)  # type: ignore[arg-type]

    with pytest.raises(errors.Conflict, match=r"console.refusal.old"):
        async with case.store.writing() as work:
            await notes.write(work, case.staff, case.patient_id, row.id, words="Two", shown=shown, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "until", "key"),
    [
        ("x" * 301, FRIDAY, "console.note.refused-long"),
        ("No sauna", date(2026, 11, 24), "console.note.refused-early"),
    ],
)
async def test_a_note_that_would_not_reach_the_patient_is_refused(
    case: Case, words: str, until: date, key: str
) -> None:
    row = (await cast.rows(case.store, case.treatment_id))["day-1"]
    async with case.store.writing() as work:
        shown = notes.mark(await notes.read(work, case.staff, case.patient_id, row.id))
        with pytest.raises(errors.Invalid, match=key):
            await notes.write(
                work, case.staff, case.patient_id, row.id, words=words, until=until, shown=shown, now=case.moment.now
            )


async def test_a_message_that_was_sent_takes_no_note(case: Case) -> None:
    await cast.sent(case.store, case.treatment_id, "eve", now=case.moment.now)
    row = (await cast.rows(case.store, case.treatment_id))["eve"]
    async with case.store.writing() as work:
        shown = notes.mark(await notes.read(work, case.staff, case.patient_id, row.id))
        with pytest.raises(errors.Conflict, match=r"console.note.refused-gone"):
            await notes.write(
                work, case.staff, case.patient_id, row.id, words="X", until=FRIDAY, shown=shown, now=case.moment.now
            )
