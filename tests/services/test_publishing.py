"""Publishing a clinic's wording: what stands against it, whom it reaches, the review, withdrawal and correction."""

import asyncio
import dataclasses
import json
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.services import access, clinics, hourly, impact, in_force, invites, publishing, withdrawing, wording
from reminderbot.store import drafts, editions, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

BOOK = "microneedling"
EN = "No make-up today, please. If anything worries you, tap <b>I am worried</b>."
ES = "Hoy sin maquillaje, por favor. Si algo te preocupa, toca <b>Estoy preocupada</b>."
SPRING = date(2027, 5, 1)
CHOICE = publishing.Choice(why="Told more simply.", review_on=SPRING)


@dataclasses.dataclass
class Clinic:
    """Dr Bea's clinic: two admins, a clinician, and what they do with its wording."""

    store: works.Store
    catalog: catalogs.Catalog
    view: clinics.ClinicView
    dana: access.Staff
    gus: access.Staff
    eva: access.Staff
    clock: clocks.Clock

    @property
    def given(self) -> dict[str, Any]:
        return {"catalog": self.catalog, "now": self.clock.now()}

    @property
    def scope(self) -> editions.Scope:
        return wording.scope(self.dana)

    async def writes(
        self, *, en: str | None = EN, es: str | None = ES, key: str = "step.day-1", source: str = ""
    ) -> None:
        for code, body in (("en", en), ("es", es)):
            if body is None:
                continue
            async with self.store.writing() as work:
                rows = {
                    (row.key, row.language): row for row in await drafts.of(work, self.scope, BOOK) if not row.is_aside
                }
                held = rows.get((key, code))
                version = held.version if held else 0
                await wording.save(work, self.dana, BOOK, key, code, body, source=source, version=version, **self.given)

    async def offer(self, choice: publishing.Choice = CHOICE) -> publishing.Offer:
        async with self.store.reading() as work:
            return await publishing.offer(work, self.dana, BOOK, choice, **self.given)

    async def finds(self, choice: publishing.Choice = CHOICE) -> set[tuple[str, str, str]]:
        return {(each.level.value, each.name, each.language) for each in (await self.offer(choice)).against}

    async def publishes(self, choice: publishing.Choice = CHOICE, *, hash: str | None = None) -> str:
        hash = hash or (await self.offer(choice)).hash
        async with self.store.writing() as work:
            return await publishing.publish(work, self.dana, BOOK, choice, hash=hash, **self.given)

    async def approves(self, who: access.Staff) -> None:
        hash = (await self.offer()).hash
        async with self.store.writing() as work:
            await publishing.approve(work, who, BOOK, hash=hash, **self.given)

    async def withdraws(self, id: str, replacement: str = withdrawing.SHIPPED) -> None:
        async with self.store.writing() as work:
            await withdrawing.withdraw(
                work, self.dana, BOOK, id, replacement=replacement, why="A mistake.", **self.given
            )

    async def restores(self, id: str) -> str:
        async with self.store.writing() as work:
            return await withdrawing.restore(work, self.dana, BOOK, id, CHOICE, **self.given)

    async def opens(self, id: str) -> withdrawing.Opened:
        async with self.store.reading() as work:
            return await withdrawing.opened(work, self.dana, BOOK, id, **self.given)

    async def says(self, *, language: str = "en", booked_at: datetime | None = None) -> str:
        """Return what a reminder of day 1 says now."""
        whose = {"organisation_id": self.view.organisation_id, "clinic_id": self.view.id}
        async with self.store.reading() as work:
            found = await in_force.wording(work, self.catalog, **whose)
        at = booked_at or self.clock.now()
        return found.worded(language, "step.day-1", book=BOOK, booked_at=at).message.text

    async def reaches(self, reach: worded.Reach = worded.Reach.ALL) -> impact.Impact:
        texts = (await self.offer()).texts
        async with self.store.reading() as work:
            return await impact.impact(work, self.dana, BOOK, reach, texts, catalog=self.catalog)


