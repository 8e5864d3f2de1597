"""Seals and opens personal columns: AES-256-GCM under a data key, data keys wrapped by the master key.

The associated data of a sealed cell is `table|row|column`, so a cell that is moved elsewhere does not open.
Control: S17 in the security design; OWASP ASVS 5.0 11.3.2–4.
"""

import base64
import binascii
import dataclasses
import hashlib
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reminderbot import errors

NONCE = 12  # bytes; the size that AES-GCM is defined for
SECRET = 32  # bytes; AES-256
NOT_A_KEY = (
    "REMINDERBOT_KEY holds something that is not a key: each key is 43 or 44 letters of base64. "
    "Make one with `reminderbot key new`."
)


def new_master() -> str:
    """Return a new master key in the form that REMINDERBOT_KEY takes."""
    return base64.urlsafe_b64encode(os.urandom(SECRET)).decode()


class KeyMissing(errors.Unusable):
    """A data key was wrapped by a master key that this process does not have: nothing is wrong with what it seals."""


class Unopened(errors.Unusable):
    """A sealed value, or its key, was changed or moved by somebody who can write to the database; `place` is where."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"A sealed value in {place} does not open: it was changed or moved in the database. Change nothing there, "
            "and see “A value does not open” in docs/runbook.md."
        )
        self.place = place


@dataclasses.dataclass(frozen=True)
class DataKey:
    """An unwrapped data key: the id of its row and its 32 secret bytes."""

    id: str
    secret: bytes = dataclasses.field(repr=False)

    def seal(self, text: str, *, table: str, row: str | int, column: str) -> bytes:
        """Return `text` sealed for one cell: nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, text.encode(), _place(table, row, column))

    def open(self, cell: bytes, *, table: str, row: str | int, column: str) -> str:
        """Return what was sealed into this cell; Unopened if it was changed, cut, moved or sealed with another key."""
        try:
            opened = AESGCM(self.secret).decrypt(cell[:NONCE], cell[NONCE:], _place(table, row, column))
        except (InvalidTag, ValueError):  # a cell that was cut below the length of a nonce is a ValueError
            raise Unopened(f"{table}.{column} of {row}") from None
        return opened.decode()


@dataclasses.dataclass(frozen=True)
class Master:
    """One master key; its fingerprint tells which key wrapped what, and reveals nothing of it."""

    secret: bytes = dataclasses.field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Return 16 hex digits of a hash of the key."""
        return hashlib.sha256(b"reminderbot master" + self.secret).hexdigest()[:16]


class Masters:
    """The master keys: the first wraps, all unwrap, so that rotation can happen while running."""

    def __init__(self, keys: list[Master]) -> None:
        self._keys = {key.fingerprint: key for key in keys}
        self.active = keys[0]
        self.missed = False
        """Whether a master key was needed that is not among these: those of a process change by its restart alone."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Return the fingerprints of the keys, the active one first."""
        return tuple(self._keys)

    @classmethod
    def read(cls, text: str) -> "Masters":
        """Return the keys in `text`, parted by commas or white space; Unusable if there is none or one is malformed."""
        words = [word for word in re.split(r"[\s,]+", text) if word]
        if not words:
            raise errors.Unusable("REMINDERBOT_KEY is empty. Make a key with `reminderbot key new`.")
        return cls([Master(_decoded(word)) for word in words])

    def named(self, fingerprint: str) -> Master | None:
        """Return the master key with this fingerprint, if it is one of these."""
        return self._keys.get(fingerprint)

    def wrap(self, key: DataKey) -> tuple[str, bytes]:
        """Return the active master's fingerprint and the wrapped data key."""
        sealed = DataKey("master", self.active.secret).seal(
            key.secret.hex(), table="data_keys", row=key.id, column="wrapped"
        )
        return self.active.fingerprint, sealed

    def unwrap(self, *, id: str, master: str, wrapped: bytes) -> DataKey:
        """Return the data key; KeyMissing, an Unusable, if none of the master keys wrapped it."""
        if master not in self._keys:
            self.missed = True
            raise KeyMissing(
                "REMINDERBOT_KEY does not open this database: it was sealed with another key. "
                "Give the key that it was made with (several are parted by commas, the first is active). "
                "If keys are being rotated, restart this process with the new key and the old one."
            )
        opener = DataKey("master", self._keys[master].secret)
        secret = opener.open(wrapped, table="data_keys", row=id, column="wrapped")
        return DataKey(id, bytes.fromhex(secret))


def fresh_key(id: str) -> DataKey:
    """Return a new random data key for the row `id`."""
    return DataKey(id, os.urandom(SECRET))


@dataclasses.dataclass(frozen=True)
class BlindIndex:
    """Keyed hashes for look-ups: equal values give equal hashes, and nothing else can be learned."""

    secret: bytes = dataclasses.field(repr=False)

    def of(self, field: str, value: str) -> bytes:
        """Return the 32 bytes under which `value` of `field` is found."""
        return hmac.new(self.secret, f"{field}|{value}".encode(), hashlib.sha256).digest()


def _place(table: str, row: str | int, column: str) -> bytes:
    return f"{table}|{row}|{column}".encode()


def _decoded(word: str) -> bytes:
    try:
        secret = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise errors.Unusable(NOT_A_KEY) from None
    if len(secret) != SECRET:
        raise errors.Unusable(NOT_A_KEY)
    return secret
