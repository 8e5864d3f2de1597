"""Patients of several zones and habits whose steps fall due before, during and after an outage."""

import dataclasses
import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Store
from tests.chaos import rows

A_PATIENT = 2.2  # reminders that a patient has, on average
ZONES = (
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
)
QUIET = (
    (time(21), time(8)),
    (time(22, 30), time(7)),
    (time(13), time(15)),
    (time(0), time(0)),  # none
    (time(20), time(10, 15)),
)
STEPS = ("day-1", "day-2", "day-3", "day-7", "day-14")  # of the shipped plan, in its order
BULK = 1_000  # rows a statement
EARLY, LATE = 0.01, 0.03  # shares that fall due before the outage and after it


@dataclasses.dataclass(frozen=True)
class Outage:
    """An outage, as instants of both clocks, which run together in these tests."""

    start: datetime
    end: datetime


def patients(reminders: int) -> int:
    """Return how many patients have about so many reminders."""
    return round(reminders / A_PATIENT)


async def scatter(store: Store, count: int, outage: Outage, *, seed: int = 1) -> int:
    """Give the first `count` patients zones, habits, second sessions and steps; return how many steps there are."""
    chance = random.Random(seed)
    async with store.writing() as work:
        await work.run(delete(tables.reminders))
        first = (await work.run(select(tables.treatments).order_by("id"))).mappings()
        habits, sessions, steps = [], [], []
        for n, row in enumerate(map(dict, first)):
            habits.append({"whose": row["patient_id"], **_habits(chance)})
            second = row | {"id": f"9{row['id'][1:]}"}
            mine = [row, second] if chance.random() < 0.25 else [row]
            sessions += mine[1:]
            for which, treatment in enumerate(mine):
                steps += _steps(chance, treatment, f"{which}{n:028x}", outage)
        whose = tables.patients.c.id == bindparam("whose")
        await work.run(update(tables.patients).where(whose), habits)
        for table, all_of_it in ((tables.treatments, sessions), (tables.reminders, steps)):
            for begin in range(0, len(all_of_it), BULK):
                await work.run(insert(table), all_of_it[begin : begin + BULK])
    return len(steps)


def _habits(chance: random.Random) -> dict[str, Any]:
    quiet_from, quiet_to = chance.choice(QUIET)
    return {"zone": chance.choice(ZONES), "quiet_from": quiet_from, "quiet_to": quiet_to}


def _steps(chance: random.Random, treatment: Any, number: str, outage: Outage) -> Iterator[dict[str, Any]]:
    """Yield one to three steps of a treatment, in the order of the plan; the earlier are due earlier."""
    keys = [key for key in STEPS if chance.random() < 0.36] or [chance.choice(STEPS)]
    for key, due in zip(keys, sorted(_due(chance, outage) for _ in keys), strict=True):
        yield {
            "id": f"{STEPS.index(key):03x}{number}",
            "organisation_id": treatment["organisation_id"],
            "clinic_id": treatment["clinic_id"],
            "patient_id": treatment["patient_id"],
            "treatment_id": treatment["id"],
            "step_key": key,
            "round": 1,
            "message_key": f"step.{key}",
            "state": life.State.PLANNED,
            "due_at": due,
            "useful_until": _useful_until(chance, due, outage),
            "zone": "UTC",
            "budget": 0 if chance.random() < 0.2 else 1,
            "resends": 0,
            "attempts": 0,
            "faults": 0,
            "silent": False,
        }


def _due(chance: random.Random, outage: Outage) -> datetime:
    kind = chance.random()
    if kind < EARLY:
        return outage.start - timedelta(seconds=chance.uniform(5, 120))
    if kind < EARLY + LATE:
        return outage.end + timedelta(hours=chance.uniform(0, 10))
    return outage.start + (outage.end - outage.start) * chance.random()


def _useful_until(chance: random.Random, due: datetime, outage: Outage) -> datetime:
    """Return an end of usefulness: soon, the same day, right when the outage is over, or days later."""
    match chance.choice(("soon", "hours", "day", "at the end", "days", "days", "days", "weeks", "weeks")):
        case "soon":
            return due + timedelta(minutes=30)
        case "hours":
            return due + timedelta(hours=6)
        case "day":
            return due + timedelta(hours=12)
        case "at the end":
            return max(due + timedelta(minutes=1), outage.end + timedelta(seconds=chance.uniform(-120, 240)))
        case "days":
            return due + timedelta(days=chance.uniform(3.5, 6))
        case _:
            return due + timedelta(days=20)


def chat(patient_id: str) -> int:
    """Return the Telegram id of a patient's chat."""
    return rows.CHATS + int(patient_id[1:], 16)
