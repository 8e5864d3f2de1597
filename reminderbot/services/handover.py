"""What a clinic hands to a patient: the one-time link and its QR code."""

import io
from pathlib import Path

import segno

from reminderbot import errors

SCALE = 8  # pixels a module: about 5 cm on a common screen


def link(username: str, token: str) -> str:
    """Return the deep link that starts the bot with an invite."""
    return f"https://t.me/{username}?start={token}"


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
