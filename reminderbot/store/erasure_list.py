"""The erasure list: a file beside the key that outlives the database, so that a restore erases again (S19).

One line an erasure: the machine's instant, what was erased, its opaque id. Nothing in it says who somebody is. A list
that the program has begun while it knew of no erasure says so, with the instant: of a time before, it can say nothing.
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
_BEGUN = re.compile(r"(?P<at>\S+) begun")


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
        self._add(erased, at, is_whole=False)

    def complete(self, erased: Sequence[Erasure], at: datetime) -> int:
        """Make the file if there is none, and add what it lacks; return how many. Unusable if it cannot be written.

        Whoever opens a database calls this with what that knows to be erased: a list that was lost is whole again.
        """
        self._add((), at, is_whole=bool(erased))
        known = set(self.read())
        lacking = [each for each in erased if each not in known]
        if lacking:
            self.append(lacking, at)
        return len(lacking)

    def _add(self, erased: Sequence[Erasure], at: datetime, *, is_whole: bool) -> None:
        """Append erasures; a list that is made by it says when it was begun, unless all that was known is to follow."""
        stamp = at.astimezone(UTC).isoformat(timespec="seconds")
        lines = "".join(f"{stamp} {each.kind} {each.id}\n" for each in erased)
        try:
            with self._held() as (file, is_new):
                begun = f"{stamp} begun\n" if is_new and not is_whole else ""
                _write(file, (begun + lines).encode())
        except OSError as error:
            raise errors.Unusable(self._unwritable(error)) from error

    def read(self) -> list[Erasure]:
        """Return what is listed; Unusable if there is no list, or something in it is no line of ours."""
        lines = [(number, line) for number, line in enumerate(self._lines(), 1) if line and not _BEGUN.fullmatch(line)]
        return list(dict.fromkeys(self._read(number, line) for number, line in lines))

    def refuse_later_than(self, made_at: datetime) -> None:
        """Raise Unusable for a list that was begun after a backup was made: a start on a new machine begins one.

        Of lists that were joined the oldest counts.
        """
        found = [begun for line in self._lines() if (begun := _begun(line))]
        if found and min(found) > made_at:
            raise errors.Unusable(_later(self.path, min(found)))

    def _lines(self) -> list[str]:
        """Return the whole lines.

        A last one without its end was being written when the power went: its transaction has not committed.
        """
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            raise errors.Unusable(_missing(self.path)) from None
        except (OSError, UnicodeDecodeError):
            raise errors.Unusable(
                f"The erasure list {self.path} cannot be read. Check the file and the rights."
            ) from None
        return text[: text.rfind("\n") + 1].splitlines()

    def _read(self, number: int, line: str) -> Erasure:
        found = _LINE.fullmatch(line)
        if found is None:
            raise errors.Unusable(
                f"Line {number} of the erasure list {self.path} is none of ours. Bring the list back from a copy."
            )
        return Erasure(Kind(found["kind"]), found["id"])

    @contextmanager
    def _held(self) -> Iterator[tuple[int, bool]]:
        """Open the file while no other process writes to it; made if need be, readable to us alone, and so told."""
        is_new = not os.path.lexists(self.path)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file, is_new
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


def _begun(line: str) -> datetime | None:
    """Return the instant at which a list says that it was begun."""
    found = _BEGUN.fullmatch(line)
    try:
        return datetime.fromisoformat(found["at"]) if found else None
    except ValueError:
        return None


def _later(path: Path, begun: datetime) -> str:
    return (
        f"The erasure list {path} was begun by this program at {begun.isoformat()}, after this backup was made: it "
        "does not know who was erased before that, and they would be back. Bring the list from beside the key of the "
        "installation that made the backup. Only if nobody was erased since, put an empty file in its place."
    )


def _missing(path: Path) -> str:
    return (
        f"There is no erasure list at {path}, and without it people who were erased since the backup would be back. "
        "Bring it from beside the key, or name its place in REMINDERBOT_ERASURE_LIST. Only if nobody was erased since "
        "the backup, make an empty file there."
    )
