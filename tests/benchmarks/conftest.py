"""What the benchmarks are run on here: the PostgreSQL of the tests, and the least of everything."""

import pytest

from benchmarks import everyone, figures, measures, sizes


@pytest.fixture
def bench(postgres_server: str) -> measures.Bench:
    """A run of all who can take part, at sizes that show no more than that it runs."""
    return measures.Bench(postgres_server, everyone.everyone(), sizes.TINY, figures.Figures())
