"""What an organisation holds above its clinics: who is its admin, and the settings that clinics may not change."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit
from reminderbot.store import organisations
from reminderbot.store import work as works

SETTINGS: Final = (
    "name",
    "phone",
    "emergency",
    "hours",
    "zone",
    "languages",
    "default_plan",
    "quiet",
    "consent",
    "privacy",
    "retention",
    "phone_only",
    "alert_words",
    "acknowledge",
)
"""What a clinic sets, by the names under which an organisation may lock it."""

TEXTS: Final = "texts."
"""What the name of a lock on the texts of a plan begins with: "texts.microneedling"."""


@dataclasses.dataclass(frozen=True)
class Branch:
    """A clinic of the organisation, with the role in it of whoever asks."""

    id: str
    name: str
    phone: str
    zone: str
    role: access.Role


@dataclasses.dataclass(frozen=True)
class Organisation:
    """An organisation as one of its staff sees it. `hidden` counts the clinics in which they have no such right."""

    name: str
    locks: tuple[str, ...]
    branches: tuple[Branch, ...]
    hidden: int
    is_whole: bool  # whoever asks is an admin of every clinic, and so of the organisation


async def of(work: works.Work, who: access.Staff, right: access.Right) -> Organisation:
    """Return the organisation with those of its clinics in which `who` has a right. NotAllowed without it here.

    On a desk's own computer nobody has more than desk rights, in any clinic.
    """
    access.require(who, right)
    held = await organisations.get(work, who.organisation_id)
    every = await organisations.branches(work, who.organisation_id, who.staff_id)
    mine = [Branch(row.id, row.name, row.phone, row.zone, _in_force(who, row.role)) for row in every if row.role]
    seen = tuple(branch for branch in mine if right in access.RIGHTS[branch.role])
    is_whole = len(mine) == len(every) and all(branch.role is access.Role.ADMIN for branch in mine)
    return Organisation(held.name, held.locks, seen, len(every) - len(seen), is_whole)


async def lock(
    work: works.Work,
    who: access.Staff,
    locks: Sequence[str],
    *,
    seen: Sequence[str],
    catalog: catalogs.Catalog,
) -> bool:
    """Set what the clinics of the organisation may not change; False if that was so already.

    `seen` is what was locked when the form was shown: a differing one is Conflict `console.refusal.old`. Only who is
    an admin of every clinic may: else NotAllowed `console.chain.refused-whole`. Unknown names are Invalid.
    """
    if not (await of(work, who, access.Right.SEE_CHAIN)).is_whole:
        raise errors.NotAllowed("console.chain.refused-whole")
    known = lockable(catalog)
    if not set(locks) <= set(known):
        raise errors.Invalid("console.chain.refused-lock")
    wanted = tuple(name for name in known if name in set(locks))
    stands = (await organisations.get(work, who.organisation_id, lock=True)).locks
    if set(stands) == set(wanted):
        return False
    if set(stands) != set(seen):
        raise errors.Conflict("console.refusal.old")
    await organisations.set_locks(work, who.organisation_id, wanted)
    await audit.note(work, who, "organisation.locked", locks=",".join(wanted))
    return True


def lockable(catalog: catalogs.Catalog) -> tuple[str, ...]:
    """Return all that can be locked: the settings of a clinic, and the texts of each plan."""
    return SETTINGS + tuple(TEXTS + key for key in catalog.plan_keys)


def _in_force(who: access.Staff, role: str) -> access.Role:
    return access.Role.DESK if who.role is access.Role.DESK else access.Role(role)
