"""Whose rows a transaction on PostgreSQL reaches: everybody's, what signing in needs, or one organisation's."""

import dataclasses
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Kind(StrEnum):
    """How far a transaction reaches; policies of the database read it."""

    ALL = "all"  # chats, rounds, the sender, operators
    DOOR = "door"  # a request before it is known who asks: accounts, and no patient
    ORGANISATION = "organisation"  # staff at work


@dataclasses.dataclass(frozen=True)
class Reach:
    """What a transaction says it is about."""

    kind: Kind
    organisation_id: str = ""


ALL: Final = Reach(Kind.ALL)
DOOR: Final = Reach(Kind.DOOR)

EVERY_CONNECTION: Final = "SELECT set_config('reminderbot.reach', 'all', false)"
"""Said once a connection, so that a reminder's transactions pay nothing; a confined one says less for its length."""

_SAY = text(
    "SELECT set_config('reminderbot.reach', :kind, true), set_config('reminderbot.organisation', :organisation, true)"
)


def organisation(organisation_id: str) -> Reach:
    """Return the reach of an organisation's staff: its clinics, and no other's."""
    return Reach(Kind.ORGANISATION, organisation_id)


async def say(connection: AsyncConnection, reach: Reach) -> None:
    """Confine the transaction that is open until its end; SQLite has nothing of the kind."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_SAY, {"kind": reach.kind.value, "organisation": reach.organisation_id})
