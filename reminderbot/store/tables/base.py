"""What all tables share: names of constraints, opaque ids, instants that stay aware and UTC, sealed columns."""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, LargeBinary, MetaData, String, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def new_id() -> str:
    """Return a random, opaque id of 32 hex digits."""
    return uuid.uuid4().hex


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it without the zone, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; hand the driver UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return UTC whatever zone the connection speaks in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Holds(StrEnum):
    """What a column holds, as whoever has to guard it sees it: every column says one of these."""

    SEALED = "sealed"  # who somebody is, or what they said: ciphertext alone
    BLIND = "blind"  # a keyed hash of something personal, for look-ups
    FACT = "fact"  # what was done to whom or by whom, under opaque ids: without the keys it names nobody
    OPAQUE = "opaque"  # a random id, or one that a database counts; it says nothing by itself
    INSTANT = "instant"  # when something was: a fact of whom its row is about
    SECRET = "secret"  # noqa: S105 - the name of a class: what opens something, hashed or wrapped by the master key
    OWN = "own"  # the clinic's own words and settings, told to its patients and its staff
    TECHNICAL = "technical"  # counts, versions, leases and hashes of content


def key_column(name: str = "id") -> Column[str]:
    """Return a primary key that is random and opaque."""
    return Column(name, String(32), primary_key=True, default=new_id, info={"holds": Holds.OPAQUE})


def refers(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    """Return a column that refers to another table's opaque id."""
    return Column(name, String(32), ForeignKey(target), nullable=nullable, index=index, info={"holds": Holds.OPAQUE})


def sealed(name: str, **options: Any) -> Column[bytes]:
    """Return a personal column: only ciphertext of `store.vault` is ever written to it."""
    info = {"personal": "sealed", "holds": Holds.SEALED}
    return Column(name, LargeBinary, nullable=True, info=info, **options)


def blind(name: str, **options: Any) -> Column[bytes]:
    """Return a keyed hash of something personal, for look-ups only."""
    return Column(name, LargeBinary, info={"personal": "blind", "holds": Holds.BLIND}, **options)


def instant(name: str, *, nullable: bool = True, index: bool = False) -> Column[datetime]:
    """Return a column of instants."""
    return Column(name, Instant, nullable=nullable, index=index, info={"holds": Holds.INSTANT})


def opaque(name: str, *what: Any, **options: Any) -> Column[Any]:
    """Return an id that no plain reference makes: of a row that may be gone, of either of two tables, part of a key."""
    return Column(name, *what, info={"holds": Holds.OPAQUE}, **options)


def fact(name: str, *what: Any, **options: Any) -> Column[Any]:
    """Return what was done to whom or by whom, as a plain value that names nobody."""
    return Column(name, *what, info={"holds": Holds.FACT}, **options)


def secret(name: str, *what: Any, **options: Any) -> Column[Any]:
    """Return the hash of what opens something, or a wrapped key."""
    return Column(name, *what, info={"holds": Holds.SECRET}, **options)


def own(name: str, *what: Any, **options: Any) -> Column[Any]:
    """Return the clinic's own words or settings: nothing of a patient."""
    return Column(name, *what, info={"holds": Holds.OWN}, **options)


def technical(name: str, *what: Any, **options: Any) -> Column[Any]:
    """Return what the machinery counts by: nothing of anybody."""
    return Column(name, *what, info={"holds": Holds.TECHNICAL}, **options)
