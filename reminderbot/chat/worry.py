"""The way to a person, at once: whom to call, who reads the note and when. Nothing here comforts or judges."""

from typing import Final

import structlog

from reminderbot.chat import buttons, reply, worry_more, writing
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, alerts, contact, worries, worry_words
from reminderbot.store.work import UNREACHED

log = structlog.get_logger(__name__)

WORDS: Final = 500
"""Characters of a person's own words that are kept with a worry."""


async def tapped(visit: Visit, rest: str) -> None:
    """Answer "I am worried" and "Talk to a person"; `rest` is the reminder it was tapped under, if any."""
    await raised(visit, reminder_id=rest or None)


async def heard_in(visit: Visit, text: str) -> str:
    """Return the language in which a text is a worry, to answer it in; empty where it is none.

    It is one by the shipped words, or by those of the clinic that looks after who writes.
    """
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    own = await worry_words.in_force(visit.work, to.clinic_id) if to else None
    return visit.catalog.worried_in(visit.language, text, own=own)


async def raised(
    visit: Visit, *, reminder_id: str | None = None, words: str | None = None, wants_call: bool = False
) -> None:
    """Put the worry on the list and show the way to a person."""
    raised = await worries.raise_(
        visit.work, visit.who, now=visit.now, reminder_id=reminder_id, words=words[:WORDS] if words else None
    )
    await kept(visit, raised, wants_call=wants_call)


async def kept(visit: Visit, raised: worries.Raised, *, wants_call: bool = False) -> None:
    """Show the way to a person, and alert those who look after this one."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    question, ways = ("", []) if wants_call else await worry_more.asks(visit, raised, to)
    is_read = bool(raised.worry_id and raised.contact.clinic_name and to and not to.phone_only)
    told = [visit.text("worry.calls", clinic_name=raised.contact.clinic_name)] if wants_call and is_read else []
    parts = [*told, way(visit, raised.contact), *who_reads(visit, raised, to), question]
    html = "\n\n".join(filter(None, parts))
    visit.say(html, *ways, *_rows(visit, raised), *writing.offered(visit, to))
    await alert(visit, raised)


async def alert(visit: Visit, raised: worries.Raised) -> None:
    """Alert the staff. Whatever is wrong there, the worry is kept and the person is told whom to call."""
    try:
        async with visit.work.connection.begin_nested():
            await alerts.worried(visit.work, visit.means, raised, machine_now=visit.machine_now)
    except UNREACHED:
        raise
    except Exception as error:
        log.error("a worry could not be alerted", error=type(error).__name__)


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
    return visit.text("worry.emergency", emergency=_number(visit, to))


def _number(visit: Visit, to: contact.Contact) -> str:
    return to.emergency or visit.catalog.say_plain(visit.language, "contact.emergency")


def who_reads(visit: Visit, kept: worries.Raised, addressed: addressee.Addressee | None) -> list[str]:
    """Return who reads it and when, or that nobody does."""
    to = kept.contact
    if addressed and addressed.phone_only:
        return [visit.text("worry.phone-only", clinic_name=addressed.contact.clinic_name)]
    if not to.clinic_name or not kept.worry_id:
        return [visit.text("worry.read-by-nobody")]
    if to.is_open is False and to.next_open:
        opens = visit.moment(to.next_open, zone=to.zone)
        emergency = _number(visit, to)
        return [visit.text("worry.read-later", clinic_name=to.clinic_name, moment=opens, emergency=emergency)]
    return [visit.text("worry.read-by-clinic", clinic_name=to.clinic_name)]


def _rows(visit: Visit, kept: worries.Raised) -> list[reply.Row]:
    """Offer to keep a phone, once there is a patient to keep it for."""
    if kept.contact.phone or kept.worry_id is None:
        return []
    return [visit.button("add-phone", buttons.data(Tapped.SET, "phone"))]
