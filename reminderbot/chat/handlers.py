"""Which function answers which command and which button; the small ones that only call a screen stand here."""

from collections.abc import Awaitable, Callable
from typing import Final

from reminderbot.chat import (
    answers,
    calendar_file,
    check_in,
    clinic_screen,
    dialogues,
    expect_screen,
    invite,
    letter,
    message_screen,
    mydata,
    pause,
    poster,
    privacy_screen,
    session_dialogue,
    settings_screen,
    skip,
    snooze,
    staff_screen,
    start,
    stop,
    timeline_screen,
    topics_screen,
    unanswered,
    unread,
    worry,
    worry_more,
    writing,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit

Handler = Callable[[Visit, str], Awaitable[None]]
"""Serves a command with the words after it, or a button with what stands after its prefix."""


async def _help(visit: Visit, _rest: str) -> None:
    visit.say(visit.text("help.all"), *start.menu(visit), *await writing.rows(visit))


async def _session(visit: Visit, _rest: str) -> None:
    if visit.chat.consented_at is None:
        await start.welcome(visit)
    else:
        await session_dialogue.begin(visit)


async def _move(visit: Visit, treatment_id: str) -> None:
    """Move one session; without its id the only one, or the one that is then chosen."""
    if treatment_id and visit.tap:
        await session_dialogue.begin_move(visit, treatment_id)
        return
    views = await timeline_screen.choose_move(visit)
    if len(views) == 1:
        await session_dialogue.begin_move(visit, views[0].id)


async def _timeline(visit: Visit, treatment_id: str) -> None:
    """Show a session's messages; by a button that names one, in the message that was tapped."""
    await timeline_screen.show(visit, treatment_id if visit.tap else "")


async def _next(visit: Visit, _rest: str) -> None:
    await timeline_screen.show_next(visit)


async def _expect(visit: Visit, _rest: str) -> None:
    await expect_screen.show(visit)


async def _worried(visit: Visit, words: str) -> None:
    heard = await worry.heard_in(visit, words) if words else ""
    await worry.raised(visit.speaking(heard), words=words or None)


async def _zone(visit: Visit, _rest: str) -> None:
    await settings_screen.ask_zone(visit)


async def _keep(visit: Visit, _rest: str) -> None:
    if not isinstance(await dialogues.load(visit), dialogues.Session):  # which has "Cancel" of its own, and goes on
        await dialogues.end(visit)
    visit.turn(visit.text("done.kept"))


async def _call_me(visit: Visit, worry_id: str) -> None:
    """Take a wish to be called: for the worry it stood under, or that is being told; else as a worry of its own."""
    step = await dialogues.load(visit)
    under = worry_id or (step.worry_id if isinstance(step, dialogues.More) else "")
    await (worry_more.call_me(visit, under) if under else unread.call_me(visit, ""))


COMMANDS: Final[dict[str, Handler]] = {
    "start": start.command,
    "session": _session,
    "move": _move,
    "timeline": _timeline,
    "next": _next,
    "expect": _expect,
    "topics": topics_screen.show_list,
    "worried": _worried,
    "settings": settings_screen.show,
    "clinic": clinic_screen.show,
    "language": settings_screen.ask_language,
    "timezone": _zone,
    "less": stop.less,
    "stop": stop.stop,
    "cancel": answers.leave,
    "privacy": privacy_screen.show,
    "mydata": mydata.send,
    "forget": privacy_screen.forget,
    "help": _help,
}
"""Every command but those of the topics, which stand in `messages/topics.toml`."""

TAPS: Final[dict[str, Handler]] = {
    Tapped.AGREE: start.agreed,
    Tapped.CHECK_IN: check_in.tapped,
    Tapped.WORRY: worry.tapped,
    Tapped.CALL_ME: _call_me,
    Tapped.DAY: answers.day,
    Tapped.CALENDAR: answers.calendar,
    Tapped.READ: answers.read,
    Tapped.TIME: answers.at,
    Tapped.ZONE: answers.zone,
    Tapped.HOUR: answers.hour,
    Tapped.SAVE: answers.save,
    Tapped.AGAIN: answers.again,
    Tapped.CANCEL: answers.cancel,
    Tapped.SESSION: _session,
    Tapped.MOVE: _move,
    Tapped.DROP: timeline_screen.drop,
    Tapped.DROPPED: timeline_screen.dropped,
    Tapped.TIMELINE: _timeline,
    Tapped.ROWS: message_screen.choose,
    Tapped.ONE: message_screen.show,
    Tapped.SNOOZE: snooze.tapped,
    Tapped.UNSNOOZE: snooze.undo,
    Tapped.SKIP: skip.skip,
    Tapped.UNSKIP: skip.unskip,
    Tapped.ICS: calendar_file.send,
    Tapped.NEXT: _next,
    Tapped.EXPECT: _expect,
    Tapped.TOPIC: topics_screen.tapped,
    Tapped.TOPICS: topics_screen.show_list,
    Tapped.LANGUAGE: settings_screen.language_tapped,
    Tapped.SETTINGS: settings_screen.show,
    Tapped.SET: settings_screen.ask,
    Tapped.QUIET: answers.quiet,
    Tapped.READS: settings_screen.reads_tapped,
    Tapped.PHONE: answers.phone,
    Tapped.STOP: stop.stop,
    Tapped.RESUME: stop.resume,
    Tapped.PAUSE: pause.tapped,
    Tapped.UNPAUSE: pause.lift,
    Tapped.LESS: stop.less,
    Tapped.TODAY_ONLY: skip.today_only,
    Tapped.ALL_AGAIN: skip.all_again,
    Tapped.PRIVACY: privacy_screen.show,
    Tapped.MY_DATA: mydata.send,
    Tapped.FORGET: privacy_screen.forget,
    Tapped.KEEP: _keep,
    Tapped.HELP: _help,
    Tapped.LETTER: letter.begin,
    Tapped.SEND: unanswered.send,
    Tapped.TAKE: staff_screen.taken,
    Tapped.DECLINE: invite.declined,
    Tapped.NAME: poster.name_tapped,
    Tapped.CLINIC: clinic_screen.show,
    Tapped.NOT_MINE: clinic_screen.not_mine,
}
"""Who answers which button, by prefix; `buttons.HANDLED` names the same."""
