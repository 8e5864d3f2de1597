"""The zygote of a test process, and a rig around a fresh database of either kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import rig


@pytest.fixture(scope="session")
def zygote() -> Iterator[rig.Zygote]:
    """The process that workers are forked from."""
    made = rig.Zygote()
    yield made
    made.close()


@pytest.fixture
def house(zygote: rig.Zygote, tmp_path: Path, sqlite_url: str) -> Iterator[rig.Rig]:
    """A rig on SQLite."""
    with rig.opened(zygote, tmp_path, sqlite_url) as opened:
        yield opened
