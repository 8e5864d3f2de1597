"""Messages that are left out, one or all that are not of today: what will not come, and the way back in one tap."""

from reminderbot.chat import buttons, dialogues, holds, missed, one, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import life
from reminderbot.services import skipping


async def skip(visit: Visit, reminder_id: str) -> None:
    """Leave one message out; a second tap says the same."""
    skipped = await skipping.skip(visit.work, visit.who, reminder_id, now=visit.now)
    found = skipped.found
    moment = visit.moment(found.local.replace(tzinfo=None), zone=found.patient.zone)
    html = visit.text("skip.done", title=await one.title(visit, found), moment=moment)
    undo = visit.button("unskip", buttons.data(Tapped.UNSKIP, reminder_id))
    visit.turn(html, undo, _timeline(visit, found.row.treatment_id), protect=True)


async def unskip(visit: Visit, reminder_id: str) -> None:
    """Have a message that was left out come after all; a second tap is told that nothing is left out.

    One that a stop has ended is not left out, and does not come either: that is said, with the way back.
    """
    back = await skipping.unskip(visit.work, visit.who, reminder_id, now=visit.now)
    ways: list[reply.Row] = [_timeline(visit, back.found.row.treatment_id)]
    if back.is_new:
        html = await one.comes(visit, "skip.undone", back.found)
    elif back.found.row.reason is life.Reason.STOPPED:
        html = visit.text("skip.stopped", title=await one.title(visit, back.found))
        ways = [*(await holds.line(visit, back.found.patient.id))[1], *ways]
    else:
        html = visit.text("skip.none", title=await one.title(visit, back.found))
    visit.turn(html, *ways, protect=True)


async def today_only(visit: Visit, _rest: str = "") -> None:
    """Let only today's messages come, and say how many will not."""
    kept = await skipping.today_only(visit.work, visit.who, now=visit.now)
    if isinstance(await dialogues.load(visit), dialogues.Pause):
        await dialogues.end(visit)
    html = visit.text("today.done", count=kept.coming, left_out=kept.left_out)
    visit.turn(html, visit.button("all-again", buttons.data(Tapped.ALL_AGAIN)), _timeline(visit), protect=True)


async def all_again(visit: Visit, _rest: str = "") -> None:
    """Let the messages of later days come again; a second tap is told that none was left out."""
    back = await skipping.all_again(visit.work, visit.who, now=visit.now)
    if not back.is_new:
        visit.turn(visit.text("today.none"), _timeline(visit), protect=True)
        return
    html, ways = await holds.below(visit, visit.text("today.undone", count=back.planned, count_late=back.expired))
    html = "\n\n".join(filter(None, [html, await missed.lines(visit, back.missed)]))
    visit.turn(html, *ways, _timeline(visit), protect=True)


def _timeline(visit: Visit, treatment_id: str = "") -> reply.Button:
    return visit.button("timeline", buttons.data(Tapped.TIMELINE, treatment_id))
