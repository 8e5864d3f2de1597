"""One line of a timeline, and a session's name, as they stand in a message."""

from reminderbot.chat.visit import Visit
from reminderbot.planning import life, timeline
from reminderbot.services import treatments

ON_ITS_WAY = frozenset({life.State.CLAIMED, life.State.SENDING})


def session(visit: Visit, view: treatments.TreatmentView) -> str:
    """Return "Tuesday 24 November, 15:30": when a session is, on the clocks of its place."""
    return f"{visit.day(view.day, zone=view.zone)}, {visit.catalog.clock(visit.language, view.at)}"


def slot(visit: Visit, of: timeline.Slot, zone: str) -> str:
    """Return the line of a step that would be planned, or why it would not."""
    if of.state is life.State.PLANNED:
        date, clock = visit.day(of.local.date(), zone=zone), visit.clock(of.local)
        return visit.text("row.coming", date=date, clock=clock, title=title(visit, of.step.key))
    return visit.text("row.not-sent", title=title(visit, of.step.key), why=why(visit, of.state, of.reason))


def reminder(visit: Visit, of: treatments.ReminderView, zone: str) -> str:
    """Return the line of a reminder: sent and when, coming, on its way, or not sent and why."""
    called, local = title(visit, of.step_key), of.sent_local or of.local
    date, clock = visit.day(local.date(), zone=zone), visit.clock(local)
    if of.state is life.State.SENT:
        return visit.text("row.sent", date=date, clock=clock, title=called)
    if of.state in ON_ITS_WAY:
        return visit.text("row.on-its-way", title=called)
    if of.state is life.State.PLANNED:
        return visit.text("row.coming", date=date, clock=clock, title=called)
    return visit.text("row.not-sent", title=called, why=why(visit, of.state, of.reason))


def why(visit: Visit, state: life.State, reason: life.Reason | None) -> str:
    """Return in words why a reminder is not sent."""
    return visit.catalog.say_plain(visit.language, f"reason.{reason}" if reason else f"state.{state}")


def title(visit: Visit, step_key: str) -> str:
    """Return what a step is called in a list."""
    key = f"title.{step_key}"
    known = visit.catalog.has("en", key)
    return visit.catalog.say_plain(visit.language, key if known else "title.other")
