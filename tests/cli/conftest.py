"""A PostgreSQL without our tables."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import database_url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield database_url(postgres_server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
