"""What a person tells the bot to do in plain words: each leads to the screen of the command that says the same."""

from typing import Final

from reminderbot.catalog import reading
from reminderbot.chat import (
    dialogues,
    privacy_screen,
    reads,
    session_dialogue,
    settings_screen,
    start,
    stop,
    timeline_screen,
    worry,
)
from reminderbot.chat.visit import Visit
from reminderbot.services import answering

ALWAYS: Final = frozenset({"stop", "erase", "person"})
"""What is done in the middle of a dialogue, too: no question of ours comes before it."""


async def obey(visit: Visit, told: answering.Read, text: str) -> None:
    """Do what a text commands (see `[commands]` in cues.toml); nothing is erased or moved without a further tap."""
    match told.command:
        case "stop":
            await stop.stop(visit)
        case "erase":
            await privacy_screen.forget(visit)
        case "person":
            await worry.raised(visit.speaking(told.language), words=text)
        case _ if visit.chat.consented_at is None:
            await start.welcome(visit)
        case "hours":
            await settings_screen.show(visit)
        case "timeline":
            await timeline_screen.show(visit)
        case _:
            await _dates(visit, text)


async def _dates(visit: Visit, text: str) -> None:
    """Take a date that stands in the text; without one, ask for it."""
    found = reads.read(visit, text, zone=(await visit.habits()).zone)
    if found.kind is reading.Kind.REFUSE:
        await session_dialogue.begin(visit)
    else:
        await session_dialogue.typed(visit, dialogues.Session(), text)
