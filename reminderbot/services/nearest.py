"""Which of several treatments a person means by "my session": the booked one nearest to now."""

from collections.abc import Iterable
from datetime import datetime

from reminderbot.store import treatments


def booked(rows: Iterable[treatments.TreatmentRow], now: datetime) -> treatments.TreatmentRow | None:
    """Return the booked treatment whose start is nearest to `now`; of two equally near the one that was."""
    candidates = [row for row in rows if row.state is treatments.State.BOOKED]
    return min(candidates, key=lambda row: (abs(row.starts_at - now), row.starts_at), default=None)
