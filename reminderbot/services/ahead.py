"""What is coming to a person, when it will be sent: for the calendar file, which says no more than that."""

import dataclasses
from datetime import datetime

from reminderbot.planning import life
from reminderbot.services import access, coming
from reminderbot.store import patients, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Ahead:
    """A message that will come, and the instant at which it will."""

    reminder_id: str
    at: datetime


async def of_chat(work: works.Work, who: access.Person, *, now: datetime) -> list[Ahead]:
    """Return what will come, in order of time: after a pause, outside quiet hours, while it is of use.

    Of a patient's messages of one instant the first is told: they come together.
    """
    people = {each.id: each for each in await patients.of_chat(work, who.chat_id)}
    booked = [row.id for row in await rows.of_chat(work, who.chat_id) if row.state is rows.State.BOOKED]
    found: dict[tuple[str, datetime], Ahead] = {}
    for row in await planned.of_treatments(work, booked):
        if row.state in life.OPEN:
            at = coming.comes(row, people[row.patient_id], now)
            if at < row.useful_until:
                found.setdefault((row.patient_id, at), Ahead(row.id, at))
    return sorted(found.values(), key=lambda each: each.at)
