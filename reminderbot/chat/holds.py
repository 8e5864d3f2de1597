"""What holds all messages back right now, a stop or a pause: said with its way back, wherever messages are told of."""

from reminderbot.chat import buttons, pause, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import pausing, stopping


async def line(visit: Visit, patient_id: str = "") -> tuple[str, list[reply.Row]]:
    """Return the line and its button, of one patient's pause or of any; nothing where all comes as planned."""
    if await stopping.is_stopped(visit.work, visit.who):
        return visit.text("stop.line"), [visit.button("resume", buttons.data(Tapped.RESUME))]
    paused = await pausing.until(visit.work, visit.who, now=visit.now)
    return await pause.line(visit, {id: day for id, day in paused.items() if patient_id in ("", id)})


async def below(visit: Visit, html: str) -> tuple[str, list[reply.Row]]:
    """Return a text with the line below it, and the line's button."""
    told, ways = await line(visit)
    return "\n\n".join(filter(None, [html, told])), ways
