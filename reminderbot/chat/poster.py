"""A clinic's poster: consent first, then the name that the clinic will see, then the session as anybody tells it."""

from collections.abc import Awaitable, Callable
from typing import Final

from reminderbot import errors
from reminderbot.chat import buttons, consent_words, dialogues, invite, reply, session_dialogue
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import names, posters

LONGEST: Final = 40
"""Letters of a name; what is longer, or asks, is a question that somebody has in between."""


async def opened(visit: Visit, wall: posters.Wall, *, welcome: Callable[..., Awaitable[None]]) -> None:
    """Answer the scan of a poster; whoever has not agreed yet, or not to this clinic's words, is asked first."""
    if visit.chat.consented_at is None or await consent_words.are_new_of_poster(visit, wall.poster_id):
        await dialogues.save(visit, dialogues.Wall(wall.poster_id))
        await welcome(visit, invite.no_thanks(visit))
    else:
        await ask_name(visit, wall.poster_id)


async def ask_name(visit: Visit, poster_id: str) -> None:
    """Say whose poster it is and what its clinic will see, and ask for the name; whom it knows is not asked again.

    A poster that was replaced meanwhile is only told: the consent that was given for it stands.
    """
    try:
        wall = await posters.wall(visit.work, poster_id)
    except errors.NotFound as refusal:
        await dialogues.end(visit)
        visit.say(visit.text(refusal.key, **refusal.values), visit.button("by-myself", buttons.data(Tapped.SESSION)))
        return
    if known := await posters.known(visit.work, visit.who, poster_id):
        await _begin(visit, wall, known)
        return
    await dialogues.save(visit, dialogues.Called(poster_id))
    own = [reply.Button(visit.first_name[:LONGEST], buttons.data(Tapped.NAME, "own"))] if visit.first_name else []
    visit.say(visit.text("poster.name", clinic_name=wall.clinic_name), *own, invite.no_thanks(visit))


async def named(visit: Visit, step: dialogues.Called, text: str) -> bool:
    """Take a typed name; False for what looks like a question."""
    if "?" in text or len(names.clean(text)) > LONGEST:
        return False
    await _begin(visit, await posters.wall(visit.work, step.poster_id), names.name(text))
    return True


async def name_tapped(visit: Visit, rest: str) -> None:
    """Take the first name that Telegram tells."""
    step = await dialogues.load(visit)
    if isinstance(step, dialogues.Called) and rest == "own" and visit.first_name:
        await _begin(visit, await posters.wall(visit.work, step.poster_id), names.name(visit.first_name[:LONGEST]))
    else:
        visit.toasts("toast.stale")


async def _begin(visit: Visit, wall: posters.Wall, name: str) -> None:
    step = dialogues.Session(poster=wall.poster_id, called=name, zone=wall.zone)
    await session_dialogue.advance(visit, step, say=visit.say)
