"""The words of a button, typed: who listens to the screen, or has no way to tap, says what the button says."""

from typing import Final

from reminderbot.catalog import asking
from reminderbot.catalog import catalog as catalogs
from reminderbot.chat import dialogues, handlers
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import plans
from reminderbot.services import checkins, pausing, stopping

ANYWHERE: Final = {
    "privacy": (Tapped.PRIVACY, ""),
    "what-is-stored": (Tapped.PRIVACY, ""),
    "timeline": (Tapped.TIMELINE, ""),
    "session": (Tapped.SESSION, ""),
    "by-myself": (Tapped.SESSION, ""),
    "move": (Tapped.MOVE, ""),
    "expect": (Tapped.EXPECT, ""),
    "topics": (Tapped.TOPICS, ""),
    "settings": (Tapped.SETTINGS, ""),
    "set-hour": (Tapped.SET, "hour"),
    "set-quiet": (Tapped.SET, "quiet"),
    "set-zone": (Tapped.SET, "zone"),
    "set-language": (Tapped.SET, "language"),
    "set-phone": (Tapped.SET, "phone"),
    "add-phone": (Tapped.SET, "phone"),
    "want-reads": (Tapped.READS, "yes"),
    "no-reads": (Tapped.READS, "no"),
    "pause": (Tapped.PAUSE, ""),
    "unpause": (Tapped.UNPAUSE, ""),
    "less": (Tapped.LESS, ""),
    "today-only": (Tapped.TODAY_ONLY, ""),
    "all-again": (Tapped.ALL_AGAIN, ""),
    "calendar": (Tapped.ICS, ""),
    "call-me": (Tapped.CALL_ME, ""),
    "stop": (Tapped.STOP, ""),
    "undo": (Tapped.RESUME, ""),
    "resume": (Tapped.RESUME, ""),
    "my-data": (Tapped.MY_DATA, ""),
    "forget": (Tapped.FORGET, ""),
    "person": (Tapped.WORRY, ""),
    "help": (Tapped.HELP, ""),
}
"""Buttons that mean the same wherever they stand, by the name of their words.

What erases, or drops a session, is not among them: it is the second of two taps, and its words alone ask nothing.
"""

IN_STEP: Final[dict[type[dialogues.Step], dict[str, tuple[Tapped, str]]]] = {
    dialogues.Phone: {"skip": (Tapped.PHONE, "skip"), "no-phone": (Tapped.PHONE, "none"), "keep": (Tapped.KEEP, "")},
    dialogues.Quiet: {"no-quiet": (Tapped.QUIET, "none"), "keep": (Tapped.KEEP, "")},
    dialogues.Hour: {"keep": (Tapped.KEEP, "")},
    dialogues.Place: {"keep": (Tapped.KEEP, "")},
    dialogues.Pause: {"keep": (Tapped.KEEP, "")},
    dialogues.Link: {"no-thanks": (Tapped.DECLINE, "")},
    dialogues.Proof: {"no-thanks": (Tapped.DECLINE, "")},
    dialogues.Wall: {"no-thanks": (Tapped.DECLINE, "")},
    dialogues.Called: {"no-thanks": (Tapped.DECLINE, "")},
}
"""Buttons that answer what a dialogue asks."""


ASKED: Final = {
    "as_expected": (plans.Ask.SKIN, checkins.Answer.OK),
    "reads_yes": (plans.Ask.READS, checkins.Answer.YES),
    "reads_no": (plans.Ask.READS, checkins.Answer.NO),
}
"""Buttons that answer what a reminder asks: the last one that did."""


async def tapped(visit: Visit, step: dialogues.Step | None, text: str) -> bool:
    """Do what the button does whose words were typed; False where they are no button's."""
    said = asking.fold(text)
    for name, (prefix, rest) in _known(visit, step).items():
        if said in _words(visit.catalog, name):
            await handlers.TAPS[prefix](visit, rest)
            return True
    for name, (ask, answer) in ASKED.items():
        if said in _words(visit.catalog, name):
            return await _answered(visit, ask, answer)
    if said in _first_words(visit.catalog, "undo"):
        await handlers.TAPS[await _latest(visit)](visit, "")
        return True
    return False


async def _latest(visit: Visit) -> Tapped:
    """Return what "Undo" alone undoes: what holds back most of what is held back now."""
    if await stopping.is_stopped(visit.work, visit.who):
        return Tapped.RESUME
    is_paused = bool(await pausing.until(visit.work, visit.who, now=visit.now))
    return Tapped.UNPAUSE if is_paused else Tapped.ALL_AGAIN


def _known(visit: Visit, step: dialogues.Step | None) -> dict[str, tuple[Tapped, str]]:
    agree = {"agree": (Tapped.AGREE, "")} if visit.chat.consented_at is None else {}
    return agree | ANYWHERE | (IN_STEP.get(type(step), {}) if step else {})


async def _answered(visit: Visit, ask: plans.Ask, answer: checkins.Answer) -> bool:
    reminder_id = await checkins.asked_last(visit.work, visit.who, ask, now=visit.now)
    if reminder_id is None:
        return False
    await handlers.TAPS[Tapped.CHECK_IN](visit, f"{reminder_id}:{ask}:{answer}")
    return True


def _words(catalog: catalogs.Catalog, name: str) -> frozenset[str]:
    return frozenset(asking.fold(label) for label in _labels(catalog, name))


def _first_words(catalog: catalogs.Catalog, name: str) -> frozenset[str]:
    """Return what stands before the colon: of "Undo: send them again", "undo"."""
    return frozenset(asking.fold(label.partition(":")[0]) for label in _labels(catalog, name))


def _labels(catalog: catalogs.Catalog, name: str) -> list[str]:
    return [catalog.say_plain(language, f"button.{name}") for language in catalog.languages]
