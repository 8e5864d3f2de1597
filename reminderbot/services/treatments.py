"""A person's treatments: listed, their timelines, moved and cancelled."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time

from reminderbot.planning import life, replan
from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class TreatmentView:
    """One treatment. `day` and `at` are wall time in `zone`; `state` is booked, cancelled or not_held.

    `clinic_name` is empty for a self-registered one; `patient_zone` is the zone its reminders are told in.
    """

    id: str
    patient_id: str
    patient_name: str
    patient_zone: str
    clinic_id: str
    clinic_name: str
    plan_key: str
    day: date
    at: time
    zone: str
    starts_at: datetime
    state: str
    entered_by: str
    version: int


@dataclasses.dataclass(frozen=True)
class ReminderView:
    """One reminder; `local` is `due` (UTC) on the patient's clock, `sent_local` likewise when it was sent."""

    id: str
    step_key: str
    round: int
    message_key: str
    state: life.State
    reason: life.Reason | None
    due: datetime
    local: datetime
    useful_until: datetime
    sent_local: datetime | None


@dataclasses.dataclass(frozen=True)
class TreatmentTimeline:
    """A treatment and its reminders, in order of due."""

    treatment: TreatmentView
    rows: tuple[ReminderView, ...]


@dataclasses.dataclass(frozen=True)
class Next:
    """The next reminder that will come, and the treatment it belongs to."""

    treatment: TreatmentView
    reminder: ReminderView


@dataclasses.dataclass(frozen=True)
class Moved:
    """What a move did; `is_new` is False when a second tap found it moved already (then `changes` is empty)."""

    treatment: TreatmentView
    changes: tuple[replan.Change, ...]
    is_new: bool


@dataclasses.dataclass(frozen=True)
class Cancelled:
    """What a cancellation ended: reminders that will not come, and those that may be on their way this second."""

    treatment: TreatmentView
    cancelled: int
    on_the_way: int
    is_new: bool


async def of_chat(work: works.Work, who: access.Person, *, booked_only: bool = False) -> list[TreatmentView]:
    """Return the treatments of the chat's patients, the latest start first."""
    raise NotImplementedError


async def get(work: works.Work, who: access.Person, treatment_id: str) -> TreatmentView:
    """Return one treatment; NotFound `refusal.not_found` when it is not the asker's."""
    raise NotImplementedError


async def timeline(work: works.Work, who: access.Person, *, now: datetime) -> list[TreatmentTimeline]:
    """Return every treatment with its reminders, the latest start first."""
    raise NotImplementedError


async def next_up(work: works.Work, who: access.Person, *, now: datetime) -> Next | None:
    """Return the reminder that comes next over all treatments; None when none will."""
    raise NotImplementedError


async def preview_move(
    work: works.Work, who: access.Person, treatment_id: str, *, day: date, at: time, now: datetime
) -> list[replan.Change]:
    """Return what would become of each reminder (see `replan.summary`); nothing is written."""
    raise NotImplementedError


async def move(
    work: works.Work,
    who: access.Person,
    treatment_id: str,
    *,
    day: date,
    at: time,
    now: datetime,
    version: int | None = None,
) -> Moved:
    """Move a treatment and its reminders. `version` is that of the view the preview was made from.

    Raises NotFound; Conflict `refusal.changed_meanwhile` when the treatment changed since, `refusal.session_cancelled`
    when it was cancelled; Invalid as registration does.
    """
    raise NotImplementedError


async def cancel(work: works.Work, who: access.Person, treatment_id: str, *, now: datetime) -> Cancelled:
    """End a treatment that will not take place; its waiting reminders are CANCELLED. Twice is the same as once."""
    raise NotImplementedError
