"""A chat of the staff's: linked by a link of their own, and the button that takes on what an alert tells of."""

from reminderbot import errors
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import cases, linking


async def linked(visit: Visit, token: str) -> None:
    """Let alerts come to this chat; nothing of a patient's is begun here."""
    is_linked = await linking.linked(visit.work, visit.who, token, machine_now=visit.machine_now)
    key = "console.alerts.linked" if is_linked else "console.alerts.link-dead"
    visit.say(visit.means.words.say(visit.language, key))


async def taken(visit: Visit, case_id: str) -> None:
    """Take a case on, and turn the alert into its outcome; a chat that is nobody's of that clinic gets no more."""
    try:
        found = await cases.take(visit.work, visit.who, case_id, now=visit.now)
    except errors.NotFound:
        visit.toasts("toast.stale")
        return
    clock = visit.clock(hours.to_local(found.at, found.zone))
    key = "console.alerts.taken" if found.is_mine else "console.alerts.taken-by"
    line = visit.means.words.say(visit.language, key, staff_name=found.name, clock=clock)
    message = visit.tap.message if visit.tap else None
    before = message.text_html if message and message.text else ""
    visit.turn(f"{before}\n\n{line}" if before else line)
