"""A question that we cannot answer: kept for the clinic, and the person told what becomes of it."""

from reminderbot.chat import writing
from reminderbot.chat.reply import Row
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, questions


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
