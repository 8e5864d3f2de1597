"""A clinic with many patients, as the console's list meets one: names, standings, sessions, a reminder sent."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert

from benchmarks import seeding
from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, life
from reminderbot.planning.standing import Standing
from reminderbot.services import access, clinics, sign_ins
from reminderbot.store import names, tables, vault
from reminderbot.store.work import Store, Work

COMMON: Final = "María"
SHARE: Final = 0.03  # of the patients have it
RARE: Final = "Zósimo"  # one in 20,000 has it
RARE_AT: Final = 7  # of 20,000
FIRST: Final = (
    "Ana Lucía Carmen Elena Sofía Paula Laura Marta Irene Nuria Hugo Iker Jorge Pablo Diego Bruno Álvaro Óscar Rubén "
    "Adrián Inés Julia Clara Noa Vera Alba Aitana Lola Celia Rocío Aisha Fatima Omar Yusuf Chen Wei Olga Piotr"
)
LAST: Final = (
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno "
    "Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco"
)
STANDINGS: Final = {
    Standing.ENDED: 780,
    Standing.JOINED: 150,
    Standing.NEVER: 30,
    Standing.INVITED: 20,
    Standing.STOPPED: 8,
    Standing.DECLINED: 5,
    Standing.OPENED: 3,
    Standing.PAUSED: 2,
    Standing.TO_INVITE: 1,
    Standing.BLOCKED: 1,
}
"""Of a thousand. The commonest is what lists grow by, the rarest what somebody looks for."""
BATCH: Final = 2_000  # patients put in at once
PAST, AHEAD = timedelta(days=1_000), timedelta(days=60)
TABLES: Final = ("data_keys", "patients", "search_tokens", "treatments", "reminders")


async def fill(store: Store, catalog: catalogs.Catalog, patients: int, *, now: datetime) -> access.Staff:
    """Put a clinic with so many patients in, and a second one with a twentieth; return a clinician of the first."""
    async with store.writing() as work:
        mine, other = [await _clinic(work, catalog, name, now) for name in ("Bea Skin", "Carl Skin")]
    await _people(store, catalog, mine, patients, now)
    await _people(store, catalog, other, patients // 20, now)
    return access.Staff(tables.new_id(), mine.organisation_id, mine.id, access.Role.CLINICIAN)


async def _clinic(work: Work, catalog: catalogs.Catalog, name: str, now: datetime) -> clinics.ClinicView:
    known = {"phone": "+34 910 000 000", "emergency": "112", "hours": "Mon-Fri 9-18", "zone": "Europe/Madrid"}
    asker = access.Operator()
    return await clinics.add(
        work, asker, name=name, languages=("es",), adopted_by="Dr Bea", catalog=catalog, now=now, **known
    )


async def _people(
    store: Store, catalog: catalogs.Catalog, clinic: clinics.ClinicView, patients: int, now: datetime
) -> None:
    version_id = await seeding.version(store, clinic.organisation_id, now)
    crowd = _Crowd(clinic, version_id, catalog.plan(seeding.PLAN).steps[2].key, now)
    for start in range(0, patients, BATCH):
        async with store.writing() as work:
            rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
            for number in range(start, min(patients, start + BATCH)):
                for name, row in crowd.patient(work, number):
                    rows[name].append(row)
            for name, those in rows.items():
                table: Table = tables.metadata.tables[name]
                await seeding.put(work, table, those)


class _Crowd:
    """Makes the rows of one clinic's patients; the same number makes the same patient, but for ids and keys."""

    def __init__(self, clinic: clinics.ClinicView, version_id: str, step_key: str, now: datetime) -> None:
        self._clinic, self._version_id, self._step_key, self._now = clinic, version_id, step_key, now
        self._tokens: dict[str, bytes] = {}
        self._own = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id}

    def patient(self, work: Work, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the rows of one patient, each with its table's name, in the order in which they may be put in."""
        chance = random.Random(number)
        id, key, name = tables.new_id(), vault.fresh_key(tables.new_id()), _name(chance, number)
        master, wrapped = work.masters.wrap(key)
        made = {"id": key.id, "purpose": "patient", "master": master, "wrapped": wrapped, "created_at": self._now}
        yield "data_keys", made
        usual = chance.choices(list(STANDINGS), list(STANDINGS.values()))[0]
        standing = dict(enumerate(STANDINGS)).get(number, usual)  # the first ten have one each
        starts = self._start(chance, standing)
        sealed = key.seal(name, table="patients", row=id, column="name")
        yield "patients", self._row(id, key.id, sealed, standing, starts)
        for beginning in names.beginnings(name):
            token = self._tokens.setdefault(beginning, names.token(work, beginning))
            whose = {"patient_id": id, "organisation_id": self._clinic.organisation_id}
            yield "search_tokens", {**whose, "token": token}
        treatment_id = tables.new_id()
        yield "treatments", self._treatment(treatment_id, id, starts)
        for step, state in enumerate((life.State.SENT, life.State.SENT, life.State.EXPIRED)):
            yield "reminders", self._reminder(step, id, treatment_id, starts + timedelta(days=step + 1), state)

    def _start(self, chance: random.Random, standing: Standing) -> datetime:
        if standing in (Standing.ENDED, Standing.NEVER):
            return self._now - timedelta(days=2) - PAST * chance.random()
        return self._now - timedelta(days=30) + (AHEAD + timedelta(days=30)) * chance.random()

    def _row(self, id: str, key_id: str, name: bytes, standing: Standing, starts: datetime) -> dict[str, Any]:
        habits = {"language": "es", "zone": self._clinic.zone, "morning": time(8, 30), "wants_reads": True}
        quiet = {"quiet_from": time(21), "quiet_to": time(8)}
        ahead = starts if starts > self._now else None
        settled = {"standing": standing, "latest_at": starts, "next_at": ahead, "settle_at": ahead}
        return {"id": id, **self._own, "key_id": key_id, "name": name, **habits, **quiet, **settled} | {
            "created_at": self._now
        }

    def _treatment(self, id: str, patient_id: str, starts: datetime) -> dict[str, Any]:
        when = {"day": starts.date(), "at": time(15, 30), "zone": self._clinic.zone, "starts_at": starts}
        stands = {"state": "booked", "entered_by": "clinic", "version": 1, "created_at": self._now}
        planned = {"plan_version_id": self._version_id, "rules": hours.rules()}
        return {"id": id, **self._own, "patient_id": patient_id, **when, **planned, **stands}

    def _reminder(
        self, number: int, patient_id: str, treatment_id: str, due: datetime, state: life.State
    ) -> dict[str, Any]:
        counts = {"budget": 1, "resends": 0, "attempts": 0, "faults": 0}
        said = {"step_key": self._step_key, "round": number + 1, "message_key": f"steps.{self._step_key}"}
        when = {"due_at": due, "useful_until": due + seeding.USEFUL, "zone": self._clinic.zone, "silent": False}
        sent_at = due if state is life.State.SENT else None
        whose = {**self._own, "patient_id": patient_id, "treatment_id": treatment_id}
        return {"id": tables.new_id(), **whose, **said, **when, **counts, "state": state, "sent_at": sent_at}


def _name(chance: random.Random, number: int) -> str:
    usual = COMMON if number == RARE_AT + 1 or chance.random() < SHARE else chance.choice(FIRST.split())
    last = LAST.split()
    first = RARE if number % 20_000 == RARE_AT else usual
    return f"{first} {last[0] if number == RARE_AT + 1 else chance.choice(last)} {chance.choice(last)}"


async def cookie(store: Store, who: access.Staff) -> str:
    """Let somebody sign in who has no password; return the cookie."""
    now = clocks.machine()
    async with store.writing() as work:
        key = await work.new_key("staff")
        sealed = {name: key.seal("dana", table="staff", row=who.staff_id, column=name) for name in ("login", "name")}
        row = {"id": who.staff_id, "organisation_id": who.organisation_id, "key_id": key.id, "language": "en"}
        index = work.index.of("login", who.staff_id)
        await work.run(insert(tables.staff).values(**row, **sealed, login_index=index, created_at=now))
        own = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id, "staff_id": who.staff_id}
        await work.run(insert(tables.staff_roles).values(**own, role=who.role, since=now))
        return await sign_ins.begin(work, **own, kind=sign_ins.Kind.FULL, machine_now=now)


def at() -> datetime:
    """Return the instant at which the crowd is looked at."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
