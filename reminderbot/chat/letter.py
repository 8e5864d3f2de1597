"""Writing to the clinic: who reads it and when, each text passed on as a letter, until the person is done."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.chat import buttons, dialogues, reply, worry
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, letters, worries

LAPSES: Final = timedelta(hours=2)
"""Without a letter for so long the dialogue has ended: what is written then is a question again."""


async def begin(visit: Visit, rest: str = "") -> None:
    """Take a tap on "Write to the clinic" or "Answer"; `rest` is the patient whom an answer is about."""
    to = await letters.to_write(visit.work, visit.who, now=visit.now, patient_id=rest or None)
    await dialogues.save(visit, dialogues.Letter(to.patient_id, at=visit.now.isoformat()))
    head = visit.text("thread.prompt", clinic_name=to.contact.clinic_name, patient_name=to.patient_name)
    visit.say("\n\n".join([head, who_reads(visit, to), _emergency(visit, to)]), _done(visit))


async def wrote(visit: Visit, step: dialogues.Letter, text: str, *, is_worry: bool) -> None:
    """Pass a text on; a worry in it goes on the clinic's list as well, and is answered with the way to a person."""
    to = await letters.write(visit.work, visit.who, text, now=visit.now, patient_id=step.patient_id)
    await dialogues.save(visit, dialogues.Letter(step.patient_id, sent=step.sent + 1, at=visit.now.isoformat()))
    name = to.contact.clinic_name
    if step.sent:
        visit.say(visit.text("thread.more", clinic_name=name), _done(visit))
    else:
        visit.say("\n\n".join([visit.text("thread.received", clinic_name=name), who_reads(visit, to)]), _done(visit))
    if is_worry:
        kept = await worries.raise_(visit.work, visit.who, now=visit.now, words=text[: worry.WORDS])
        await worry.kept(visit, kept)


async def leave(visit: Visit, step: dialogues.Letter) -> None:
    """Leave; what was sent stays sent."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    await dialogues.end(visit)
    name = to.contact.clinic_name if to else ""
    visit.turn(visit.text("thread.left", clinic_name=name, count=step.sent))


async def unseen(visit: Visit, step: dialogues.Letter) -> None:
    """Say that a picture or a voice cannot be passed on, and whom to call; the dialogue goes on."""
    to = await letters.to_write(visit.work, visit.who, now=visit.now, patient_id=step.patient_id)
    given = {"clinic_name": to.contact.clinic_name, "clinic_phone": to.contact.phone}
    visit.say(visit.text("thread.no-picture", **given), _done(visit))


def has_lapsed(step: dialogues.Letter, now: datetime) -> bool:
    """Tell whether nothing was written for so long that the dialogue is over."""
    return not step.at or now - datetime.fromisoformat(step.at) > LAPSES


def who_reads(visit: Visit, to: addressee.Addressee) -> str:
    """Return who reads a letter and when, and whom to call if it cannot wait."""
    reach, phone = to.contact, to.contact.phone
    if reach.is_open:
        return visit.text("thread.open", clinic_phone=phone, opening=reach.hours)
    if reach.next_open is None:
        return visit.text("thread.sometime", clinic_phone=phone)
    return visit.text("thread.closed", clinic_phone=phone, moment=visit.moment(reach.next_open, zone=reach.zone))


def _emergency(visit: Visit, to: addressee.Addressee) -> str:
    own = to.contact.emergency or visit.catalog.say_plain(visit.language, "contact.emergency")
    return visit.text("worry.emergency", emergency=own)


def _done(visit: Visit) -> reply.Button:
    return visit.button("letter-done", buttons.data(Tapped.CANCEL))
