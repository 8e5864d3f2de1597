"""What is sent and cannot be read: pictures, voices and files, which nobody sees, and more words than one can write."""

from enum import StrEnum
from typing import Final

import telegram

from reminderbot import errors
from reminderbot.chat import buttons, dialogues, free_text, letter, reply, worry
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import albums, contact, letters


class Kind(StrEnum):
    """What a person may hope that somebody has looked at."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    FILE = "file"


_KINDS: Final = {
    "photo": Kind.PHOTO,
    "live_photo": Kind.PHOTO,
    "paid_media": Kind.PHOTO,
    "video": Kind.VIDEO,
    "story": Kind.VIDEO,
    "voice": Kind.VOICE,
    "video_note": Kind.VOICE,
    "audio": Kind.VOICE,
    "document": Kind.FILE,
}
"""What of a message is which. An animation is a document too: it is asked for first, and is a joke as a rule."""


async def sent(visit: Visit, message: telegram.Message) -> None:
    """Answer what cannot be read: that nobody has seen it, whom to call, and that the clinic knows of it."""
    kind, caption = _kind(message), message.caption or ""
    is_first = await _is_first(visit, message)
    if heard := await worry.heard_in(visit, caption) if caption else "":
        await worry.raised(visit.speaking(heard), words=caption)
    elif is_first:
        await _answer(visit, kind, caption)
    elif caption and kind:  # words beside a later picture of an album: the clinic reads them, and one answer is enough
        await _is_passed_on(visit, kind, caption, await _writes_to(visit))


async def too_many(visit: Visit) -> None:
    """Say, once, that so much at once is not read, and what to do."""
    to = await contact.of(visit.work, visit.who, now=visit.now)
    html = visit.text("help.too-many", clinic_name=to.clinic_name, clinic_phone=to.phone)
    visit.say(html, worried(visit))


async def call_me(visit: Visit, _rest: str) -> None:
    """Take a tap on "Call me": the clinic reads it with the worries, and the way to a person is shown at once."""
    await worry.raised(visit, words=await _to_clinic(visit, "call-me"), wants_call=True)


def worried(visit: Visit) -> reply.Button:
    """Return the button "I am worried"."""
    return visit.button("worried", buttons.data(Tapped.WORRY))


async def _answer(visit: Visit, kind: Kind | None, caption: str) -> None:
    step = await free_text.current(visit)
    is_told = kind is not None and await _is_passed_on(visit, kind, caption, await _writes_to(visit))
    if isinstance(step, dialogues.Letter):
        await letter.unseen(visit, step)
    elif kind is None:
        await _no_words(visit)
    else:
        await _unseen(visit, kind, is_told=is_told, has_words=bool(caption))


async def _unseen(visit: Visit, kind: Kind, *, is_told: bool, has_words: bool) -> None:
    to = await contact.of(visit.work, visit.who, now=visit.now)
    given = {"clinic_name": to.clinic_name, "clinic_phone": to.phone}
    told = [visit.text("unseen.told", clinic_name=to.clinic_name, has_words=has_words)] if is_told else []
    parts = [visit.text(f"unseen.{kind}"), *told, visit.text("unseen.call", **given)]
    called = [visit.button("call-me", buttons.data(Tapped.CALL_ME))] if is_told else []
    visit.say("\n\n".join(parts), *called, worried(visit))


async def _writes_to(visit: Visit) -> str | None:
    """Return the patient of the letters that are being written, if any are."""
    step = await free_text.current(visit)
    return step.patient_id if isinstance(step, dialogues.Letter) else None


async def _is_passed_on(visit: Visit, kind: Kind, caption: str, patient_id: str | None) -> bool:
    """Put a line into the clinic's list, of what was sent and the words beside it; False where nobody reads it."""
    line = await _to_clinic(visit, kind)
    room = letters.LONGEST - len(line) - 1
    try:
        await letters.write(visit.work, visit.who, f"{line}\n{caption[:room]}", now=visit.now, patient_id=patient_id)
    except errors.Refusal:
        return False
    return True


async def _to_clinic(visit: Visit, what: str) -> str:
    """Return a line of ours in the clinic's language."""
    clinic = await contact.clinic(visit.work, visit.who, now=visit.now)
    language = clinic.languages[0] if clinic and clinic.languages else visit.language
    return visit.catalog.say_plain(language, f"line.{what}")


async def _no_words(visit: Visit) -> None:
    to = await contact.of(visit.work, visit.who, now=visit.now)
    html = visit.text("help.unseen", clinic_name=to.clinic_name, clinic_phone=to.phone)
    visit.say(html, visit.button("person", buttons.data(Tapped.WORRY)))


async def _is_first(visit: Visit, message: telegram.Message) -> bool:
    """Tell whether a message is none of an album, or the first of it that comes."""
    album = message.media_group_id
    return not album or await albums.is_new(visit.work, visit.who, album, now=visit.now)


def _kind(message: telegram.Message) -> Kind | None:
    if message.animation:
        return None
    return next((kind for name, kind in _KINDS.items() if getattr(message, name, None)), None)
