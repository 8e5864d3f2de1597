"""The first words: who writes, on what they rest, consent as a tap; and the way back for whoever knows us."""

from reminderbot.chat import (
    buttons,
    consent_words,
    dialogues,
    holds,
    invite,
    poster,
    reply,
    session_dialogue,
    staff_screen,
    timeline_screen,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import consent, linking, posters, stopping

WELCOME = "start.welcome"
"""The text that is agreed to; its hash is kept with the consent."""


async def command(visit: Visit, payload: str) -> None:
    """Answer /start: a link, a poster, a first meeting, a way back after a stop, or where we stand."""
    if payload.startswith(linking.PREFIX):
        await staff_screen.linked(visit, payload.removeprefix(linking.PREFIX))
    elif payload and (wall := await posters.scanned(visit.work, payload)):
        await poster.opened(visit, wall, welcome=welcome)
    elif payload:
        await invite.opened(visit, payload, welcome=welcome)
    elif visit.chat.consented_at is None:
        await welcome(visit)
    elif await stopping.is_stopped(visit.work, visit.who):
        visit.say(visit.text("start.stopped"), visit.button("resume", buttons.data(Tapped.RESUME)))
    else:
        await _again(visit)


async def welcome(visit: Visit, *rows: reply.Row) -> None:
    """Say who writes and ask for consent; the clinic that is met first has its own words. `rows` stand below."""
    own = await consent_words.opening(visit, shipped=visit.catalog.message(visit.language, WELCOME).hash)
    visit.say(
        own + visit.text(WELCOME, first_name=visit.first_name),
        visit.button("agree", buttons.data(Tapped.AGREE)),
        visit.button("what-is-stored", buttons.data(Tapped.PRIVACY)),
        *rows,
    )


async def agreed(visit: Visit, _rest: str) -> None:
    """Keep the consent, then go on to what it was asked for: a link, or the date of a session."""
    step = await dialogues.load(visit)
    seen = step.wording if isinstance(step, dialogues.Link | dialogues.Wall) else ""
    wording = seen or visit.catalog.message(visit.language, WELCOME).hash
    is_new = await consent.give(visit.work, visit.who, wording=wording, now=visit.now)
    if not is_new and not isinstance(step, dialogues.Link | dialogues.Wall):
        visit.toasts("toast.agreed-before")
        return
    visit.turn(visit.text("start.agreed"))
    if isinstance(step, dialogues.Link):
        await invite.ask_proof(visit, step.token)
    elif isinstance(step, dialogues.Wall):
        await poster.ask_name(visit, step.poster_id)
    else:
        await session_dialogue.begin(visit)


async def _again(visit: Visit) -> None:
    step = await dialogues.load(visit)
    if isinstance(step, dialogues.Session):
        await session_dialogue.repeat(visit, step)
        return
    html = await timeline_screen.next_text(visit)
    told, ways = await holds.line(visit)
    visit.say("\n\n".join(filter(None, [told, html])), *ways, *menu(visit))


def small_menu(visit: Visit) -> list[reply.Row]:
    """Return the buttons under a word of courtesy: what can be asked, and a person."""
    return [visit.button("topics", buttons.data(Tapped.TOPICS)), visit.button("person", buttons.data(Tapped.WORRY))]


def menu(visit: Visit) -> list[reply.Row]:
    """Return the buttons of what is asked for most, the next things first."""
    wanted = {
        "expect": Tapped.EXPECT,
        "timeline": Tapped.TIMELINE,
        "session": Tapped.SESSION,
        "topics": Tapped.TOPICS,
        "settings": Tapped.SETTINGS,
        "person": Tapped.WORRY,
    }
    return [visit.button(name, buttons.data(prefix)) for name, prefix in wanted.items()]
