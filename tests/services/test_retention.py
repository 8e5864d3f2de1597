"""Retention erases whom it should and nobody else, in small batches, and leaves a pseudonym in the audit."""

import dataclasses
import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import timeline
from reminderbot.services import access, clinics, people, retention, shipping, standings, worries
from reminderbot.store import patients, tables, treatments
from reminderbot.store import work as works
from tests.services import branch_cast, cast

DAYS = 150
HABITS = timeline.Habits(zone=cast.MADRID, morning=people.MORNING, quiet=people.QUIET)
DAY = timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Life:
    """One patient: days ago of what is known of them; `keeps` is whether their clinic keeps everybody."""

    made: int
    sessions: tuple[int, ...]
    letter: int | None
    has_case: bool
    keeps: bool
    waits: bool

    @property
    def is_over(self) -> bool:
        """Tell, without the database, whether retention must erase them; sessions and letters are a minute older."""
        ago = [*self.sessions, *([] if self.letter is None else [self.letter])]
        is_held = self.keeps or self.has_case or self.waits
        return not is_held and self.made > DAYS and all(days >= DAYS for days in ago)


def drawn(seed: int) -> list[Life]:
    """Return lives whose figures lie about the limit."""
    dice = random.Random(seed)
    days = (-20, -1, 0, 1, DAYS - 1, DAYS, DAYS + 1, DAYS + 2, 400)

    def rarely() -> bool:
        return dice.random() < 0.15

    lives = []
    for _ in range(24):
        sessions = tuple(dice.choice(days) for _ in range(dice.randrange(4)))
        made = max([*sessions, dice.choice((DAYS + 1, DAYS + 5, DAYS + 5, 3))])
        letter = dice.choice((None, None, None, 5, DAYS, DAYS + 3))
        lives.append(Life(made, sessions, letter, rarely(), rarely(), rarely()))
    return lives


async def live(
    work: works.Work, life: Life, homes: dict[bool, clinics.ClinicView], catalog: catalogs.Catalog, now: datetime
) -> str:
    """Enter a patient who has lived so; return the id."""
    home = homes[life.keeps]
    whose = {"organisation_id": home.organisation_id, "clinic_id": home.id}
    made = now - life.made * DAY
    id = await patients.add(work, **whose, name="Ana", language="en", habits=HABITS, now=made)
    plan = await shipping.plan_version(work, catalog, "microneedling", organisation_id=home.organisation_id, now=now)
    for ago in life.sessions:
        at = now - ago * DAY - timedelta(minutes=1)
        anchor = timeline.Anchor(day=at.date(), at=at.time().replace(microsecond=0), zone="UTC")
        treatment = await treatments.add(
            work, **whose, patient_id=id, plan_version_id=plan, anchor=anchor, entered_by="clinic", now=made
        )
        if life.waits:
            await work.run(insert(tables.reminders).values(**_reminder(home, id, treatment, now)))
    if life.letter is not None:
        sent = {"direction": "in", "at": now - life.letter * DAY - timedelta(minutes=1)}
        await work.run(insert(tables.letters).values(id=tables.new_id(), **whose, patient_id=id, **sent))
    if life.has_case:
        case = {"kind": "worry", "subject": id, "raised_at": now - 300 * DAY}
        await work.run(insert(tables.cases).values(id=tables.new_id(), **whose, patient_id=id, **case))
    await standings.settle(work, [id])
    return id


def _reminder(home: clinics.ClinicView, patient_id: str, treatment_id: str, now: datetime) -> dict[str, object]:
    return {
        "id": tables.new_id(),
        "organisation_id": home.organisation_id,
        "clinic_id": home.id,
        "patient_id": patient_id,
        "treatment_id": treatment_id,
        "step_key": "day-90",
        "round": 1,
        "message_key": "step.day-90",
        "state": "planned",
        "due_at": now - DAY,
        "useful_until": now + DAY,
        "zone": "UTC",
        "budget": 1,
        "resends": 0,
        "attempts": 0,
        "faults": 0,
        "silent": False,
    }


@pytest.fixture
async def brief(store: works.Store, bea: clinics.ClinicView) -> clinics.ClinicView:
    """Dr Bea's clinic, which keeps data for `DAYS` days."""
    async with store.writing() as work:
        await work.run(update(tables.clinics).where(tables.clinics.c.id == bea.id).values(retention_days=DAYS))
    return bea


