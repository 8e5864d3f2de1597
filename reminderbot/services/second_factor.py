"""The second factor: a code of 30 seconds from an app, each used once, and recovery codes for a lost phone (S8)."""

import hmac
import io
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

from reminderbot import errors
from reminderbot.services import names
from reminderbot.store import staff
from reminderbot.store import work as works

STEP: Final = 30  # seconds; RFC 6238
DRIFT: Final = 1  # steps that a phone's clock may be off
CODES: Final = 10
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
LENGTH: Final = 24  # letters of a recovery code: 118 bits, which no hash need be slow for (ASVS 6.5.2)
LENGTHS: Final = frozenset({LENGTH, 10})  # those of before had ten, until they are replaced
ISSUER: Final = "Aftercare"


def new_seed() -> str:
    """Return a new seed, as an app takes it when it is typed."""
    return pyotp.random_base32()


def sealed(work: works.Work, seed: str, *, staff_id: str) -> str:
    """Return a seed that is not in force yet, for the page that shows it to carry."""
    return work.system.seal(seed, table="seed", row=staff_id, column="form").hex()


def opened(work: works.Work, given: str, *, staff_id: str) -> str | None:
    """Return the seed that a page has carried for this person."""
    try:
        return work.system.open(bytes.fromhex(given), table="seed", row=staff_id, column="form")
    except (ValueError, errors.Unusable):
        return None


def picture(seed: str, *, login: str) -> str:
    """Return the QR code that an app reads, as inline SVG."""
    drawn = io.BytesIO()
    address = pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=ISSUER)
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=4, xmldecl=False, svgns=False)
    return drawn.getvalue().decode()


async def set_up(work: works.Work, row: staff.StaffRow, seed: str, code: str, *, machine_now: datetime) -> list[str]:
    """Put a seed into force that a first code has proven, and return new recovery codes, shown this once.

    Raises Invalid `console.sign-in.refused-code`.
    """
    step = _step(seed, code, machine_now)
    if step is None:
        raise errors.Invalid("console.sign-in.refused-code")
    await staff.set_second_factor(work, row.id, seed=seed, step=step, now=machine_now)
    return await new_codes(work, row)


async def new_codes(work: works.Work, row: staff.StaffRow) -> list[str]:
    """Return new recovery codes in place of all before; only their hashes are kept."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    await staff.add_recovery(work, row.id, row.organisation_id, codes)
    return ["-".join(code[at : at + 6] for at in range(0, LENGTH, 6)) for code in codes]


async def is_given(work: works.Work, row: staff.StaffRow, code: str, *, machine_now: datetime) -> bool:
    """Tell whether a code of the app, or a recovery code, is right, and use it up: of two at once one is told so."""
    given = "".join(letter for letter in names.clean(code).casefold() if letter.isalnum())[:40]
    if row.seed is None or row.totp_since is None:
        return False
    step = _step(row.seed, given, machine_now)
    if step is not None:
        return await staff.is_step_used_up(work, row.id, step)
    return len(given) in LENGTHS and await staff.is_recovery_used_up(work, row.id, given, now=machine_now)


def _step(seed: str, code: str, machine_now: datetime) -> int | None:
    """Return the time step whose code this is, the one before and the one after now included."""
    digits = "".join(letter for letter in code if letter.isascii() and letter.isdigit())
    now, codes = int(machine_now.timestamp()) // STEP, pyotp.HOTP(seed)
    steps = range(now - DRIFT, now + DRIFT + 1)
    if len(digits) != 6 or len(digits) != len(code.replace(" ", "")):
        return None
    return next((step for step in steps if hmac.compare_digest(codes.at(step), digits)), None)
