"""What did not come while somebody was away: said once, by name and day, when they are back."""

from collections.abc import Sequence
from typing import Final

from reminderbot.chat import buttons, holds
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import own_titles, reopening, rows

MOST: Final = 10
"""Messages that are named; of more only the number is told."""


async def lines(visit: Visit, missed: Sequence[reopening.Missed]) -> str:
    """Return the messages that did not come, a line each, the latest ones; empty where all came."""
    if not missed:
        return ""
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    named = [_line(visit, each, titles) for each in missed[-MOST:]]
    return "\n".join([visit.text("missed.head", count=len(missed)), *named])


async def tell(visit: Visit, back: reopening.Reopened) -> None:
    """Say what was missed and what comes; nothing where nothing was missed."""
    if told := await lines(visit, back.missed):
        html, ways = await holds.below(visit, visit.text("missed.back", count=back.planned))
        expect = visit.button("expect", buttons.data(Tapped.EXPECT))
        visit.say(
            f"{html}\n\n{told}", *ways, expect, visit.button("timeline", buttons.data(Tapped.TIMELINE)), protect=True
        )


def _line(visit: Visit, of: reopening.Missed, titles: own_titles.Titles) -> str:
    title = rows.title(visit, of.step_key, titles.get((of.treatment_id, of.step_key), ""))
    return visit.text("missed.line", date=visit.day(of.local.date()), title=title)
