"""Stop, at once and with a way back."""

from reminderbot.chat import buttons, dialogues
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import stopping


async def stop(visit: Visit, _rest: str = "") -> None:
    """Stop every reminder now, and say what may still arrive."""
    stopped = await stopping.stop(visit.work, visit.who, now=visit.now)
    await dialogues.end(visit)
    key = "stop.done" if stopped.is_new else "stop.before"
    html = visit.text(key, on_the_way=stopped.on_the_way)
    undo, forget = buttons.data(Tapped.RESUME), buttons.data(Tapped.FORGET)
    visit.say(html, visit.button("undo", undo), visit.button("forget", forget))


async def resume(visit: Visit, _rest: str = "") -> None:
    """Undo a stop."""
    resumed = await stopping.resume(visit.work, visit.who, now=visit.now)
    if not resumed.is_new:
        visit.toasts("toast.not-stopped")
        visit.turn(visit.text("stop.not-stopped"), visit.button("timeline", buttons.data(Tapped.TIMELINE)))
        return
    html = visit.text("stop.resumed", count=resumed.planned, count_late=resumed.expired)
    visit.turn(html, visit.button("timeline", buttons.data(Tapped.TIMELINE)))
