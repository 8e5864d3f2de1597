"""Passwords and PINs: which are taken, and their hashes, of which two at most are made at a time (S6, S7)."""

import asyncio
import functools
import itertools
import re
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Final, TypeVar

import argon2

from reminderbot import errors, meters
from reminderbot.services import names

LEAST: Final = 10  # characters; ASVS 6.2.1 asks for 8
ADVISED: Final = 15
LONGEST: Final = 256
PIN: Final = re.compile(r"[0-9]{6}")
OWN: Final = 4  # letters that must be left of a password once what is common is taken out of it

AT_ONCE: Final = 2  # hashes: the machine's cores, and 19 MiB each
WAITING: Final = 16  # tries that may wait for their turn: less than a second of work

_hasher: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_pool: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashes")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv")
_YEAR: Final = re.compile(r"(19|20)\d\d")
_REPEAT: Final = re.compile(r"(.)\1+")
_RUN: Final = 3  # neighbours that make a run
_LOOKS: Final = str.maketrans("013457@$!", "oieastasi")
_waiting = 0

T = TypeVar("T")


async def hashed(secret: str) -> str:
    """Return the hash of a password or a PIN; Conflict `console.sign-in.refused-busy` when too many wait."""
    return await _in_turn(_hash, plain(secret))


async def is_right(hash: str | None, secret: str) -> bool:
    """Tell whether a password is that of `hash`; for None it costs the same and is false."""
    given = plain(secret)
    return await _in_turn(_verified, hash, given) and hash is not None


def is_outdated(hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(hash)


def plain(secret: str) -> str:
    """Return a password in one form, whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", secret)[: LONGEST + 1]


def refuse_password(secret: str, *, login: str, name: str = "") -> None:
    """Raise Invalid `console.sign-in.refused-short`, `-long`, `-common` or `-login` unless a password is taken."""
    given = plain(secret)
    if len(given) < LEAST:
        raise errors.Invalid("console.sign-in.refused-short")
    if len(given) > LONGEST:
        raise errors.Invalid("console.sign-in.refused-long")
    if login.casefold() in given.casefold():
        raise errors.Invalid("console.sign-in.refused-login")
    is_leaked = given.casefold() in _leaked()
    if is_leaked or len(_own(given, [login, *names.clean(name).split()])) < OWN:
        raise errors.Invalid("console.sign-in.refused-common")


def refuse_pin(pin: str) -> None:
    """Raise Invalid `console.me.refused-pin` unless a PIN is six digits that are not the first ones to be tried."""
    if not PIN.fullmatch(pin):
        raise errors.Invalid("console.me.refused-pin")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(set(pin)) < 3 or (len(steps) == 1) or pin[:3] == pin[3:]:
        raise errors.Invalid("console.me.refused-pin-easy")


@functools.cache
def _leaked() -> frozenset[str]:
    """Return the 30,000 passwords found most often in leaks, as zxcvbn brings them (ASVS 6.2.4, 6.2.12)."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a megabyte of words, wanted when a password is chosen

    return frozenset(FREQUENCY_LISTS["passwords"])


def _own(given: str, known: list[str]) -> str:
    """Return what is left of a password without common words, runs, repeats and years; empty if that is too little."""
    words = sorted({*_pieces(), *(word.casefold() for word in known if len(word) > 2)}, key=len, reverse=True)
    typed = given.casefold()
    rest = ""
    for form in (typed, _without_runs(typed).translate(_LOOKS)):
        cut = form
        for word in words:
            cut = cut.replace(word, " ")
        cut = _without_runs(_YEAR.sub(" ", cut))
        rest = _REPEAT.sub(r"\1", "".join(letter for letter in cut if letter.isalnum()))
        if len(set(rest)) < OWN:
            return ""
    return rest


def _without_runs(text: str) -> str:
    """Return a text without pieces that run along the alphabet or the keyboard, either way."""
    kept, start = [], 0
    while start < len(text):
        length = next((size for size in range(len(text) - start, _RUN - 1, -1) if _runs(text[start : start + size])), 0)
        kept.append(" " if length else text[start])
        start += length or 1
    return "".join(kept)


def _runs(piece: str) -> bool:
    return any(piece in row or piece[::-1] in row for row in _ROWS)


@functools.cache
def _pieces() -> frozenset[str]:
    text = resources.files("reminderbot.services").joinpath("common_passwords.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


async def _in_turn(work: Callable[..., T], *given: str | None) -> T:
    """Run one hash in a thread when its turn has come."""
    global _waiting  # of the process, as the threads are
    if _waiting >= WAITING:
        raise errors.Conflict("console.sign-in.refused-busy")
    _waiting += 1
    try:
        meters.hash_()
        return await asyncio.get_running_loop().run_in_executor(_pool, functools.partial(work, *given))
    finally:
        _waiting -= 1


def _hash(secret: str) -> str:
    return _hasher.hash(secret)


def _verified(hash: str | None, secret: str) -> bool:
    try:
        return _hasher.verify(hash or _nobodys(), secret)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@functools.cache
def _nobodys() -> str:
    """Return a hash that no password has: who is unknown costs as much as who is known."""
    return _hasher.hash(secrets.token_urlsafe(32))
