"""The calendar file of what is coming: times and three neutral words, since calendars are seen by others."""

from typing import Final

from reminderbot.catalog import ics
from reminderbot.chat import reply
from reminderbot.chat.visit import Visit
from reminderbot.services import ahead

NAME: Final = "messages.ics"


async def send(visit: Visit, _rest: str = "") -> None:
    """Send the file; where nothing is coming, say so. It may be forwarded: nothing in it says what it is about."""
    coming = await ahead.of_chat(visit.work, visit.who, now=visit.now)
    if not coming:
        visit.say(visit.text("calendar.none"))
        return
    summary = visit.catalog.say_plain(visit.language, "calendar.entry")
    entries = [ics.Entry(f"{each.reminder_id}@reminderbot", each.at, summary) for each in coming]
    content = ics.text(entries, made_at=visit.now)
    visit.calls.append(reply.document(NAME, content, visit.text("calendar.file")))