@pytest.mark.parametrize("seed", range(4))
async def test_it_erases_whom_it_should_and_nobody_else(
    store: works.Store, brief: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock, seed: int
) -> None:
    lives = [life for life in drawn(seed) if not life.waits or life.sessions]
    async with store.writing() as work:
        homes = {False: brief, True: await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")}
        ids = [await live(work, life, homes, catalog, clock.now()) for life in lives]

    erased = await retention.round(store, now=clock.now(), limit=3)

    gone = {row.id for row in await branch_cast.rows(store, tables.patients) if row.erased_at is not None}
    should = {id for id, life in zip(ids, lives, strict=True) if life.is_over}
    assert gone == should
    assert erased == len(should)


async def test_a_batch_takes_no_more_than_its_limit(
    store: works.Store, brief: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    over = Life(400, (400,), None, False, False, False)
    async with store.writing() as work:
        for _ in range(5):
            await live(work, over, {False: brief}, catalog, clock.now())

    swept = []
    for _ in range(4):
        async with store.writing() as work:
            swept.append(await retention.sweep(work, clock.now(), 2))

    assert swept == [2, 2, 1, 0]


async def test_what_is_erased_has_no_sealed_cell_and_the_audit_a_pseudonym(
    store: works.Store,
    ana: access.Person,
    brief: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, brief, catalog, ana, now=clock.now())
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now(), words="it burns")
        await work.run(tables.cases.update().values(closed_at=clock.now()))
        row = {"organisation_id": brief.organisation_id, "clinic_id": brief.id, "patient_id": patient_id}
        blob = {"direction": "in", "words": b"sealed", "at": clock.now()}
        await work.run(insert(tables.letters).values(id="l", **row, **blob))
        await work.run(insert(tables.questions).values(id="q", **row, language="en", words=b"sealed", at=clock.now()))
        await work.run(tables.reminders.update().values(note=b"sealed", body=b"sealed"))
        await work.run(tables.patients.update().values(external_index=b"blind"))
    clock.wind(timedelta(days=DAYS + 2))

    erased = await retention.round(store, now=clock.now())

    personal = [c for t in tables.metadata.sorted_tables for c in t.c if c.info.get("personal")]
    async with store.reading() as work:
        left = {str(c): len((await work.run(c.table.select().where(c.is_not(None)))).all()) for c in personal}
    noted = await branch_cast.rows(store, tables.audit, patient_id=patient_id)
    assert erased == 1
    assert {name for name, count in left.items() if count} == set()
    assert [(row.actor, row.action, row.staff_id) for row in noted] == [("program", "patient.erased", None)]
    assert noted[0].detail == {"kept_days": DAYS}
    assert await branch_cast.told(store, ana.chat_id) == []


async def test_a_chat_that_holds_somebody_else_stays_theirs(
    store: works.Store,
    ana: access.Person,
    brief: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async with store.writing() as work:
        carls = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    await branch_cast.joined(store, brief, catalog, ana, now=clock.now(), name="Ana")
    daughter, _ = await branch_cast.joined(store, carls, catalog, ana, now=clock.now(), name="Lucía")
    clock.wind(timedelta(days=DAYS + 2))

    await retention.round(store, now=clock.now())

    async with store.reading() as work:
        assert [each.id for each in await patients.of_chat(work, ana.chat_id)] == [daughter]
    [chat] = await branch_cast.rows(store, tables.chats, id=ana.chat_id)
    assert chat.erased_at is None


async def test_a_chat_in_which_staff_is_alerted_stays(
    store: works.Store,
    ana: access.Person,
    brief: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await branch_cast.joined(store, brief, catalog, ana, now=clock.now())
    dana = await branch_cast.employ(store, (brief, access.Role.CLINICIAN))
    async with store.writing() as work:
        at = tables.staff.c
        await work.run(update(tables.staff).where(at.id == dana.staff_id).values(chat_id=ana.chat_id))
    clock.wind(timedelta(days=DAYS + 2))

    assert await retention.round(store, now=clock.now()) == 1
    [chat] = await branch_cast.rows(store, tables.chats, id=ana.chat_id)
    assert chat.erased_at is None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # SQLite lets one visit write at a time
async def test_who_is_being_worked_with_is_left_for_the_next_time(
    store: works.Store,
    ana: access.Person,
    brief: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    patient_id, _ = await branch_cast.joined(store, brief, catalog, ana, now=clock.now())
    dana = await branch_cast.employ(store, (brief, access.Role.DESK))
    clock.wind(timedelta(days=DAYS + 2))
    async with store.writing() as busy:
        await people.held(busy, dana, patient_id)

        assert await retention.round(store, now=clock.now()) == 0
    assert await retention.round(store, now=clock.now()) == 1


async def test_a_clinic_without_a_time_keeps_everybody(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    clock.wind(timedelta(days=3000))

    assert await retention.round(store, now=clock.now()) == 0
