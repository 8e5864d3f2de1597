"""The zygote of a test process, and a rig around a fresh database of either kind."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.chaos import rig

TRIES = 5


@pytest.fixture(scope="session")
def zygote() -> Iterator[rig.Zygote]:
    """The process that workers are forked from."""
    made = rig.Zygote()
    yield made
    made.close()


@pytest.fixture
def houses(zygote: rig.Zygote, tmp_path: Path, sqlite_template: Path) -> Iterator[Iterator[rig.Rig]]:
    """Rigs on SQLite, one after another: for what a slow machine may not meet at the first try."""

    def every() -> Generator[rig.Rig]:
        for number in range(TRIES):
            folder = tmp_path / str(number)
            folder.mkdir()
            database = folder / "reminderbot.sqlite"
            database.write_bytes(sqlite_template.read_bytes())
            with rig.opened(zygote, folder, f"sqlite:///{database}") as house:
                yield house

    opened = every()
    yield opened
    opened.close()  # the last of them, from which the test has turned away


@pytest.fixture
def house(zygote: rig.Zygote, tmp_path: Path, sqlite_url: str) -> Iterator[rig.Rig]:
    """A rig on SQLite."""
    with rig.opened(zygote, tmp_path, sqlite_url) as opened:
        yield opened
