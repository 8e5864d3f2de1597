"""What a clinic says of its own before the consent, to whoever comes by its link; kept with what was agreed to."""

import dataclasses

from reminderbot import errors
from reminderbot.chat import dialogues
from reminderbot.chat.visit import Visit
from reminderbot.services import clinic_words, consent, invites


async def opening(visit: Visit, *, shipped: str) -> str:
    """Return the words of the clinic whose link waits for consent, as HTML above the shipped ones; else nothing.

    What is shown is remembered with the link: it is what a tap on "I agree" agrees to, whatever changes meanwhile.
    """
    step = await dialogues.load(visit)
    if not isinstance(step, dialogues.Link):
        return ""
    own = await clinic_words.of_link(visit.work, step.token, visit.language)
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
    wording = clinic_words.agreed(visit.catalog.message(visit.language, "start.welcome").hash, own)
    return not link.is_yours and not await consent.is_given(visit.work, visit.who, wording=wording)
