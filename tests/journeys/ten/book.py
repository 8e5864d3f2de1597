"""The ten journeys in their order, and the document that their runs make."""

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Final

from tests.journeys.ten import (
    arabic_reader,
    curious,
    late_starter,
    phone_lost,
    relative,
    screen_reader,
    stage,
    stops_and_returns,
    traveller,
    two_sessions,
    worried,
)

STORIES: Final[tuple[ModuleType, ...]] = (
    late_starter,
    traveller,
    worried,
    two_sessions,
    stops_and_returns,
    phone_lost,
    relative,
    arabic_reader,
    screen_reader,
    curious,
)
"""Each has a TITLE, the local START in a ZONE, and `play`, which plays it on a stage and asserts what must hold."""

HEAD: Final = """# Ten journeys

Ten invented people, and what they and the bot say to each other, written down by the tests that play them: the bot runs
as it is shipped, Telegram is the simulator, and the clock is wound. Nothing here is written by hand but the sentences
between the messages. `make journeys` tells them anew; the suite fails while this page and the runs differ.

A quoted block is one message of the bot's, its buttons in grey; “…” stands for lines that are left out, or that stayed
as they were. Where one sentence tells of several taps and texts, the answer to the last is quoted.

![The phones of the ten when their stories are over](pictures/journeys.jpg)
"""


Look = Callable[[stage.Stage], Awaitable[None]]
"""What looks at a stage when its story is over."""


async def told(story: ModuleType, number: int, database: str, *, then: Look | None = None) -> str:
    """Play one story on a migrated and empty database, let `then` look at the stage; return the story in Markdown."""
    start = stage.instant(story.START, story.ZONE)
    async with stage.opened(f"{number}. {story.TITLE}", database, start=start) as on:
        await story.play(on)
        if then:
            await then(on)
        return on.page.markdown()


def bound(stories: list[str]) -> str:
    """Return the document of all stories."""
    return "\n".join([HEAD, *stories])
