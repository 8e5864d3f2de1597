"""A shared location: the clocks that are kept there are guessed and asked about; where it is, we do not keep."""

import telegram

from reminderbot.chat import buttons, dialogues, free_text, start, unread, zone_dialogue
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.dialogues import Asks, Hour, Pause, Phone, Place, Quiet, Session
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import whereabouts


async def shared(visit: Visit, message: telegram.Message) -> None:
    """Ask whether the clocks there are the person's; where something else is asked for, say what we can read."""
    step = await free_text.current(visit)
    if visit.chat.consented_at is None:
        await start.welcome(visit)
        return
    match step:
        case Place():
            pass
        case Session(asks=Asks.ZONE):
            pass
        case None | Hour() | Quiet() | Phone() | Pause():
            await dialogues.save(visit, Place())
        case _:
            await unread.sent(visit, message)
            return
    html, rows = zone_dialogue.guessed(visit, _zones(message))
    keeps = [] if isinstance(step, Session) else [visit.button("keep", buttons.data(Tapped.KEEP))]
    visit.say(html, *rows, *keeps)


def is_in(message: telegram.Message) -> bool:
    """Tell whether a message shares a place: a location, live or not, or a venue."""
    return message.location is not None or message.venue is not None


def _zones(message: telegram.Message) -> tuple[str, ...]:
    """Return what the inbox has kept in the place of the coordinates."""
    place = message.location or (message.venue.location if message.venue else None)
    kept = place.api_kwargs.get(whereabouts.ZONES, []) if place else []
    return tuple(zone for zone in kept if isinstance(zone, str) and hours.is_zone(zone))
