"""What a person writes without a command: stop, a worry, an answer, a date, a question; and what we cannot see."""

from reminderbot.catalog import reading
from reminderbot.chat import (
    answers,
    buttons,
    dialogues,
    letter,
    obeying,
    phrases,
    reads,
    reply,
    session_dialogue,
    start,
    stop,
    topics_screen,
    unanswered,
    worry,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.phrases import Heard
from reminderbot.chat.visit import Visit
from reminderbot.services import contact


async def said(visit: Visit, text: str) -> None:
    """Answer a text: what stops or worries comes first, then the dialogue, then questions and dates."""
    step = await current(visit)
    match phrases.heard(visit.catalog, text):
        case Heard.CANCEL if step:
            await answers.leave(visit)
        case Heard.STOP | Heard.CANCEL:
            await stop.stop(visit)
        case None if isinstance(step, dialogues.Letter):
            await letter.wrote(visit, step, text, is_worry=await worry.is_heard(visit, text))
        case None if await worry.is_heard(visit, text):
            await worry.raised(visit, words=text)
        case None if (command := topics_screen.told(visit, text)) in obeying.ALWAYS:
            await obeying.obey(visit, command, text)
        case None if step:
            await _in_dialogue(visit, step, text)
        case None:
            await _freely(visit, text)


async def unseen(visit: Visit, caption: str, *, is_voice: bool) -> None:
    """Say that we cannot see a picture or hear a voice, and whom to call; a worry in the caption is heard."""
    if caption and await worry.is_heard(visit, caption):
        await worry.raised(visit, words=caption)
        return
    step = await current(visit)
    if isinstance(step, dialogues.Letter):
        await letter.unseen(visit, step)
        return
    to = await contact.of(visit.work, visit.who, now=visit.now)
    key = "help.unheard" if is_voice else "help.unseen"
    visit.say(visit.text(key, clinic_name=to.clinic_name, clinic_phone=to.phone), person(visit))


async def current(visit: Visit) -> dialogues.Step | None:
    """Return the dialogue that the chat is in; one of letters ends by itself."""
    step = await dialogues.load(visit)
    if isinstance(step, dialogues.Letter) and letter.has_lapsed(step, visit.now):
        await dialogues.end(visit)
        return None
    return step


def person(visit: Visit) -> reply.Button:
    """Return the button that leads to a person."""
    return visit.button("person", buttons.data(Tapped.WORRY))


async def _in_dialogue(visit: Visit, step: dialogues.Step, text: str) -> None:
    """Take an answer; a question in between is answered and the dialogue goes on."""
    if isinstance(step, dialogues.Phone) and await _is_date(visit, text):
        await session_dialogue.typed(visit, dialogues.Session(), text)
        return
    if await answers.typed(visit, step, text):
        return
    if await topics_screen.asked(visit, text):
        await answers.repeat(visit, step)
        return
    if isinstance(step, dialogues.Session) and step.asks != dialogues.Asks.HOUR:
        zone = step.zone or (await visit.habits()).zone
        known = step.date if step.asks == dialogues.Asks.TIME else None
        visit.say(reads.sentence(visit, reads.read(visit, text, zone=zone, known_day=known)))
    else:
        visit.say(visit.text("help.not-an-answer"))
    await answers.repeat(visit, step)


async def _freely(visit: Visit, text: str) -> None:
    """Answer a question, or take a date as the beginning of a session; otherwise say what we can do."""
    if command := topics_screen.told(visit, text):
        await obeying.obey(visit, command, text)
        return
    if await topics_screen.asked(visit, text):
        return
    if visit.chat.consented_at is None:
        await start.welcome(visit)
        return
    found = reads.read(visit, text, zone=(await visit.habits()).zone)
    if found.kind is reading.Kind.REFUSE:
        await _unknown(visit, text)
        return
    await session_dialogue.typed(visit, dialogues.Session(), text)


async def _unknown(visit: Visit, text: str) -> None:
    """Say that we do not know, and keep it for the clinic; what holds no word that tells anything gets help."""
    if not topics_screen.says_something(visit, text):
        visit.say(visit.text("help.fallback"), *start.menu(visit))
        return
    told, ways = await unanswered.kept(visit, text, language=visit.language)
    offer, sends = await unanswered.offered(visit, text)
    said = [await topics_screen.unknown(visit), told, offer]
    visit.say("\n\n".join(filter(None, said)), *sends, *start.menu(visit), *ways)


async def _is_date(visit: Visit, text: str) -> bool:
    """Tell a date from a phone, which is digits too: the phone is asked for once, and need never be answered."""
    return reads.read(visit, text, zone=(await visit.habits()).zone).value is not None
