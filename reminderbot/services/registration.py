"""Registration: what a session would bring, and a session kept together with all of its reminders."""

import dataclasses
from datetime import date, datetime, time

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, timeline
from reminderbot.services import access, treatments
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Draft:
    """A session as a person gives it. Without `patient_id` it is the chat's own patient's."""

    day: date
    at: time
    zone: str
    patient_id: str | None = None
    plan_key: str = "microneedling"


@dataclasses.dataclass(frozen=True)
class Preview:
    """What would be saved: the slots in order, the patient's zone they are told in, what the clocks make of the hour.

    `beside` are the booked treatments of the same patient; `saved_as` is the treatment that is this one already.
    """

    slots: tuple[timeline.Slot, ...]
    zone: str
    starts_at: datetime
    wall: hours.Kind
    beside: tuple[treatments.TreatmentView, ...]
    saved_as: str | None


@dataclasses.dataclass(frozen=True)
class Registered:
    """What was saved; `is_new` is False when a second tap found it saved already."""

    treatment_id: str
    patient_id: str
    slots: tuple[timeline.Slot, ...]
    is_new: bool


async def preview(
    work: works.Work, who: access.Person, draft: Draft, *, catalog: catalogs.Catalog, now: datetime
) -> Preview:
    """Return what `register` would save; nothing is written. Refuses what `register` refuses, consent aside."""
    raise NotImplementedError


async def register(
    work: works.Work, who: access.Person, draft: Draft, *, catalog: catalogs.Catalog, now: datetime
) -> Registered:
    """Save the session and its reminders. The same draft twice is one session.

    Raises NotAllowed `refusal.no_consent`, `refusal.stopped`; NotFound for a foreign patient; Invalid
    `refusal.session_too_far`, `refusal.session_too_old`, `refusal.unknown_zone`; Conflict `refusal.too_many_sessions`.
    """
    raise NotImplementedError
