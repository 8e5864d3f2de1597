"""Two organisations in one database, both full; whatever somebody could have typed at the second carries its mark."""

import dataclasses
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert, select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, asked, clinics, consent, dialogues, invites, sign_ins
from reminderbot.store import bots, inbox, staff, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import world

MARK: Final = "Kanarka"
PHONE: Final = "955 123 987"
TOGETHER: Final = 5_000_000_700  # the Telegram id of a chat in which a patient of each organisation is


@dataclasses.dataclass(frozen=True)
class Two:
    """A, who asks, with its branch; and B, of whom nothing may be seen or changed."""

    own: tuple[clinics.ClinicView, clinics.ClinicView]
    foreign: tuple[clinics.ClinicView, clinics.ClinicView]


async def both(store: works.Store, catalog: catalogs.Catalog, *, now: datetime) -> Two:
    """Open two clinics of each organisation, and fill all four."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT, username="aftercare_bot")
    own = await _pair(store, catalog, "Bea", "", now)
    foreign = await _pair(store, catalog, "Carl", f" {MARK}", now)
    for place, (clinic, mark) in enumerate([*((each, "") for each in own), *((each, f" {MARK}") for each in foreign)]):
        await filled(store, catalog, clinic, telegram_id=TOGETHER + 1 + place, mark=mark, now=now)
    for clinic, mark in ((own[0], ""), (foreign[0], f" {MARK}")):
        await _joined(store, catalog, clinic, mark, now)
    return Two(own, foreign)


async def filled(
    store: works.Store,
    catalog: catalogs.Catalog,
    clinic: clinics.ClinicView,
    *,
    telegram_id: int,
    mark: str = "",
    now: datetime,
) -> None:
    """Give a clinic one more of each thing that it can have."""
    things = await world.filled(store, catalog, clinic, now=now, telegram_id=telegram_id, name="Ana García", mark=mark)
    async with store.writing() as work:
        await _sealed(work, things, mark, now)
        for table, values in _rows(clinic, things, mark, now):
            await work.run(insert(table).values(**values))
        await _owed(work, clinic, things, mark, now)
        await _chatted(work, things, mark, now)
        await sign_ins.begin(
            work,
            staff_id=things["staff"],
            organisation_id=clinic.organisation_id,
            clinic_id=clinic.id,
            kind=sign_ins.Kind.DESK,
            machine_now=clocks.machine(),
            label=f"By the window{mark}",
        )


async def _pair(
    store: works.Store, catalog: catalogs.Catalog, name: str, mark: str, now: datetime
) -> tuple[clinics.ClinicView, clinics.ClinicView]:
    given: dict[str, Any] = {
        "phone": f"+34 {PHONE}" if mark else "+34 910 000 000",
        "emergency": f"+34 {PHONE} 112" if mark else "+34 910 000 112",
        "hours": "Mon-Fri 9:00-18:00",
        "zone": cast.MADRID,
        "languages": ("en", "es"),
        "adopted_by": f"Dr {name}{mark}",
        "catalog": catalog,
        "now": now,
    }
    async with store.writing() as work:
        first = await clinics.add(work, cast.OPERATOR, name=f"{name} Skin{mark}", **given)
        second = await clinics.add(
            work, cast.OPERATOR, name=f"{name} North{mark}", organisation=first.organisation_id, **given
        )
        said = {"en": f"We keep it for a year.{mark}"}
        k = tables.clinics.c
        await work.run(
            update(tables.clinics)
            .where(k.organisation_id == first.organisation_id)
            .values(consent_words=said, privacy_words=said)
        )
    return first, second


async def _joined(
    store: works.Store, catalog: catalogs.Catalog, clinic: clinics.ClinicView, mark: str, now: datetime
) -> None:
    """Let one more patient join, in a chat that has a patient of the other organisation too."""
    made = await cast.invite(store, clinic, catalog, now=now, name=f"Maria{mark}")
    who = await cast.consenting(store, catalog, telegram_id=TOGETHER, now=now)
    async with store.writing() as work:
        opened = await invites.open_(work, who, made.token, now=now)
        await invites.confirm(work, who, opened.invite_id, made.desk_code, now=now)
        await consent.give(work, who, wording="w" * 64, now=now)


async def _sealed(work: works.Work, things: world.Things, mark: str, now: datetime) -> None:
    """Write notes, of a case and to a step."""
    p, r, c = tables.patients.c, tables.reminders.c, tables.cases.c
    key_id = (await work.run(select(p.key_id).where(p.id == things["patient"]))).scalar_one()
    key = await work.key(key_id)
    assert key
    note = key.seal(f"Called back.{mark}", table="cases", row=things["case"], column="note")
    await work.run(update(tables.cases).where(c.id == things["case"]).values(note=note))
    waits = (r.treatment_id == things["treatment"]) & (r.state == life.State.PLANNED)
    reminder = (await work.run(select(r.id).where(waits).limit(1))).scalar_one()
    line = key.seal(f"Bring the cream.{mark}", table="reminders", row=reminder, column="note")
    values = {"note": line, "note_until": now + timedelta(days=30)}
    await work.run(update(tables.reminders).where(r.id == reminder).values(**values))


def _rows(
    clinic: clinics.ClinicView, things: world.Things, mark: str, now: datetime
) -> list[tuple[Table, dict[str, Any]]]:
    """Return what the console's world lacks: a row of every other table."""
    organisation = {"organisation_id": clinic.organisation_id}
    staff = {**organisation, "staff_id": things["staff"]}
    scope = {**staff, "scope": clinic.id, "book": "microneedling"}
    text = {"key": f"step.{secrets.choice('ab')}{secrets.token_hex(4)}", "language": "en"}
    said = {"body": f"Go slowly.{mark}", "source": f"Our own count.{mark}"}
    soon = now + timedelta(minutes=30)
    return [
        (tables.drafts, {**scope, **text, **said, "clinic_id": clinic.id, "changed_at": now}),
        (tables.approvals, {**scope, "hash": secrets.token_hex(32), "detail": {"texts": 1}, "at": now}),
        (
            tables.claims,
            {**organisation, "patient_id": things["patient"], "code_index": secrets.token_bytes(32)}
            | {"created_at": now, "expires_at": soon},
        ),
        (tables.recovery_codes, {**staff, "code_hash": secrets.token_bytes(32)}),
        (
            tables.staff_links,
            {**staff, "purpose": "welcome", "token_hash": secrets.token_bytes(32), "created_at": now}
            | {"expires_at": clocks.machine() + timedelta(days=1)},
        ),
        (tables.submissions, {**staff, "location": f"/console/today?of={mark.strip()}", "at": clocks.machine()}),
        (
            tables.check_ins,
            {**organisation, "reminder_id": things["reminder"], "ask": "skin", "answer": "worried", "answered_at": now},
        ),
        (
            tables.listed,
            {**organisation, "clinic_id": clinic.id, "key": secrets.token_bytes(32)}
            | {"treatment_id": things["treatment"], "upload_id": things["upload"]},
        ),
    ]


