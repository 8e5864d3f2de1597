"""Stop, at once and with a way back; and the degrees below it, on one screen."""

from reminderbot.chat import buttons, dialogues, holds, missed, pause, reply, snooze
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import pausing, stopping


async def stop(visit: Visit, _rest: str = "") -> None:
    """Stop every reminder now, and say what may still arrive."""
    stopped = await stopping.stop(visit.work, visit.who, now=visit.now)
    await dialogues.end(visit)
    if not stopped.is_anyone:
        visit.say(visit.text("stop.nobody"), visit.button("forget", buttons.data(Tapped.FORGET)))
        return
    key = "stop.done" if stopped.is_new else "stop.before"
    html = visit.text(key, on_the_way=stopped.on_the_way)
    undo, forget = buttons.data(Tapped.RESUME), buttons.data(Tapped.FORGET)
    # "The next message later" is no way here: it moves one message, and would have all others come again unasked.
    ways = [pause.offer(visit), today_only(visit)]
    visit.say(html, visit.button("undo", undo), *ways, visit.button("forget", forget))


async def less(visit: Visit, _rest: str = "") -> None:
    """Show the ways to get fewer messages, from one that comes later to none at all."""
    if await stopping.is_stopped(visit.work, visit.who):
        await stop(visit)
        return
    later = await snooze.of_next(visit)
    stop_all = visit.button("stop", buttons.data(Tapped.STOP))
    visit.say(visit.text("stop.less", has_next=bool(later)), *later, pause.offer(visit), today_only(visit), stop_all)


def today_only(visit: Visit) -> reply.Button:
    """Return the button that leaves out all that is not of today."""
    return visit.button("today-only", buttons.data(Tapped.TODAY_ONLY))


async def resume(visit: Visit, _rest: str = "") -> None:
    """Undo a stop."""
    resumed = await stopping.resume(visit.work, visit.who, now=visit.now)
    if not resumed.is_new:
        visit.toasts("toast.not-stopped")
        visit.turn(visit.text("stop.not-stopped"), visit.button("timeline", buttons.data(Tapped.TIMELINE)))
        return
    held = await pausing.held_back(visit.work, visit.who, now=visit.now)
    lost = sum(at is None for at in held.values())
    html, ways = await holds.below(
        visit, visit.text("stop.resumed", count=max(0, resumed.planned - lost), count_late=resumed.expired)
    )
    html = "\n\n".join(filter(None, [html, await missed.lines(visit, resumed.missed)]))
    visit.turn(html, *ways, visit.button("timeline", buttons.data(Tapped.TIMELINE)))
