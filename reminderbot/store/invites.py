"""Invites: found by the hash of a token, redeemed by one guarded UPDATE (S1)."""

import dataclasses
import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

TRIES = 5
"""Wrong answers after which an invite is dead."""


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
    expires_at: datetime
    redeemed_at: datetime | None
    revoked_at: datetime | None


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
) -> None:
    """Add an invite; only hashes of `token` and `code` are kept."""
    await work.run(
        insert(tables.invites).values(
            id=id,
            organisation_id=organisation_id,
            clinic_id=clinic_id,
            patient_id=patient_id,
            treatment_id=treatment_id,
            token_hash=_token_hash(token),
            code_hash=code_hash(work, invite_id=id, code=code),
            wrong_tries=0,
            created_at=now,
            expires_at=expires_at,
        )
    )


def code_hash(work: Work, *, invite_id: str, code: str) -> bytes:
    """Return the keyed hash of a desk code; short codes need the key, since all of them could be tried."""
    return work.index.of("desk-code", f"{invite_id}|{code}")


async def by_token(work: Work, token: str) -> InviteRow | None:
    """Return the invite behind a link's token."""
    return await _one(work, tables.invites.c.token_hash == _token_hash(token))


async def get(work: Work, invite_id: str) -> InviteRow | None:
    """Return an invite."""
    return await _one(work, tables.invites.c.id == invite_id)


async def note_opened(work: Work, invite_id: str, *, now: datetime) -> None:
    """Note when the link was first opened."""
    first = (tables.invites.c.id == invite_id) & tables.invites.c.opened_at.is_(None)
    await work.run(update(tables.invites).where(first).values(opened_at=now))


async def is_redeemed(work: Work, invite_id: str, *, chat_id: str, tries: int, now: datetime) -> bool:
    """Redeem a live invite for a chat; of many at once one gets True."""
    change = update(tables.invites).where(tables.invites.c.id == invite_id, _live(tries, now))
    return (await work.run(change.values(redeemed_at=now, chat_id=chat_id))).rowcount == 1


async def count_wrong(work: Work, invite_id: str, *, tries: int, now: datetime) -> int | None:
    """Count a wrong answer; return how many there are now, None if the invite is no longer live."""
    invite = tables.invites.c
    change = update(tables.invites).where(invite.id == invite_id, _live(tries, now))
    counted = change.values(wrong_tries=invite.wrong_tries + 1).returning(invite.wrong_tries)
    return (await work.run(counted)).scalar_one_or_none()


def _live(tries: int, now: datetime) -> ColumnElement[bool]:
    invite = tables.invites.c
    untouched = invite.redeemed_at.is_(None) & invite.revoked_at.is_(None) & invite.declined_at.is_(None)
    return untouched & (invite.expires_at > now) & (invite.wrong_tries < tries)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def _one(work: Work, condition: ColumnElement[bool]) -> InviteRow | None:
    columns = [tables.invites.c[field.name] for field in dataclasses.fields(InviteRow)]
    row = (await work.run(select(*columns).where(condition))).first()
    return InviteRow(**dict(row._mapping)) if row else None
