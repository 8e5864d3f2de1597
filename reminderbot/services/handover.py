"""What a clinic hands to a patient: a link to the bot, and its QR code."""

import io
from pathlib import Path

import segno

from reminderbot import errors
from reminderbot.store import bots
from reminderbot.store import work as works

SCALE = 8  # pixels a module: about 5 cm on a common screen


def link(username: str, token: str) -> str:
    """Return the deep link that starts the bot with an invite."""
    return f"https://t.me/{username}?start={token}"


async def start(work: works.Work, bot_id: int, payload: str) -> str:
    """Return the deep link of a payload; empty while the bot has never told its name."""
    username = await bots.username(work, bot_id)
    return link(username, payload) if username else ""


def svg(address: str, *, title: str) -> str:
    """Return the QR code as an SVG to stand in a page, as wide as its place; `title` is what a reader hears."""
    made = segno.make(address, error="m", micro=False)
    return made.svg_inline(title=title, omitsize=True, border=2, dark="#000", light="#fff")


def picture(address: str) -> str:
    """Return the QR code drawn with characters for a terminal."""
    drawn = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def write_png(address: str, path: Path) -> None:
    """Write the QR code as a PNG; Unusable if the file cannot be written."""
    try:
        segno.make(address, error="m", micro=False).save(str(path), kind="png", scale=SCALE)
    except OSError:
        raise errors.Unusable(f"{path} cannot be written. Choose another place with --png.") from None
