"""A question that we cannot answer: kept for the clinic, and after the second one offered to be sent to it."""

from reminderbot.chat import buttons, letter, writing
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.reply import Row
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, asked, letters, questions


async def kept(visit: Visit, text: str, *, language: str, topic: str = "") -> tuple[str, list[Row]]:
    """Keep a question for the clinic that looks after who asks; return what to say of it, and the way to write.

    Nothing is kept, and nothing said, where there is no clinic or where the text says nothing.
    """
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    if to is None or visit.chat.consented_at is None:
        return "", []
    is_kept = await questions.keep(
        visit.work, to, text, language=language, topic=topic, catalog=visit.catalog, now=visit.now
    )
    if not is_kept:
        return "", writing.offered(visit, to)
    said = {"clinic_name": to.contact.clinic_name, "clinic_phone": to.contact.phone}
    if to.phone_only:
        return visit.catalog.say(language, "question.kept-phone", **said), []
    return visit.catalog.say(language, "question.kept", clinic_name=said["clinic_name"]), writing.offered(visit, to)


async def offered(visit: Visit, text: str, *, topic: str = "") -> tuple[str, list[Row]]:
    """Count a question that nobody could answer; return the offer to send them, from the second in a row on."""
    before = await asked.load(visit.work, visit.who, now=visit.now)
    now_asked = before.missed(text, topic)
    await asked.save(visit.work, visit.who, now_asked, now=visit.now)
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    if len(now_asked.unknown) < asked.SOME or to is None or to.phone_only or visit.chat.consented_at is None:
        return "", []
    words = "\n".join(f"• {each}" for each in now_asked.unknown)
    offer = visit.text("question.offer", clinic_name=to.contact.clinic_name, words=words)
    return offer, [visit.button("send-questions", buttons.data(Tapped.SEND))]


async def send(visit: Visit, _rest: str = "") -> None:
    """Send to the clinic what nobody could answer, as a letter; once."""
    before = await asked.load(visit.work, visit.who, now=visit.now)
    if not before.unknown:
        visit.toasts("toast.stale")
        return
    to = await letters.write(visit.work, visit.who, "\n".join(before.unknown), now=visit.now)
    await asked.save(visit.work, visit.who, before.answered(before.topic), now=visit.now)
    received = visit.text("thread.received", clinic_name=to.contact.clinic_name)
    visit.say("\n\n".join([received, letter.who_reads(visit, to)]))
