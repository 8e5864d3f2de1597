"""A file that appears whole or not at all, readable to us alone, and takes no other's place."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reminderbot import errors


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Write a file under another name in the same folder, and give it its own when all of it is on the disk."""
    if path.exists():
        raise errors.Unusable(f"There is a file {path} already, and it is not overwritten. Name another.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise errors.Unusable(f"{path} cannot be written ({error.strerror}). Name a file in another folder.") from None
    try:
        with os.fdopen(file, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        os.link(part, path)  # unlike a rename it fails where something has come meanwhile
        _settle(path.parent)
    except OSError as error:
        raise errors.Unusable(f"{path} could not be written ({error.strerror}). Make room, or name another.") from error
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the folder's own entry on the disk too."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
