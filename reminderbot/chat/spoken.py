"""The words of a button, typed: who listens to the screen, or has no way to tap, says what the button says."""

from collections.abc import Mapping
from typing import Final

from reminderbot.catalog import asking
from reminderbot.catalog import catalog as catalogs
from reminderbot.chat import dialogues, handlers
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import plans
from reminderbot.services import checkins, pausing, stopping
from reminderbot.services.phrases import Button

ANYWHERE: Final[dict[Button, tuple[Tapped, str]]] = {
    Button.PRIVACY: (Tapped.PRIVACY, ""),
    Button.WHAT_IS_STORED: (Tapped.PRIVACY, ""),
    Button.TIMELINE: (Tapped.TIMELINE, ""),
    Button.SESSION: (Tapped.SESSION, ""),
    Button.BY_MYSELF: (Tapped.SESSION, ""),
    Button.MOVE: (Tapped.MOVE, ""),
    Button.EXPECT: (Tapped.EXPECT, ""),
    Button.TOPICS: (Tapped.TOPICS, ""),
    Button.SETTINGS: (Tapped.SETTINGS, ""),
    Button.SET_HOUR: (Tapped.SET, "hour"),
    Button.SET_QUIET: (Tapped.SET, "quiet"),
    Button.SET_ZONE: (Tapped.SET, "zone"),
    Button.SET_LANGUAGE: (Tapped.SET, "language"),
    Button.SET_PHONE: (Tapped.SET, "phone"),
    Button.ADD_PHONE: (Tapped.SET, "phone"),
    Button.WANT_READS: (Tapped.READS, "yes"),
    Button.NO_READS: (Tapped.READS, "no"),
    Button.PAUSE: (Tapped.PAUSE, ""),
    Button.UNPAUSE: (Tapped.UNPAUSE, ""),
    Button.LESS: (Tapped.LESS, ""),
    Button.TODAY_ONLY: (Tapped.TODAY_ONLY, ""),
    Button.ALL_AGAIN: (Tapped.ALL_AGAIN, ""),
    Button.CALENDAR: (Tapped.ICS, ""),
    Button.CALL_ME: (Tapped.CALL_ME, ""),
    Button.STOP: (Tapped.STOP, ""),
    Button.UNDO: (Tapped.RESUME, ""),
    Button.RESUME: (Tapped.RESUME, ""),
    Button.MY_DATA: (Tapped.MY_DATA, ""),
    Button.FORGET: (Tapped.FORGET, ""),
    Button.PERSON: (Tapped.WORRY, ""),
    Button.HELP: (Tapped.HELP, ""),
}
"""What each of the buttons does that mean the same wherever they stand."""

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
    names = visit.catalog.buttons(text)
    for name, (prefix, rest) in _known(visit, step).items():
        if name in names:
            await handlers.TAPS[prefix](visit, rest)
            return True
    for name, (ask, answer) in ASKED.items():
        if name in names:
            return await _answered(visit, ask, answer)
    if asking.fold(text) in _undo(visit.catalog):
        await handlers.TAPS[await _latest(visit)](visit, "")
        return True
    return False


async def _latest(visit: Visit) -> Tapped:
    """Return what "Undo" alone undoes: what holds back most of what is held back now."""
    if await stopping.is_stopped(visit.work, visit.who):
        return Tapped.RESUME
    is_paused = bool(await pausing.until(visit.work, visit.who, now=visit.now))
    return Tapped.UNPAUSE if is_paused else Tapped.ALL_AGAIN


def _known(visit: Visit, step: dialogues.Step | None) -> Mapping[str, tuple[Tapped, str]]:
    agree = {"agree": (Tapped.AGREE, "")} if visit.chat.consented_at is None else {}
    return agree | ANYWHERE | (IN_STEP.get(type(step), {}) if step else {})


async def _answered(visit: Visit, ask: plans.Ask, answer: checkins.Answer) -> bool:
    reminder_id = await checkins.asked_last(visit.work, visit.who, ask, now=visit.now)
    if reminder_id is None:
        return False
    await handlers.TAPS[Tapped.CHECK_IN](visit, f"{reminder_id}:{ask}:{answer}")
    return True


def _undo(catalog: catalogs.Catalog) -> frozenset[str]:
    """Return what stands before the colon of the button: of "Undo: send them again", "undo"."""
    labels = (catalog.say_plain(language, f"{catalogs.BUTTON}{Button.UNDO}") for language in catalog.languages)
    return frozenset(asking.fold(label.partition(":")[0]) for label in labels)
