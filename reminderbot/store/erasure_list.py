"""The erasure list: a file beside the key that outlives the database, so that a restore erases again (S19).

One line an erasure: the machine's instant, what was erased, its opaque id. Nothing in it says who somebody is.
"""

import dataclasses
import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from reminderbot import errors

_LINE = re.compile(r"\S+ (?P<kind>patient|chat) (?P<id>[0-9a-f]{32})")


class Kind(StrEnum):
    """What was erased."""

    PATIENT = "patient"
    CHAT = "chat"


@dataclasses.dataclass(frozen=True)
class Erasure:
    """A patient or a chat that was erased."""

    kind: Kind
    id: str


class ErasureList:
    """One list; several processes may append to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, erased: Sequence[Erasure], at: datetime) -> None:
        """Add erasures, on the disk once this returns; Unusable if that is not possible."""
        stamp = at.astimezone(UTC).isoformat(timespec="seconds")
        lines = "".join(f"{stamp} {each.kind} {each.id}\n" for each in erased)
        try:
            with self._held() as file:
                _write(file, lines.encode())
        except OSError as error:
            raise errors.Unusable(self._unwritable(error)) from error

    def complete(self, erased: Sequence[Erasure], at: datetime) -> int:
        """Make the file if there is none, and add what it lacks; return how many. Unusable if it cannot be written.

        Whoever opens a database calls this with what that knows to be erased: a list that was lost is whole again.
        """
        try:
            with self._held():
                pass
        except OSError as error:
            raise errors.Unusable(self._unwritable(error)) from error
        known = set(self.read())
        lacking = [each for each in erased if each not in known]
        if lacking:
            self.append(lacking, at)
        return len(lacking)

    def read(self) -> list[Erasure]:
        """Return what is listed; Unusable if there is no list, or something in it is no line of ours.

        A last line without its end was being written when the power went: its transaction has not committed.
        """
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            raise errors.Unusable(_missing(self.path)) from None
        except (OSError, UnicodeDecodeError):
            raise errors.Unusable(
                f"The erasure list {self.path} cannot be read. Check the file and the rights."
            ) from None
        whole = text[: text.rfind("\n") + 1].splitlines()
        return list(dict.fromkeys(self._read(number, line) for number, line in enumerate(whole, 1) if line))

    def _read(self, number: int, line: str) -> Erasure:
        found = _LINE.fullmatch(line)
        if found is None:
            raise errors.Unusable(
                f"Line {number} of the erasure list {self.path} is none of ours. Bring the list back from a copy."
            )
        return Erasure(Kind(found["kind"]), found["id"])

    @contextmanager
    def _held(self) -> Iterator[int]:
        """Open the file, made if need be and readable to us alone, while no other process writes to it."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _unwritable(self, error: OSError) -> str:
        return (
            f"The erasure list {self.path} cannot be written ({error.strerror}), and without it an erasure would not "
            "outlast a restore. Give the bot's user the right to write there, or name another place in "
            "REMINDERBOT_ERASURE_LIST."
        )


def _write(file: int, lines: bytes) -> None:
    """Append whole lines behind the last whole line: a torn one is what a power cut has left of an append."""
    size = os.fstat(file).st_size
    tail = os.pread(file, min(size, 200), max(size - 200, 0))  # longer than any line
    os.ftruncate(file, size - len(tail) + tail.rfind(b"\n") + 1)
    while lines:
        lines = lines[os.write(file, lines) :]
    os.fsync(file)


def _missing(path: Path) -> str:
    return (
        f"There is no erasure list at {path}, and without it people who were erased since the backup would be back. "
        "Bring it from beside the key, or name its place in REMINDERBOT_ERASURE_LIST. Only if nobody was erased since "
        "the backup, make an empty file there."
    )
