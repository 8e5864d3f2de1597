"""The way to a person, at once: whom to call, who reads the note and when. Nothing here comforts or judges."""

from typing import Final

from reminderbot.chat import buttons, reply, writing
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, contact, worries

WORDS: Final = 500
"""Characters of a person's own words that are kept with a worry."""


async def tapped(visit: Visit, rest: str) -> None:
    """Answer "I am worried" and "Talk to a person"; `rest` is the reminder it was tapped under, if any."""
    await raised(visit, reminder_id=rest or None)


async def raised(visit: Visit, *, reminder_id: str | None = None, words: str | None = None) -> None:
    """Put the worry on the list and show the way to a person."""
    kept = await worries.raise_(
        visit.work, visit.who, now=visit.now, reminder_id=reminder_id, words=words[:WORDS] if words else None
    )
    await show(visit, kept)


async def show(visit: Visit, kept: worries.Raised) -> None:
    """Show the way to a person."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    html = "\n\n".join([way(visit, kept.contact), *_who_reads(visit, kept, to)])
    visit.say(html, *_rows(visit, kept), *writing.offered(visit, to))


def way(visit: Visit, to: contact.Contact) -> str:
    """Return whom to call, now or when it opens, and what to do in an emergency."""
    return "\n\n".join([_whom(visit, to), *_when(visit, to), _emergency(visit, to)])


def _whom(visit: Visit, to: contact.Contact) -> str:
    if to.clinic_name:
        return visit.text("worry.clinic", clinic_name=to.clinic_name, clinic_phone=to.phone)
    return visit.text("worry.phone", clinic_phone=to.phone) if to.phone else visit.text("worry.nobody")


def _when(visit: Visit, to: contact.Contact) -> list[str]:
    if not to.hours:
        return []
    if to.is_open:
        return [visit.text("worry.open", opening=to.hours)]
    opens = visit.moment(to.next_open, zone=to.zone) if to.next_open else ""
    return [visit.text("worry.closed", opening=to.hours, moment=opens)]


def _emergency(visit: Visit, to: contact.Contact) -> str:
    return visit.text(
        "worry.emergency", emergency=to.emergency or visit.catalog.say_plain(visit.language, "contact.emergency")
    )


def _who_reads(visit: Visit, kept: worries.Raised, to: addressee.Addressee | None) -> list[str]:
    if to and to.phone_only:
        return [visit.text("worry.phone-only", clinic_name=to.contact.clinic_name)]
    if kept.contact.clinic_name and kept.worry_id:
        return [visit.text("worry.read-by-clinic", clinic_name=kept.contact.clinic_name)]
    return [visit.text("worry.read-by-nobody")]


def _rows(visit: Visit, kept: worries.Raised) -> list[reply.Row]:
    """Offer to keep a phone, once there is a patient to keep it for."""
    if kept.contact.phone or kept.worry_id is None:
        return []
    return [visit.button("add-phone", buttons.data(Tapped.SET, "phone"))]
