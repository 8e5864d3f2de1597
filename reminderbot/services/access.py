"""Who asks: a chat, staff of a clinic, or the operator; and what staff of each role may do, in one table."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from reminderbot import errors
from reminderbot.store import reach
from reminderbot.store import work as works


class Role(StrEnum):
    """What a person of the staff is in one clinic."""

    ADMIN = "admin"  # wording, settings, staff
    CLINICIAN = "clinician"  # treats: all about patients
    DESK = "desk"  # the front desk: dates and invites, no words about health


class Right(StrEnum):
    """Something that staff may do; every page of the console names one."""

    SEE_DAY = "see_day"  # what needs a person, today's sessions, what was sent
    SEE_PATIENTS = "see_patients"  # the list, and a patient's dates and reminders
    SEE_WORDS = "see_words"  # what patients write, answers to check-ins, texts as they were sent
    INVITE = "invite"  # enter patients, make links and codes, claim
    CHANGE_SESSIONS = "change_sessions"  # move, cancel, add, came or not; plan, zone, hour, pause
    HANDLE_CASES = "handle_cases"  # acknowledge, contacted, note, hand over
    WRITE = "write"  # letters to patients, notes to a step
    SEND_AGAIN = "send_again"
    IMPORT = "import"
    EXPORT = "export"
    ERASE = "erase"  # a person's data, for good
    ANSWER = "answer"  # write the clinic's own answers
    SET_CLINIC = "set_clinic"
    WORD = "word"  # write, publish and withdraw the clinic's own wording and plans
    READ_WORDING = "read_wording"  # what is said to patients, its editions, the time machine
    MANAGE_STAFF = "manage_staff"
    SEE_CHAIN = "see_chain"  # the clinics of the organisation beside each other
    ENROL_DESK = "enrol_desk"  # let a computer stay signed in with desk rights


_DESK: Final = frozenset(
    {Right.SEE_DAY, Right.SEE_PATIENTS, Right.INVITE, Right.CHANGE_SESSIONS, Right.HANDLE_CASES, Right.IMPORT}
)
_CLINICIAN: Final = _DESK | {
    Right.SEE_WORDS,
    Right.WRITE,
    Right.SEND_AGAIN,
    Right.EXPORT,
    Right.ANSWER,
    Right.READ_WORDING,
}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {Role.DESK: _DESK, Role.CLINICIAN: _CLINICIAN, Role.ADMIN: frozenset(Right)}
)
"""The one table of what staff may do."""


@dataclasses.dataclass(frozen=True)
class Person:
    """Whoever writes in a chat: sees the patients that are bound to it now, and nothing else."""

    chat_id: str


@dataclasses.dataclass(frozen=True)
class Staff:
    """Somebody of the staff, at work in one clinic: sees its patients, and nothing else.

    `role` is the one in force: on a desk's own computer it is DESK, whoever has unlocked it.
    """

    staff_id: str
    organisation_id: str
    clinic_id: str
    role: Role

    def may(self, right: Right) -> bool:
        """Tell whether the role in force allows it."""
        return right in RIGHTS[self.role]


@dataclasses.dataclass(frozen=True)
class Operator:
    """Whoever runs the program on its machine: sees what the command line shows."""


Actor = Person | Staff | Operator


def require(who: Staff, right: Right) -> None:
    """Raise NotAllowed `console.refusal.role` unless the role in force allows it."""
    if not who.may(right):
        raise errors.NotAllowed("console.refusal.role")


def confined(store: works.Store, who: Staff | None) -> works.Store:
    """Return the store as far as somebody of the staff reaches; before it is known who asks, accounts alone."""
    return store.confined(reach.organisation(who.organisation_id) if who else reach.DOOR)