@pytest.fixture
async def clinic(store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock) -> Clinic:
    dana = await desk.employ(store, bea, access.Role.ADMIN, name="Dana")
    gus = await desk.employ(store, bea, access.Role.ADMIN, name="Gus")
    eva = await desk.employ(store, bea, access.Role.CLINICIAN, name="Dr Eva")
    return Clinic(store, catalog, bea, dana, gus, eva, clock)


async def joined(clinic: Clinic, person: access.Person, name: str = "Ana García") -> str:
    """Let a patient join the clinic, who reads Spanish; return the treatment."""
    made = await cast.invite(clinic.store, clinic.view, clinic.catalog, now=clinic.clock.now(), name=name)
    async with clinic.store.writing() as work:
        await invites.confirm(work, person, made.invite_id, made.desk_code, now=clinic.clock.now())
    return made.treatment_id


async def said_by(clinic: Clinic, treatment_id: str, edition: str) -> None:
    """Let day 1 of a treatment have been sent in the words of an edition."""
    await cast.sent(clinic.store, treatment_id, "day-1", now=clinic.clock.now())
    await cast.set_rows(clinic.store, treatment_id, "day-1", edition_id=edition)


async def corrected(clinic: Clinic, id: str) -> int:
    async with clinic.store.writing() as work:
        words = {"en": "No make-up for two days.", "es": "Sin maquillaje dos días."}
        return await withdrawing.correct(work, clinic.dana, BOOK, id, words, catalog=clinic.catalog)


async def owed(store: works.Store) -> list[str]:
    """Return the texts that wait in the outbox."""
    async with store.reading() as work:
        found = (await work.run(select(tables.outbox).order_by(tables.outbox.c.id))).all()
        keys = [await work.key(row.key_id) for row in found]
        return [
            json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))["params"]["text"]
            for key, row in zip(keys, found, strict=True)
            if key is not None
        ]


async def test_what_was_written_is_published_whole_and_its_drafts_are_gone(clinic: Clinic) -> None:
    await clinic.writes()

    id = await clinic.publishes()

    found = await clinic.opens(id)
    assert [(text.key, text.language, text.body) for text in found.texts] == [
        ("step.day-1", "en", EN),
        ("step.day-1", "es", ES),
    ]
    assert (found.listed.row.number, found.listed.author, found.listed.is_newest) == (1, "Dana", True)
    assert (await clinic.offer()).rows == ()
    assert await clinic.says() == EN


async def test_the_next_edition_holds_what_the_last_one_said(clinic: Clinic) -> None:
    await clinic.writes()
    await clinic.publishes()
    await clinic.writes(key="step.day-2")

    id = await clinic.publishes()

    assert {text.key for text in (await clinic.opens(id)).texts} == {"step.day-1", "step.day-2"}


async def test_a_text_that_is_as_shipped_again_is_left_out(clinic: Clinic) -> None:
    await clinic.writes()
    await clinic.publishes()
    shipped = [clinic.catalog.message(code, "step.day-1").text for code in ("en", "es")]
    await clinic.writes(en=shipped[0], es=shipped[1])

    id = await clinic.publishes()

    assert (await clinic.opens(id)).texts == ()


