"""Consent: given with a tap to one wording, asked for before anything about a person is kept."""

from datetime import datetime

from reminderbot.services import access, people
from reminderbot.store import consents
from reminderbot.store import work as works


async def give(work: works.Work, who: access.Person, *, wording: str, now: datetime) -> bool:
    """Keep that the person agreed to the text whose hash is `wording`; False if they had agreed to it before."""
    chat = await people.chat(work, who, lock=True)
    if await consents.is_given(work, chat.id, wording=wording):
        return False
    await consents.add(work, chat.id, wording=wording, language=chat.language, now=now)
    return True


async def is_given(work: works.Work, who: access.Person, *, wording: str) -> bool:
    """Tell whether the person has agreed to the text whose hash is `wording`."""
    return await consents.is_given(work, who.chat_id, wording=wording)
