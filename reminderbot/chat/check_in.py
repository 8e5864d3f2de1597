"""Answers tapped under a reminder: the message turns into its outcome, and the way to a person stays."""

from reminderbot.chat import buttons, reply, worry
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import checkins


async def tapped(visit: Visit, rest: str) -> None:
    """Keep an answer; a second tap finds the first one's outcome, a forged one only a sentence."""
    match rest.split(":"):
        case [reminder_id, ask, answer]:
            given = await checkins.answer(visit.work, visit.who, reminder_id, ask, answer, now=visit.now)
            await _outcome(visit, given, reminder_id)
        case _:
            visit.toasts("toast.stale")


async def _outcome(visit: Visit, given: checkins.Answered, reminder_id: str) -> None:
    zone = (await visit.habits()).zone or "UTC"
    is_later = given.worry is not None and given.answer is not checkins.Answer.WORRIED  # "as expected" said before
    local = hours.to_local(visit.now if is_later else given.answered_at, zone)
    date, clock = visit.day(local.date(), zone=zone), visit.clock(local)
    answer = checkins.Answer.WORRIED if is_later else given.answer
    line = visit.text(f"answered.{given.ask}-{answer}", date=date, clock=clock)
    _turn(visit, line, reminder_id, given.ask)
    if given.worry:
        await worry.kept(visit, given.worry)


def _turn(visit: Visit, line: str, reminder_id: str, ask: str) -> None:
    """Add the outcome to the reminder, whose text must stay readable, and take the answered buttons away."""
    message = visit.tap.message if visit.tap else None
    before = message.text_html if message and message.text else ""
    if before and line not in before:
        line = f"{before}\n\n{line}"
    visit.turn(before if line in before else line, *_left(visit, reminder_id, ask))


def _left(visit: Visit, reminder_id: str, ask: str) -> list[reply.Row]:
    """Return the buttons that stay: those of another question, then the way to a person."""
    answered = f"{Tapped.CHECK_IN}:{reminder_id}:{ask}:"
    message = visit.tap.message if visit.tap else None
    markup = message.reply_markup.inline_keyboard if message and message.reply_markup else ()
    kept = [
        reply.Button(key.text, str(key.callback_data))
        for row in markup
        for key in row
        if str(key.callback_data).startswith(f"{Tapped.CHECK_IN}:{reminder_id}:")
        and not str(key.callback_data).startswith(answered)
    ]
    words = visit.catalog.person_button(visit.language, message.text_html if message and message.text else "")
    person = reply.Button(words, buttons.data(Tapped.WORRY, reminder_id))
    return [*kept, *([] if words in {key.label for key in kept} else [person])]
