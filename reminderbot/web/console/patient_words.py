"""One patient's things in the reader's words: states, reasons, counts of what a change does, who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reminderbot.catalog import places
from reminderbot.planning import life, replan
from reminderbot.services import dossier, stories, treatments
from reminderbot.web.console.visit import Visit

_GOOD: Final = frozenset({life.State.SENT, life.State.MERGED})
_WAITS: Final = frozenset({life.State.PLANNED, life.State.CLAIMED, life.State.SENDING})
_BAD: Final = frozenset(
    {life.State.REJECTED, life.State.BLOCKED, life.State.UNCONFIRMED, life.State.PARKED, life.State.REVIEW}
)
_SELF_SAID: Final = frozenset({life.State.BLOCKED, life.State.MERGED})
"""States whose words say the one reason they can have."""


def colour(state: life.State) -> str:
    """Return the class of a state's badge."""
    if state in _GOOD:
        return "good"
    if state in _WAITS:
        return "wait"
    return "bad" if state in _BAD else "off"


def state(visit: Visit, of: str) -> str:
    """Return a state in words."""
    return visit.text(f"life.{of}")


def why(visit: Visit, of: life.State, reason: str | None) -> str:
    """Return why a reminder stands as it does; empty where there is nothing to say."""
    return visit.text(f"why.{reason}") if reason and of not in _SELF_SAID else ""


def title(visit: Visit, step_key: str) -> str:
    """Return what a step is called, beginning with a capital."""
    key = f"title.{step_key}"
    words = visit.text(key if visit.console.words.has("en", key) else "title.other")
    return words[:1].upper() + words[1:]


def session(visit: Visit, of: treatments.TreatmentView) -> str:
    """Return "Tuesday 24 November, 15:30": when a session is, on the clocks of its place."""
    return f"{visit.day(of.day, zone=of.zone)}, {visit.clock(of.at)}"


def city(visit: Visit, zone: str) -> str:
    """Return the city that a zone is called after."""
    return places.city(zone, visit.language)


def language(visit: Visit, code: str) -> str:
    """Return the name of a language in itself."""
    return visit.console.words.language(code).name if code in visit.console.words.languages else code


def counts(visit: Visit, changes: Sequence[replan.Change]) -> list[str]:
    """Return "2 messages move", "1 that was sent is not repeated": a line each, without what is not there."""
    of = replan.summary(changes)
    told = {
        "moves": of.moves,
        "adds": of.returns + of.added,
        "stays": of.stays,
        "kept": of.kept_sent,
        "drops": of.dropped,
    }
    lines = [visit.text(f"change.{what}", count=count) for what, count in told.items() if count]
    return lines or [visit.text("change.nothing")]


def deed(visit: Visit, of: dossier.Deed) -> str:
    """Return what somebody did, in words where we have them."""
    key = "deed." + of.action.replace(".", "-")
    return visit.text(key) if visit.console.words.has("en", f"console.{key}") else of.action.replace(".", " ")


def doer(visit: Visit, of: dossier.Deed) -> str:
    """Return who did it."""
    if of.actor == "staff":
        return of.by or visit.text("patient.somebody")
    known = of.actor in ("patient", "operator", "program")
    return visit.text(f"patient.by-{of.actor}" if known else "patient.somebody")


def line(visit: Visit, of: stories.Line, zone: str) -> str:
    """Return one link of a reminder's chain in words, without its time."""
    if of.number is not None:
        kind = of.kind if of.kind == stories.BEGAN else f"try-{of.kind}"
        return visit.text(f"story.{kind}", count=of.number)
    key = f"story.{of.kind}"
    if visit.console.words.has("en", f"console.{key}"):
        words = visit.text(
            key, moment=_moment(visit, of.due_after, zone), moment_old=_moment(visit, of.due_before, zone)
        )
    else:
        words = state(visit, of.kind)
    reason = visit.text(f"why.{of.reason}") if of.reason else ""
    return f"{words}. {reason}" if reason else words


def wait(visit: Visit, of: stories.Wait, zone: str) -> str:
    """Return what a reminder waits for."""
    return visit.text(f"story.wait-{of.what}", moment=_moment(visit, of.until, zone))


def _moment(visit: Visit, at: datetime | None, zone: str) -> str:
    return visit.moment(at, zone=zone) if at else ""
