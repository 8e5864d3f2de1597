"""What all tables share: names of constraints, opaque ids, instants that stay aware and UTC, sealed columns."""

import uuid
from datetime import UTC, datetime
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


def key_column(name: str = "id") -> Column[str]:
    """Return a primary key that is random and opaque."""
    return Column(name, String(32), primary_key=True, default=new_id)


def refers(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    """Return a column that refers to another table's opaque id."""
    return Column(name, String(32), ForeignKey(target), nullable=nullable, index=index)


def sealed(name: str, **options: Any) -> Column[bytes]:
    """Return a personal column: only ciphertext of `store.vault` is ever written to it."""
    return Column(name, LargeBinary, nullable=True, info={"personal": "sealed"}, **options)


def blind(name: str, **options: Any) -> Column[bytes]:
    """Return a keyed hash of something personal, for look-ups only."""
    return Column(name, LargeBinary, info={"personal": "blind"}, **options)


def instant(name: str, *, nullable: bool = True, index: bool = False) -> Column[datetime]:
    """Return a column of instants."""
    return Column(name, Instant, nullable=nullable, index=index)
