"""The form of a backup: a header in clear, then sealed chunks in order, the last of them marked (S17).

Each chunk is AES-256-GCM under a key of this file alone, derived from the active master key and a random salt. Its
nonce is its number and whether it is the last; the header is its associated data. A chunk that is changed, moved, left
out or comes from another file does not open, and a file that ends early lacks the last one. This is the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

import dataclasses
import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reminderbot import errors
from reminderbot.store import vault

MAGIC: Final = b"reminderbot backup\n"
FORM: Final = 1
_LENGTH: Final = struct.Struct(">I")
_NONCE: Final = struct.Struct(">3xQB")  # 12 bytes: the number of the chunk, and whether it is the last
_LONGEST: Final = 256 << 20  # bytes of a chunk: a length beyond it is damage, and is not waited for
_HEADER: Final = 1 << 16


@dataclasses.dataclass(frozen=True)
class Header:
    """What a backup says of itself in clear; `master` is the fingerprint of the key that opens it."""

    revision: str
    made_at: str
    dialect: str
    master: str
    salt: str
    form: int = FORM

    @property
    def at(self) -> datetime:
        """Return when it was made; ValueError if that is no instant."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)


class Writer:
    """Writes chunks to an open file."""

    def __init__(self, file: IO[bytes], masters: vault.Masters, *, revision: str, made_at: str, dialect: str) -> None:
        salt = os.urandom(32)
        header = Header(revision, made_at, dialect, masters.active.fingerprint, salt.hex())
        text = json.dumps(dataclasses.asdict(header)).encode()
        self.size = file.write(MAGIC + _LENGTH.pack(len(text)) + text)
        self._file, self._cipher = file, _cipher(masters.active, salt)
        self._header = hashlib.sha256(text).digest()
        self.chunks = 0

    def write(self, chunk: Any, *, is_last: bool = False) -> None:
        """Write one chunk, of whatever JSON can hold."""
        plain = zlib.compress(json.dumps(chunk, separators=(",", ":")).encode(), level=1)
        nonce = _NONCE.pack(self.chunks, is_last)
        sealed = self._cipher.encrypt(nonce, plain, self._header)
        self.size += self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self.chunks += 1


class Reader:
    """Reads the chunks of a file; whatever is wrong with it is Unusable, with a sentence."""

    def __init__(self, file: IO[bytes], masters: vault.Masters) -> None:
        self._file = file
        text = _header(file)
        self.header = _read_header(text)
        master = masters.named(self.header.master)
        if master is None:
            raise errors.Unusable(
                "REMINDERBOT_KEY does not open this backup: it was made with another key. Give the key that was "
                f"active then (fingerprint {self.header.master}; several are parted by commas)."
            )
        self._cipher = _cipher(master, bytes.fromhex(self.header.salt))
        self._header = hashlib.sha256(text).digest()
        self.chunks = 0

    def read(self) -> Iterator[Any]:
        """Return the chunks one by one, each checked; the last has been reached when this ends."""
        sealed = self._next()
        while sealed is not None:
            ahead = self._next()
            yield self._opened(sealed, is_last=ahead is None)
            sealed = ahead
        if self.chunks == 0:
            raise errors.Unusable(_damaged(0))

    def _next(self) -> bytes | None:
        head = self._file.read(_LENGTH.size)
        if not head:
            return None
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _LONGEST + 1
        sealed = self._file.read(size) if size <= _LONGEST else b""
        if len(sealed) != size:
            raise errors.Unusable(_damaged(self.chunks))
        return sealed

    def _opened(self, sealed: bytes, *, is_last: bool) -> Any:
        try:
            plain = self._cipher.decrypt(_NONCE.pack(self.chunks, is_last), sealed, self._header)
        except InvalidTag:
            raise errors.Unusable(_damaged(self.chunks)) from None
        self.chunks += 1
        return json.loads(zlib.decompress(plain))


def open_(path: Path) -> IO[bytes]:
    """Open a backup for reading; Unusable if there is none or it may not be read."""
    try:
        return path.open("rb")
    except OSError as error:
        raise errors.Unusable(f"The backup {path} cannot be read ({error.strerror}).") from None


def _header(file: IO[bytes]) -> bytes:
    start = file.read(len(MAGIC) + _LENGTH.size)
    size = _LENGTH.unpack(start[len(MAGIC) :])[0] if len(start) == len(MAGIC) + _LENGTH.size else 0
    text = file.read(size) if start.startswith(MAGIC) and size <= _HEADER else b""
    if not text or len(text) != size:
        raise errors.Unusable("This is no backup of ours, or only the beginning of one. Name another file.")
    return text


def _read_header(text: bytes) -> Header:
    try:
        said = json.loads(text)
        is_ours = said["form"] == FORM
        found = Header(**said) if is_ours else None
        if found is not None:
            bytes.fromhex(found.salt), found.at
    except (ValueError, TypeError, KeyError):
        raise errors.Unusable("The beginning of this backup is damaged. Take another one.") from None
    if found is None:
        raise errors.Unusable("This backup is of a later form. Install the version that made it, or a later one.")
    return found


def _cipher(master: vault.Master, salt: bytes) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"reminderbot backup 1")
    return AESGCM(derived.derive(master.secret))


def _damaged(chunk: int) -> str:
    return (
        f"This backup is damaged or cut short (chunk {chunk + 1} does not open). Nothing of it was kept: take another."
    )
