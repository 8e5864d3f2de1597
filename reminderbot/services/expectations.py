"""What to expect now: the phase a person is in, and the treatment it speaks of."""

import dataclasses
from datetime import datetime

from reminderbot.planning import phases
from reminderbot.services import access, nearest, treatments
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Expectation:
    """The phase (its text is `expect.<phase>`) and the treatment nearest to now; None with Phase.NONE."""

    phase: phases.Phase
    treatment: treatments.TreatmentView | None


async def phase(work: works.Work, who: access.Person, *, now: datetime, treatment_id: str | None = None) -> Expectation:
    """Return the phase at `now`, of `treatment_id` or of the booked treatment nearest to `now`.

    NotFound `refusal.not_found` for a foreign treatment.
    """
    if treatment_id is not None:
        row: rows.TreatmentRow | None = await treatments.reached(work, who, treatment_id)
    else:
        row = nearest.booked(await rows.of_chat(work, who.chat_id), now)
    if row is None:
        return Expectation(phases.Phase.NONE, None)
    return Expectation(
        phases.expected_phase(row.anchor, now, zone=row.patient_zone),
        treatments.view(row),
    )
