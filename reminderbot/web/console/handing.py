"""What a page makes for a patient's hands: a QR code, and words in their language."""

from collections.abc import Callable
from typing import Any

from reminderbot.services import handover
from reminderbot.web.console.visit import Visit


def qr(link: str, title: str) -> str:
    """Return a link as the SVG of a QR code; `title` is what a reader hears."""
    return handover.svg(link, title=title)


def words(visit: Visit, language: str) -> Callable[..., str]:
    """Return what says a text of the console in the patient's language, for what they hold in their hands."""

    def said(key: str, **values: Any) -> str:
        return visit.console.words.say_plain(language, f"console.{key}", **values)

    return said
