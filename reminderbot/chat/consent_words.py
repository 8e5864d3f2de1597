"""What a clinic says of its own before the consent to whoever comes by its link or poster, kept with the consent."""

import dataclasses

from reminderbot import errors
from reminderbot.chat import dialogues
from reminderbot.chat.visit import Visit
from reminderbot.services import clinic_words, consent, invites


async def opening(visit: Visit, *, shipped: str) -> str:
    """Return the words of the clinic whose link or poster waits for consent, as HTML; else nothing.

    What is shown is remembered with the link: it is what a tap on "I agree" agrees to, whatever changes meanwhile.
    """
    step = await dialogues.load(visit)
    if isinstance(step, dialogues.Link):
        own = await clinic_words.of_link(visit.work, step.token, visit.language)
    elif isinstance(step, dialogues.Wall):
        own = await clinic_words.of_poster(visit.work, step.poster_id, visit.language)
    else:
        return ""
    await dialogues.save(visit, dataclasses.replace(step, wording=clinic_words.agreed(shipped, own)))
    return visit.text("start.clinic", words=own) + "\n\n" if own else ""


async def are_new(visit: Visit, token: str) -> bool:
    """Tell whether the clinic behind a living link says something of its own that this chat has not agreed to yet."""
    own = await clinic_words.of_link(visit.work, token, visit.language)
    if not own:
        return False
    try:
        link = await invites.open_(visit.work, visit.who, token, now=visit.now)
    except errors.NotFound:
        return False
    return not link.is_yours and not await _are_agreed(visit, own)


async def are_new_of_poster(visit: Visit, poster_id: str) -> bool:
    """Tell whether the clinic of a poster says something of its own that this chat has not agreed to yet."""
    own = await clinic_words.of_poster(visit.work, poster_id, visit.language)
    return bool(own) and not await _are_agreed(visit, own)


async def _are_agreed(visit: Visit, own: str) -> bool:
    wording = clinic_words.agreed(visit.catalog.message(visit.language, "start.welcome").hash, own)
    return await consent.is_given(visit.work, visit.who, wording=wording)
