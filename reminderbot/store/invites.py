"""Invites: found by the hash of a token, redeemed by one guarded UPDATE (S1)."""

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, insert, select, update

from reminderbot.store import tables, vault
from reminderbot.store.work import Work

TRIES = 5
"""Wrong answers after which an invite is dead."""

_i = tables.invites.c

WIPED: Mapping[str, None] = {"token": None, "code": None}
"""What an invite that has ended keeps of its token and code."""


class State(StrEnum):
    """What has become of an invite."""

    INVITED = "invited"  # it waits for the patient
    OPENED = "opened"  # the link was opened, and not confirmed yet
    JOINED = "joined"
    DECLINED = "declined"  # the patient said no
    REVOKED = "revoked"  # staff has called it back, or made another
    LOCKED = "locked"  # too many wrong answers
    NEVER = "never"  # it has expired


@dataclasses.dataclass(frozen=True)
class InviteRow:
    """An invite; neither its token nor its desk code can be read from it."""

    id: str
    organisation_id: str
    clinic_id: str
    patient_id: str
    treatment_id: str
    code_hash: bytes = dataclasses.field(repr=False)
    wrong_tries: int
    chat_id: str | None
    staff_id: str | None
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    redeemed_at: datetime | None
    revoked_at: datetime | None
    declined_at: datetime | None

    def state(self, *, tries: int, now: datetime) -> State:
        """Return what has become of it by `now`; `tries` wrong answers lock it."""
        ends = {
            State.JOINED: self.redeemed_at is not None,
            State.DECLINED: self.declined_at is not None,
            State.REVOKED: self.revoked_at is not None,
            State.LOCKED: self.wrong_tries >= tries,
            State.NEVER: self.expires_at <= now,
            State.OPENED: self.opened_at is not None,
        }
        return next((state for state, holds in ends.items() if holds), State.INVITED)


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What only a live invite still knows."""

    token: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)


async def add(
    work: Work,
    *,
    id: str,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    treatment_id: str,
    token: str,
    code: str,
    now: datetime,
    expires_at: datetime,
    staff_id: str | None = None,
) -> None:
    """Add an invite. It is found by a hash of `token`; both are kept sealed with the patient's key until it ends."""
    key = await _key(work, patient_id)
    row = row_of(
        work,
        id,
        key,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        treatment_id=treatment_id,
        token=token,
        code=code,
        staff_id=staff_id,
        now=now,
        expires_at=expires_at,
    )
    await work.run(insert(tables.invites).values(**row))


def row_of(
    work: Work,
    id: str,
    key: vault.DataKey | None,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    treatment_id: str,
    token: str,
    code: str,
    staff_id: str | None,
    now: datetime,
    expires_at: datetime,
) -> dict[str, Any]:
    """Return the row of a new invite, its secrets sealed with the patient's key."""
    return {
        "id": id,
        "organisation_id": organisation_id,
        "clinic_id": clinic_id,
        "patient_id": patient_id,
        "treatment_id": treatment_id,
        "token_hash": _token_hash(token),
        "code_hash": code_hash(work, invite_id=id, code=code),
        "token": key.seal(token, table="invites", row=id, column="token") if key else None,
        "code": key.seal(code, table="invites", row=id, column="code") if key else None,
        "wrong_tries": 0,
        "staff_id": staff_id,
        "created_at": now,
        "expires_at": expires_at,
    }


def code_hash(work: Work, *, invite_id: str, code: str) -> bytes:
    """Return the keyed hash of a desk code; short codes need the key, since all of them could be tried."""
    return work.index.of("desk-code", f"{invite_id}|{code}")


async def by_token(work: Work, token: str) -> InviteRow | None:
    """Return the invite behind a link's token."""
    return await _one(work, _i.token_hash == _token_hash(token))


async def get(work: Work, invite_id: str) -> InviteRow | None:
    """Return an invite."""
    return await _one(work, _i.id == invite_id)


async def of_clinic(work: Work, clinic_id: str, invite_id: str) -> InviteRow | None:
    """Return one invite of a clinic; None for any other's."""
    return await _one(work, (_i.clinic_id == clinic_id) & (_i.id == invite_id))


