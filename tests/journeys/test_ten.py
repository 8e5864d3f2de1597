"""The ten journeys of docs/journeys.md: each holds what it asserts, and the page is what the runs tell."""

from types import ModuleType

import pytest

from tests.journeys.ten import book
from tests.journeys.ten.__main__ import DOCUMENT

RENEW = "docs/journeys.md is not what the run tells: read what has changed, then write it anew with `make journeys`"


@pytest.fixture
def database(request: pytest.FixtureRequest, number: int) -> str:
    """The URL of a fresh database, SQLite and PostgreSQL by turns: a story is told the same on both."""
    return str(request.getfixturevalue("sqlite_url" if number % 2 else "postgres_url"))


@pytest.mark.parametrize(
    ("number", "story"), list(enumerate(book.STORIES, start=1)), ids=[story.TITLE for story in book.STORIES]
)
async def test_a_journey_goes_as_the_page_tells_it(number: int, story: ModuleType, database: str) -> None:
    told = await book.told(story, number, database)

    assert told == page()[number], RENEW


def page() -> list[str]:
    """Return the page's head and its stories."""
    head, *stories = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    return [head, *(f"## {story}" for story in stories)]


def test_the_page_holds_the_ten_journeys_and_nothing_else() -> None:
    head, *stories = page()

    titles = [story.splitlines()[0] for story in stories]
    assert titles == [f"## {number}. {story.TITLE}" for number, story in enumerate(book.STORIES, start=1)]
    assert head == book.HEAD, RENEW