async def _chatted(work: works.Work, things: world.Things, mark: str, now: datetime) -> None:
    """Leave a chat in the middle of a dialogue and of its questions, an update unserved; give them an account."""
    b, p = tables.bindings.c, tables.patients.c
    chat_id = (await work.run(select(b.chat_id).where(b.patient_id == things["patient"]))).scalar_one()
    who = access.Person(chat_id)
    await dialogues.save(work, who, "letter", {"words": f"My chin is red.{mark}"}, now=now)
    await asked.save(work, who, asked.Asked(unknown=(f"May I shave?{mark}",)), now=now)
    update_ = inbox.Update(secrets.randbelow(1 << 40), None, {"message": {"text": f"Is this read?{mark}"}})
    await inbox.keep(work, cast.BOT, [update_])
    key = await work.key((await work.run(select(p.key_id).where(p.id == things["patient"]))).scalar_one())
    assert key
    treated = key.seal(f"+34 955 765 432{mark}", table="patients", row=things["patient"], column="treated_by")
    await work.run(update(tables.patients).where(p.id == things["patient"]).values(treated_by=treated))
    await _accounted(work, things["staff"], mark)


async def _accounted(work: works.Work, staff_id: str, mark: str) -> None:
    """Give somebody of the staff a login and a second factor."""
    s = tables.staff.c
    key = await work.key((await work.run(select(s.key_id).where(s.id == staff_id))).scalar_one())
    assert key
    login = f"dr.eva{mark.strip()}@clinic.example"
    sealed = key.seal(login, table="staff", row=staff_id, column="login")
    await work.run(update(tables.staff).where(s.id == staff_id).values(login=sealed))
    seed = f"SEEDOFANAPP{mark.strip().upper()}"
    await staff.set_second_factor(work, staff_id, seed=seed, step=None, now=clocks.machine())


async def _owed(work: works.Work, clinic: clinics.ClinicView, things: world.Things, mark: str, now: datetime) -> None:
    """Owe the patient's chat a message, and keep the clinic's worrying words."""
    b = tables.bindings.c
    chat_id = (await work.run(select(b.chat_id).where(b.patient_id == things["patient"]))).scalar_one()
    key_id = (await work.run(select(tables.chats.c.key_id).where(tables.chats.c.id == chat_id))).scalar_one()
    key = await work.key(key_id)
    assert key
    counts = {"budget": 3, "resends": 0, "attempts": 0, "faults": 0}
    owed = {"bot_id": cast.BOT, "organisation_id": clinic.organisation_id, "chat_id": chat_id, "key_id": key_id}
    kept = {"kind": "reply", "method": "sendMessage", "state": "planned", "created_at": now}
    added = insert(tables.outbox).values(**owed, **kept, **counts).returning(tables.outbox.c.id)
    id = (await work.run(added)).scalar_one()
    payload = key.seal(json.dumps({"text": f"Come at ten.{mark}"}), table="outbox", row=id, column="payload")
    await work.run(update(tables.outbox).where(tables.outbox.c.id == id).values(payload=payload))
    words = tables.worry_words
    if not (await work.run(select(words.c.clinic_id).where(words.c.clinic_id == clinic.id))).first():
        lines = {"lines": [f"burning{mark}"], "staff_id": things["staff"], "version": 1, "changed_at": now}
        whose = {"clinic_id": clinic.id, "organisation_id": clinic.organisation_id}
        await work.run(insert(words).values(**whose, **lines))