async def test_a_clinic_publishes_so_often_an_hour_and_withdraws_whenever_it_must(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has stolen a sign-in, and a code with it, changes what all patients are told few times an hour (S20)."""
    monkeypatch.setattr(hourly, "MOST", 2)
    ids = []
    for key in ("step.day-1", "step.day-2"):
        await clinic.writes(key=key)
        ids.append(await clinic.publishes())
    await clinic.writes(key="step.eve")
    with pytest.raises(errors.Conflict, match="refused-hourly"):
        await clinic.publishes()

    await clinic.withdraws(ids[1], ids[0])

    assert (await clinic.opens(ids[1])).listed.row.withdrawn_at is not None


async def test_nothing_written_is_nothing_to_publish(clinic: Clinic) -> None:
    assert await clinic.finds() == {("stop", "nothing", "")}
    with pytest.raises(errors.Invalid, match="refused-stopped"):
        await clinic.publishes()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello {{ frist_name }}, tap I am worried.", ("stop", "unknown", "en")),
        ("Hello {{ count }}, tap I am worried.", ("stop", "unknown", "en")),
        ("Hello {{ first_name. Tap I am worried.", ("stop", "blank", "en")),
        ("Hello <b>you. Tap I am worried.", ("stop", "markup", "en")),
        ("{% if first_name %}{{ first_name }}{% endif %}", ("stop", "empty", "en")),
        ("", ("stop", "empty", "en")),
        ("I am worried " * 400, ("stop", "long", "en")),
        ("Wait 3 days. Tap I am worried.", ("stop", "source", "en")),
        ("Rest now.", ("warning", "contact", "en")),
        ("Rest now. I am worried.", ("warning", "unused", "en")),
        (
            "Postprocedural photoprotection facilitates physiological regeneration of compromised epidermal tissue.",
            ("warning", "grade", "en"),
        ),
    ],
)
async def test_a_gate_says_what_is_wrong(clinic: Clinic, text: str, found: tuple[str, str, str]) -> None:
    await clinic.writes(en=text)

    assert found in await clinic.finds()


async def test_a_misspelt_blank_is_answered_with_the_one_that_was_meant_and_its_line(clinic: Clinic) -> None:
    await clinic.writes(en="I am worried.\n\nHello {{ frist_name }}.")

    [found] = [each for each in (await clinic.offer()).against if each.name == "unknown"]

    assert (found.key, found.line, dict(found.said)) == (
        "step.day-1",
        3,
        {"text": "frist_name", "words": "first_name"},
    )


async def test_a_figure_with_a_source_is_fine(clinic: Clinic) -> None:
    await clinic.writes(en=EN + " Wait 3 days.", es=ES + " Espera 3 días.", source="Dr Bea, 2026")

    assert not [each for each in await clinic.finds() if each[1] == "source"]
    assert (await clinic.opens(await clinic.publishes())).texts[0].source == "Dr Bea, 2026"


async def test_a_translation_older_than_its_original_holds_back_unless_taken_knowingly(clinic: Clinic) -> None:
    await clinic.writes(es=None)
    knowing = dataclasses.replace(CHOICE, fallback=True)

    assert ("stop", "older", "es") in await clinic.finds()
    assert ("warning", "older", "es") in await clinic.finds(knowing)
    await clinic.publishes(knowing)
    assert await clinic.says(language="es") == clinic.catalog.message("es", "step.day-1").text


@pytest.mark.parametrize(("on", "name"), [(None, "no-review"), (date(2026, 11, 23), "past-review")])
async def test_without_a_day_to_read_it_again_nothing_is_published(clinic: Clinic, on: date | None, name: str) -> None:
    await clinic.writes()

    assert ("stop", name, "") in await clinic.finds(dataclasses.replace(CHOICE, review_on=on))


async def test_an_overdue_review_holds_nothing_back_and_is_shown(clinic: Clinic) -> None:
    await clinic.writes()
    id = await clinic.publishes(dataclasses.replace(CHOICE, review_on=date(2026, 11, 24)))
    clinic.clock.wind(cast.at(26, 9) - clinic.clock.now())

    assert (await clinic.opens(id)).listed.is_overdue
    assert await clinic.says() == EN


async def test_drafts_that_changed_since_they_were_seen_are_not_published(clinic: Clinic) -> None:
    await clinic.writes()
    seen = (await clinic.offer()).hash
    await clinic.writes(en=EN + " Bye.")

    with pytest.raises(errors.Conflict, match="refused-changed"):
        await clinic.publishes(hash=seen)


async def test_a_second_reader_is_somebody_else_and_any_change_voids_what_they_read(clinic: Clinic) -> None:
    async with clinic.store.writing() as work:
        await publishing.ask_reader(work, clinic.dana, is_asked=True)
    await clinic.writes()

    assert ("stop", "reader", "") in await clinic.finds()
    with pytest.raises(errors.NotAllowed, match="refused-writer"):
        await clinic.approves(clinic.dana)
    await clinic.approves(clinic.eva)
    assert not (await clinic.offer()).is_stopped
    await clinic.writes(en=EN + " Bye.")
    assert ("stop", "reader", "") in await clinic.finds()
    await clinic.approves(clinic.gus)
    assert (await clinic.opens(await clinic.publishes())).listed.reader == "Gus"


async def test_a_clinician_may_not_publish_and_the_desk_sees_nothing(clinic: Clinic) -> None:
    await clinic.writes()
    hash = (await clinic.offer()).hash
    front = dataclasses.replace(clinic.eva, role=access.Role.DESK)

    async with clinic.store.writing() as work:
        with pytest.raises(errors.NotAllowed):
            await publishing.publish(work, clinic.eva, BOOK, CHOICE, hash=hash, **clinic.given)
        with pytest.raises(errors.NotAllowed):
            await publishing.offer(work, front, BOOK, CHOICE, **clinic.given)


async def test_texts_that_the_organisation_holds_are_not_published(clinic: Clinic) -> None:
    await clinic.writes()
    async with clinic.store.writing() as work:
        await work.run(update(tables.organisations).values(locks=["texts.microneedling"]))

    with pytest.raises(errors.Invalid, match="refused-stopped"):
        await clinic.publishes()


async def test_the_impact_counts_who_gets_the_new_text_and_repeats_nothing(
    clinic: Clinic, ana: access.Person, carl: access.Person
) -> None:
    first, _ = await joined(clinic, ana), await joined(clinic, carl, "Bruno Díaz")
    await cast.sent(clinic.store, first, "day-1", now=clinic.clock.now())
    await clinic.writes()

    found = await clinic.reaches()

    assert (found.under_way, found.treatments, found.reminders, found.kept) == (2, 1, 1, 1)
    assert [(line.patient_name, line.step_key) for line in found.lines] == [("Bruno Díaz", "day-1")]
    assert found.lines[0].due_at == cast.at(25, 7, 30)


async def test_only_new_treatments_leaves_those_under_way_alone(clinic: Clinic, ana: access.Person) -> None:
    await joined(clinic, ana)
    before = clinic.clock.now()
    clinic.clock.wind(cast.at(23, 10) - before)
    await clinic.writes()

    found = await clinic.reaches(worded.Reach.NEW)
    await clinic.publishes(dataclasses.replace(CHOICE, reach=worded.Reach.NEW))

    assert (found.under_way, found.treatments, found.reminders) == (1, 0, 0)
    assert await clinic.says(booked_at=before) == clinic.catalog.message("en", "step.day-1").text
    assert await clinic.says() == EN


async def test_an_old_edition_is_published_anew_as_the_next_one(clinic: Clinic) -> None:
    await clinic.writes()
    first = await clinic.publishes()
    await clinic.writes(en=EN + " Bye.", es=ES + " Adiós.")
    await clinic.publishes()

    third = await clinic.restores(first)

    row = (await clinic.opens(third)).listed.row
    assert (row.number, row.restores, await clinic.says()) == (3, first, EN)
    with pytest.raises(errors.Conflict, match="refused-newest"):
        await clinic.restores(third)


async def test_a_withdrawn_edition_is_replaced_in_the_same_step_by_the_shipped_texts(clinic: Clinic) -> None:
    await clinic.writes()
    first = await clinic.publishes()
    await clinic.writes(en=EN + " Bye.", es=ES + " Adiós.")
    second = await clinic.publishes()

    await clinic.withdraws(second)

    assert await clinic.says() == clinic.catalog.message("en", "step.day-1").text
    with pytest.raises(errors.Conflict, match="refused-withdrawn"):
        await clinic.restores(second)
    with pytest.raises(errors.Conflict, match="refused-withdrawn"):
        await clinic.withdraws(second)
    assert (await clinic.opens(first)).listed.row.withdrawn_at is None


async def test_a_withdrawn_edition_is_replaced_by_an_older_one_of_ones_choice(clinic: Clinic) -> None:
    made = []
    for word in ("One", "Two", "Three"):
        await clinic.writes(en=f"{EN} {word}.", es=f"{ES} {word}.")
        made.append(await clinic.publishes())

    await clinic.withdraws(made[2], made[0])

    assert await clinic.says() == f"{EN} One."


async def test_nothing_is_withdrawn_without_a_replacement(clinic: Clinic) -> None:
    await clinic.writes()
    id = await clinic.publishes()

    for wrong in ("", id, "0" * 32):
        with pytest.raises(errors.Invalid, match="refused-replacement"):
            await clinic.withdraws(id, wrong)

    assert await clinic.says() == EN


async def test_who_got_a_withdrawn_edition_is_listed_and_corrected_once(clinic: Clinic, ana: access.Person) -> None:
    treatment = await joined(clinic, ana)
    await clinic.writes()
    id = await clinic.publishes()
    await said_by(clinic, treatment, id)
    with pytest.raises(errors.Conflict, match="refused-in-force"):
        await corrected(clinic, id)
    await clinic.withdraws(id)
    before = await clinic.opens(id)
    queued = len(await owed(clinic.store))

    sent = [await corrected(clinic, id), await corrected(clinic, id)]

    after = await clinic.opens(id)
    assert [(got.patient_name, got.step_key) for got in before.got] == [("Ana García", "day-1")]
    assert (sent, before.untold, after.untold, after.got[0].is_told) == ([1, 0], 1, 0, True)
    assert len(await owed(clinic.store)) == queued + 1
    assert (
        "No make-up for two days." in (await owed(clinic.store))[-1]
        or "Sin maquillaje" in (await owed(clinic.store))[-1]
    )


async def test_what_another_clinic_has_published_is_not_there(
    clinic: Clinic, store: works.Store, catalog: catalogs.Catalog
) -> None:
    await clinic.writes()
    id = await clinic.publishes()
    async with store.writing() as work:
        other = await cast.clinic(work, catalog, now=clinic.clock.now(), name="Carl Skin")
    carl = await desk.employ(store, other, access.Role.ADMIN, name="Carl")

    async with store.writing() as work:
        with pytest.raises(errors.NotFound):
            await withdrawing.opened(work, carl, BOOK, id, **clinic.given)
        with pytest.raises(errors.NotFound):
            await withdrawing.withdraw(work, carl, BOOK, id, replacement="shipped", why="", **clinic.given)


async def test_a_text_that_was_kept_aside_is_pointed_at_and_stays_there(clinic: Clinic) -> None:
    await clinic.writes()
    async with clinic.store.writing() as work:
        given = {"version": 0, **clinic.given}
        await wording.save(work, clinic.gus, BOOK, "step.day-1", "en", "Mine.", **given)

    found = await clinic.finds()
    await clinic.publishes()

    async with clinic.store.reading() as work:
        kept = [row.body for row in await drafts.of(work, clinic.scope, BOOK)]
    assert ("warning", "aside", "en") in found
    assert kept == ["Mine."]
    assert await clinic.says() == EN


async def test_of_two_who_publish_at_once_one_does_and_the_other_is_told(clinic: Clinic) -> None:
    await clinic.writes()
    hash = (await clinic.offer()).hash

    done = await asyncio.gather(*(clinic.publishes(hash=hash) for _ in range(2)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["Conflict", "str"]
    assert len([id for id in done if isinstance(id, str) and (await clinic.opens(id)).listed.row.number == 1]) == 1


async def test_what_is_typed_while_somebody_publishes_is_kept_or_its_writer_is_told(clinic: Clinic) -> None:
    await clinic.writes(es=None)
    choice = dataclasses.replace(CHOICE, fallback=True)
    hash = (await clinic.offer(choice)).hash

    async def publish() -> str:
        async with clinic.store.writing() as work:
            id = await publishing.publish(work, clinic.dana, BOOK, choice, hash=hash, **clinic.given)
            await asyncio.sleep(0.2)
            return id

    async def save() -> None:
        await asyncio.sleep(0.1)
        async with clinic.store.writing() as work:
            given = {"version": 1, **clinic.given}
            await wording.save(work, clinic.gus, BOOK, "step.day-1", "en", "Typed meanwhile.", **given)

    id, told = await asyncio.gather(publish(), save(), return_exceptions=True)

    async with clinic.store.reading() as work:
        kept = [row.body for row in await drafts.of(work, clinic.scope, BOOK)]
    assert isinstance(id, str)
    assert isinstance(told, errors.Conflict) or "Typed meanwhile." in kept
    assert await clinic.says() == EN
