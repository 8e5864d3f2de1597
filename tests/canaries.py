"""Canaries: what people typed, their surname and chat ids, the tokens of bots; where they are found, something leaks.

Everybody in the simulator has the surname NAME, which no page and no text of ours ever says, and what their phones
type is remembered for as long as a test lasts. After each test nothing of this may stand in what was logged meanwhile
(at the loudest, by the product's own logging), nor in any file that the test has left: databases with their
write-ahead logs, the words of processes, backups. Places where it may stand are in PLACES, each with its reason.
"""

import dataclasses
import functools
import json
import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from reminderbot import observability
from reminderbot.simulator import client, server
from reminderbot.store import cells, tables, vault, verifying
from reminderbot.store import work as works
from tests import postgres

NAME: Final = "Kanarienvogel"
LEAST: Final = 12  # signs; what is shorter is said by others as well, and so is a date without a word
WORD: Final = re.compile(r"[^\W\d_]{4,}")
OPAQUE: Final = re.compile(r"[0-9a-f]{32}")  # an id, which says nothing
LARGEST: Final = 64 << 20  # bytes of a file that is looked through
SECRET: Final = server.TOKEN.partition(":")[2]
PROGRAM: Final = frozenset({".py", ".pyc"})
"""What a copy of the program is made of: the simulator's token, which opens nothing, stands in it."""

PLACES: Final = {
    "token": "a file that hands a secret in by REMINDERBOT_TOKEN_FILE holds it, with its owner's rights alone",
    "sends.jsonl": "the simulator's own record of what Telegram accepted, against which sending is held",
}
"""Names of files in which a canary may stand, and why."""

MESSAGES: Final = Path(__file__).parents[1] / "messages"


@dataclasses.dataclass(frozen=True)
class Hit:
    """A canary, and where it was found."""

    canary: str
    where: str


class Watch:
    """What nobody may find, of one test, and the log that its process writes."""

    def __init__(self) -> None:
        self.typed: set[str] = set()
        self.people: set[int] = set()
        handle, name = tempfile.mkstemp(prefix="reminderbot-canaries-")
        os.close(handle)
        self._log = Path(name)
        self._written = self._log.open("a", encoding="utf-8", buffering=1)
        self._read = 0

    def begin(self) -> None:
        """Forget the test before."""
        self.typed.clear()
        self.people.clear()

    def listen(self) -> None:
        """Log all there is, as the product logs, into a file of our own."""
        observability.configure("DEBUG")
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self._written)

    def canaries(self) -> Iterator[str]:
        """Yield what may be nowhere."""
        yield NAME
        yield SECRET
        yield from map(str, self.people)
        yield from (text for text in self.typed if _is_telling(text))

    def found(self, folder: Path | None) -> list[Hit]:
        """Return what was found in the log since the last look, and in the files of a folder."""
        with self._log.open("rb") as log:
            log.seek(self._read)
            written = log.read()
        self._read += len(written)
        hits = list(looked(written, self.canaries(), "the log"))
        for path in files(folder) if folder else ():
            hits += looked(path.read_bytes(), self.canaries(), path.name)
        return hits

    def close(self) -> None:
        """Remove the log."""
        self._written.close()
        self._log.unlink(missing_ok=True)


def looked(content: bytes, canaries: Iterable[str], where: str) -> Iterator[Hit]:
    """Yield the canaries that stand in some bytes: as UTF-8, as JSON escapes them, as SQL writes bytes; ids as kept."""
    for canary in canaries:
        if any(form in content for form in _forms(canary)):
            yield Hit(canary, where)


def swept(folder: Path, canaries: Sequence[str] = (NAME, SECRET)) -> list[Hit]:
    """Return what was found of everybody's surname and of the token in a server's files: its tables and its log."""
    return [hit for path in files(folder) for hit in looked(path.read_bytes(), canaries, path.name)]


def files(folder: Path) -> Iterator[Path]:
    """Yield the files that a test has left, but for the places that are known."""
    for path in folder.rglob("*"):
        known = path.name in PLACES or path.suffix in PROGRAM
        if path.is_file() and not path.is_symlink() and not known and path.stat().st_size <= LARGEST:
            yield path


def dumped(url: str) -> bytes:
    """Return a whole PostgreSQL as pg_dump writes it out, in SQL; `url` is its owner's."""
    program = postgres.binaries() / "bin" / "pg_dump"
    done = subprocess.run([program, "--no-owner", url], capture_output=True, check=True)
    return done.stdout


async def kept(work: works.Work, organisation_id: str | None = None) -> dict[str, set[str]]:
    """Return what stands sealed in a database, opened, by column: what no dump and no backup of it may hold.

    Of one organisation, if it is named, and of what is nobody's.
    """
    sample, keys = verifying.Sample(), dict[str, vault.DataKey]()
    for table in cells.ordered():
        query, is_owned = select(table), organisation_id is not None and "organisation_id" in table.c
        query = query.where(table.c.organisation_id == organisation_id) if is_owned else query
        rows = (await work.run(query)).all()
        named = [dict(zip(table.columns.keys(), row, strict=True)) for row in cells.packed(rows)]
        if table is tables.data_keys:
            keys = verifying.unwrapped(work.masters, named)
        else:
            sample.take(table.name, named)
    said: dict[str, set[str]] = {}
    for name, text in verifying.opened(sample.cells, keys):
        said.setdefault(name, set()).update(_leaves(text))
    return said


def _leaves(text: str) -> set[str]:
    """Return a text, or what is said in it where it is JSON: all that is long enough, and somebody's own."""
    try:
        whole = json.loads(text)
    except ValueError:
        whole = text
    found, ahead = set[str](), [whole]
    while ahead:
        each = ahead.pop()
        ahead += list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else []
        if isinstance(each, str | int):
            found.add(str(each))
    return {each for each in found if len(each) >= LEAST - 2 and not OPAQUE.fullmatch(each) and each not in _shipped()}


def _forms(canary: str) -> set[bytes]:
    forms = {canary.encode(), canary.encode("unicode_escape"), canary.encode().hex().encode()}
    if re.fullmatch(r"\d{10,}", canary):
        forms.add(int(canary).to_bytes(6, "big"))  # SQLite's row format; PostgreSQL's is its reverse, eight long
        forms.add(int(canary).to_bytes(8, "little"))
    return forms


@functools.cache
def _shipped() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(MESSAGES.rglob("*.toml")))


def _is_telling(text: str) -> bool:
    """Tell whether a text is somebody's own: neither short, nor a date, nor said by us too, as a button's words are."""
    return len(text) >= LEAST and bool(WORD.search(text)) and text not in _shipped()


WATCH: Final = Watch()


def watched() -> None:
    """Give everybody in the simulator the surname, and remember who they are and what they type."""
    person, say, edit = client.Simulated.person, client.Phone.say, client.Phone.edit

    async def invented(self: client.Simulated, *names: str, **more: Any) -> client.Phone:
        phone = await person(self, *names, **{"last_name": NAME, **more})
        WATCH.people.add(phone.person)
        return phone

    async def said(self: client.Phone, text: str, **more: Any) -> int:
        WATCH.typed.add(text)
        return await say(self, text, **more)

    async def edited(self: client.Phone, message_id: int, text: str) -> None:
        WATCH.typed.add(text)
        await edit(self, message_id, text)

    client.Simulated.person, client.Phone.say, client.Phone.edit = invented, said, edited
