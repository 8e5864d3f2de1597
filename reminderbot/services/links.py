"""One-time links for the staff: made by an admin or the operator, used once to set a password (S1, S7)."""

import dataclasses
import secrets
from datetime import datetime, timedelta
from typing import Final

from reminderbot import errors
from reminderbot.services import passwords, throttling
from reminderbot.store import sign_ins, staff, staff_links
from reminderbot.store import work as works

Purpose = staff_links.Purpose
LIFE: Final = timedelta(hours=24)


@dataclasses.dataclass(frozen=True)
class Link:
    """A new link: its token is shown this once and kept nowhere."""

    token: str = dataclasses.field(repr=False)
    expires_at: datetime


@dataclasses.dataclass(frozen=True)
class Welcomed:
    """Whoever has used a link, and whether they still have a second factor."""

    row: staff.StaffRow
    has_second: bool


async def make(work: works.Work, row: staff.StaffRow, *, purpose: Purpose, machine_now: datetime) -> Link:
    """Make a link in place of all that this person has; it ends nothing until it is used."""
    token = secrets.token_urlsafe(32)
    await staff_links.end_all(work, row.id, now=machine_now)
    await staff_links.add(
        work,
        staff_id=row.id,
        organisation_id=row.organisation_id,
        purpose=purpose,
        token=token,
        now=machine_now,
        expires_at=machine_now + LIFE,
    )
    return Link(token, machine_now + LIFE)


async def whose(work: works.Work, token: str, *, machine_now: datetime) -> staff.StaffRow:
    """Return whom a link is for; NotFound `console.sign-in.refused-link` for unknown, used and expired ones alike."""
    link = await staff_links.usable(work, token[:100], now=machine_now)
    row = await staff.get(work, link.staff_id) if link else None
    if row is None or row.left_at is not None:
        raise errors.NotFound("console.sign-in.refused-link")
    return row


async def use(work: works.Work, token: str, *, password_hash: str, machine_now: datetime) -> Welcomed:
    """Set a password by a link, ending every sign-in; the second factor goes if the link is for that too.

    Raises NotFound `console.sign-in.refused-link`; of two at once one gets it.
    """
    row = await whose(work, token, machine_now=machine_now)
    link = await staff_links.usable(work, token[:100], now=machine_now)
    if link is None or not await staff_links.is_used_up(work, link.id, now=machine_now):
        raise errors.NotFound("console.sign-in.refused-link")
    await staff.set_password(work, row.id, password_hash)
    if link.purpose is Purpose.WELCOME:
        await staff.set_second_factor(work, row.id, seed=None, step=None, now=machine_now)
        await staff.add_recovery(work, row.id, row.organisation_id, [])
    await sign_ins.end_all(work, row.id, now=machine_now)
    for count in (throttling.account(row.login), throttling.second(row.id), throttling.own(row.id)):
        await throttling.forgive(work, count)
    return Welcomed(row, row.totp_since is not None and link.purpose is Purpose.RESET)


def refuse_password(row: staff.StaffRow, given: str, again: str) -> None:
    """Raise Invalid for a password that is not taken, or that was not typed twice alike."""
    passwords.refuse_password(given, login=row.login, name=row.name)
    if passwords.plain(given) != passwords.plain(again):
        raise errors.Invalid("console.sign-in.refused-twice")