async def secrets(work: Work, invite: InviteRow) -> Secrets | None:
    """Return token and code of an invite that keeps them still."""
    row = (await work.run(select(_i.token, _i.code).where(_i.id == invite.id))).one()
    key = await _key(work, invite.patient_id)
    if key is None or row.token is None or row.code is None:
        return None
    return Secrets(
        token=key.open(row.token, table="invites", row=invite.id, column="token"),
        code=key.open(row.code, table="invites", row=invite.id, column="code"),
    )


async def is_first_opened(work: Work, invite_id: str, *, now: datetime) -> bool:
    """Note when the link was first opened; False if it was opened before."""
    first = (_i.id == invite_id) & _i.opened_at.is_(None)
    return (await work.run(update(tables.invites).where(first).values(opened_at=now))).rowcount == 1


async def is_redeemed(work: Work, invite_id: str, *, chat_id: str, tries: int, now: datetime) -> bool:
    """Redeem a live invite for a chat; of many at once one gets True."""
    change = update(tables.invites).where(_i.id == invite_id, live(tries, now))
    return (await work.run(change.values(redeemed_at=now, chat_id=chat_id, **WIPED))).rowcount == 1


async def is_declined(work: Work, invite_id: str, *, tries: int, now: datetime) -> bool:
    """Note that the patient said no to a live invite."""
    change = update(tables.invites).where(_i.id == invite_id, live(tries, now))
    return (await work.run(change.values(declined_at=now, **WIPED))).rowcount == 1


async def revoke_of_patient(work: Work, patient_id: str, *, now: datetime) -> int:
    """Call back every invite of a patient that was not redeemed; return how many there were."""
    waiting = (_i.patient_id == patient_id) & _i.redeemed_at.is_(None) & _i.revoked_at.is_(None)
    return (await work.run(update(tables.invites).where(waiting).values(revoked_at=now, **WIPED))).rowcount


async def is_revoked(work: Work, invite_id: str, *, now: datetime) -> bool:
    """Call an invite back; False if it was redeemed or called back before."""
    waiting = (_i.id == invite_id) & _i.redeemed_at.is_(None) & _i.revoked_at.is_(None)
    return (await work.run(update(tables.invites).where(waiting).values(revoked_at=now, **WIPED))).rowcount == 1


async def count_wrong(work: Work, invite_id: str, *, tries: int, now: datetime) -> int | None:
    """Count a wrong answer; return how many there are now, None if the invite is no longer live."""
    change = update(tables.invites).where(_i.id == invite_id, live(tries, now))
    is_last = _i.wrong_tries + 1 >= tries
    kept = {name: case((is_last, None), else_=_i[name]) for name in WIPED}
    counted = change.values(wrong_tries=_i.wrong_tries + 1, **kept).returning(_i.wrong_tries)
    return (await work.run(counted)).scalar_one_or_none()


async def wipe_expired(work: Work, *, now: datetime) -> None:
    """Wipe the token and code of every invite that has expired, whosesoever it is."""
    over = (_i.expires_at <= now) & _i.token.is_not(None)
    await work.run(update(tables.invites).where(over).values(**WIPED))


COLUMNS = tuple(_i[field.name] for field in dataclasses.fields(InviteRow))


def live(tries: int, now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a link may be used."""
    untouched = _i.redeemed_at.is_(None) & _i.revoked_at.is_(None) & _i.declined_at.is_(None)
    return untouched & (_i.expires_at > now) & (_i.wrong_tries < tries)


async def _key(work: Work, patient_id: str) -> vault.DataKey | None:
    patients = tables.patients.c
    key_id = (await work.run(select(patients.key_id).where(patients.id == patient_id))).scalar_one_or_none()
    return await work.key(key_id)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def _one(work: Work, condition: ColumnElement[bool]) -> InviteRow | None:
    row = (await work.run(select(*COLUMNS).where(condition))).mappings().first()
    return InviteRow(**row) if row else None
