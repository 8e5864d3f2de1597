"""Whether a chat may write to its clinic: the button that stands where a person is offered, or the words to call."""

from reminderbot.chat import buttons, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee


async def rows(visit: Visit) -> list[reply.Row]:
    """Return the button "Write to the clinic" for the patient of a clinic that reads letters; nothing for others."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    return offered(visit, to)


def offered(visit: Visit, to: addressee.Addressee | None) -> list[reply.Row]:
    """Return the button for `to`."""
    if to is None or to.phone_only:
        return []
    return [visit.button("letter", buttons.data(Tapped.LETTER))]
