"""The one thing that is asked once a worry is on the clinic's list: a sentence for them, or "please call me"."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.chat import buttons, dialogues, reply, worry
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, answering, worries

LAPSES: Final = timedelta(minutes=30)
"""Without a sentence for so long nothing is asked any more: what is written then is a question again."""


async def asks(visit: Visit, kept: worries.Raised, to: addressee.Addressee | None) -> tuple[str, list[reply.Row]]:
    """Return the question and its button, and wait for a sentence; nothing where no clinic reads, or words are there.

    Whoever is in the middle of telling something else goes on with that, and has the button alone.
    """
    if not kept.worry_id or to is None or to.phone_only or not kept.contact.clinic_name:
        return "", []
    rows: list[reply.Row] = [visit.button("call-me", buttons.data(Tapped.CALL_ME, kept.worry_id))]
    if kept.words or await dialogues.load(visit) is not None:
        return "", rows
    await dialogues.save(visit, dialogues.More(kept.worry_id, at=visit.now.isoformat()))
    return visit.text("worry.more", clinic_name=kept.contact.clinic_name), rows


async def wrote(visit: Visit, step: dialogues.More, text: str) -> None:
    """Add a sentence to the worry; one that is closed by now is a new worry. It is answered in its own language."""
    await dialogues.end(visit)
    visit = visit.speaking(answering.read(visit.catalog, text, language=visit.language).language)
    kept = await worries.add(visit.work, visit.who, step.worry_id, text[: worry.WORDS], now=visit.now)
    if kept is None:
        await worry.raised(visit, words=text)
        return
    await _told(visit, kept, "worry.added")


async def call_me(visit: Visit, worry_id: str) -> None:
    """Take a tap on "Please call me"; a second one says the same."""
    if isinstance(await dialogues.load(visit), dialogues.More):
        await dialogues.end(visit)
    kept = await worries.wish_call(visit.work, visit.who, worry_id, catalog=visit.catalog, now=visit.now)
    if kept is None:
        await worry.raised(visit)
        return
    await _told(visit, kept, "worry.calls")


def has_lapsed(step: dialogues.More, now: datetime) -> bool:
    """Tell whether nothing was written for so long that nothing is asked any more."""
    return not step.at or now - datetime.fromisoformat(step.at) > LAPSES


async def _told(visit: Visit, kept: worries.Raised, key: str) -> None:
    """Say that it is with the clinic, what happens next and when, and whom to call if it cannot wait."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    head = visit.text(key, clinic_name=kept.contact.clinic_name)
    visit.say("\n\n".join([head, *worry.who_reads(visit, kept, to), worry.way(visit, kept.contact)]))
    await worry.alert(visit, kept)
