"""One line of a timeline, and a session's name, as they stand in a message."""

from collections.abc import Mapping
from datetime import datetime

from reminderbot.planning import life, timeline
from reminderbot.services import own_titles, treatments
from reminderbot.services.voices import Voice

ON_ITS_WAY = frozenset({life.State.CLAIMED, life.State.SENDING})


def session(voice: Voice, view: treatments.TreatmentView) -> str:
    """Return "Tuesday 24 November, 15:30": when a session is, on the clocks of its place."""
    return voice.day_and_clock(datetime.combine(view.day, view.at), zone=view.zone)


def slot(voice: Voice, of: timeline.Slot, zone: str, own: str = "") -> str:
    """Return the line of a step that would be planned, or why it would not; `own` as in `title`."""
    called = title(voice, of.step.key, own)
    if of.state is life.State.PLANNED:
        date, clock = voice.day(of.local.date(), zone=zone), voice.clock(of.local)
        return voice.text("row.coming", date=date, clock=clock, title=called)
    return voice.text("row.not-sent", title=called, why=why(voice, of.state, of.reason))


def reminder(voice: Voice, of: treatments.ReminderView, zone: str, own: str = "") -> str:
    """Return the line of a reminder: sent and when, coming, on its way, or not sent and why; `own` as in `title`."""
    called, local = title(voice, of.title_key, own), of.sent_local or of.local
    date, clock = voice.day(local.date(), zone=zone), voice.clock(local)
    if of.state is life.State.SENT:
        return voice.text("row.sent", date=date, clock=clock, title=called)
    if of.state in ON_ITS_WAY:
        return voice.text("row.on-its-way", title=called)
    if of.state is life.State.PLANNED:
        return voice.text("row.coming", date=date, clock=clock, title=called)
    return voice.text("row.not-sent", title=called, why=why(voice, of.state, of.reason))


def waiting(
    voice: Voice,
    row: treatments.ReminderView,
    of: treatments.TreatmentView,
    titles: own_titles.Titles,
    held: Mapping[str, datetime | None],
) -> str:
    """Return the line of a reminder; of one that a pause holds, when it comes after that, or that it will not."""
    own = titles.get((of.id, row.title_key), "")
    if after := treatments.after_pause(row, of.patient_zone, held):
        return reminder(voice, after, of.patient_zone, own)
    return voice.text("row.paused", title=title(voice, row.title_key, own))


def why(voice: Voice, state: life.State, reason: life.Reason | None) -> str:
    """Return in words why a reminder is not sent."""
    return voice.catalog.say_plain(voice.language, f"reason.{reason}" if reason else f"state.{state}")


def title(voice: Voice, step_key: str, own: str = "") -> str:
    """Return what a step is called in a list: `own`, of a clinic's own plan, where no title is shipped."""
    key = f"title.{step_key}"
    known = voice.catalog.has("en", key)
    if own and not known:
        return own
    return voice.catalog.say_plain(voice.language, key if known else "title.other")
