"""What a person writes without a command: stop, a worry, an answer, a date, a question."""

from reminderbot.catalog import reading
from reminderbot.chat import (
    answers,
    dialogues,
    letter,
    obeying,
    pause,
    reads,
    session_dialogue,
    spoken,
    start,
    stop,
    topics_screen,
    unanswered,
    worry,
    worry_more,
)
from reminderbot.chat.visit import Visit
from reminderbot.services import answering, phrases
from reminderbot.services.phrases import Heard, Wish


async def said(visit: Visit, text: str) -> None:
    """Answer a text: what stops or worries comes first, then the dialogue, then questions and dates."""
    step = await current(visit)
    match phrases.heard(visit.catalog, text):
        case Heard.CANCEL if step:
            await answers.leave(visit)
        case Heard.STOP | Heard.CANCEL:
            await stop.stop(visit)
        case None if isinstance(step, dialogues.Letter):
            heard = await worry.heard_in(visit, text)
            await letter.wrote(visit.speaking(heard), step, text, is_worry=bool(heard))
        case None if isinstance(step, dialogues.More):
            if not await spoken.tapped(visit, step, text):
                await worry_more.wrote(visit, step, text)
        case None if heard := await worry.heard_in(visit, text):
            await worry.raised(visit.speaking(heard), words=text)
        case None if await spoken.tapped(visit, step, text):
            pass
        case None if visit.chat.consented_at and await _is_wished(visit, step, text):
            pass
        case None:
            await _read(visit, step, text)


async def _is_wished(visit: Visit, step: dialogues.Step | None, text: str) -> bool:
    """Do what a few words wish that are less than a stop, or take thanks; False for any other text."""
    match phrases.wish(visit.catalog, text):
        case Wish.PAUSE:
            await pause.ask(visit)
        case Wish.LESS:
            await stop.less(visit)
        case Wish.THANKS if step is None:
            visit.say(visit.text("done.thanks"), *start.small_menu(visit))
        case _:
            return phrases.begins_with_pause(visit.catalog, text) and await pause.said(visit, text)
    return True


async def _read(visit: Visit, step: dialogues.Step | None, text: str) -> None:
    """Obey what is obeyed in the middle of a dialogue too; else take the text for an answer, or as it comes."""
    told = topics_screen.told(visit, text)
    if told.command in obeying.ALWAYS:
        await obeying.obey(visit, told, text)
    elif step:
        await _in_dialogue(visit, step, text)
    else:
        await _freely(visit, text, told)


async def current(visit: Visit) -> dialogues.Step | None:
    """Return the dialogue that the chat is in; one of letters, or about a worry, ends by itself."""
    step = await dialogues.load(visit)
    if isinstance(step, dialogues.Letter) and letter.has_lapsed(step, visit.now):
        await dialogues.end(visit)
        return None
    if isinstance(step, dialogues.More) and worry_more.has_lapsed(step, visit.now):
        await dialogues.end(visit)
        return None
    return step


async def _in_dialogue(visit: Visit, step: dialogues.Step, text: str) -> None:
    """Take an answer; a question in between is answered and the dialogue goes on."""
    if isinstance(step, dialogues.Phone) and await _is_date(visit, text):
        await session_dialogue.typed(visit, dialogues.Session(), text)
        return
    if await answers.typed(visit, step, text):
        return
    if await topics_screen.asked(visit, text, in_dialogue=True):
        await answers.repeat(visit, step)
        return
    if isinstance(step, dialogues.Session) and step.asks != dialogues.Asks.HOUR:
        zone = step.zone or (await visit.habits()).zone
        known = step.date if step.asks == dialogues.Asks.TIME else None
        visit.say(reads.sentence(visit, reads.read(visit, text, zone=zone, known_day=known)))
    else:
        visit.say(visit.text("help.not-an-answer"))
    await answers.repeat(visit, step)


async def _freely(visit: Visit, text: str, told: answering.Read) -> None:
    """Answer a question, or take a date as the beginning of a session; otherwise say what we can do.

    `told` is the text as it is read by itself, which takes longest of all that is done with it.
    """
    if told.command:
        await obeying.obey(visit, told, text)
        return
    if await topics_screen.asked(visit, text):
        return
    if visit.chat.consented_at is None:
        await start.welcome(visit)
        return
    found = reads.read(visit, text, zone=(await visit.habits()).zone)
    if found.kind is reading.Kind.REFUSE:
        await _unknown(visit.speaking(told.language), text)
        return
    await session_dialogue.typed(visit, dialogues.Session(), text)


async def _unknown(visit: Visit, text: str) -> None:
    """Say that we do not know, and keep it for the clinic; what holds no word that we know gets help.

    `visit` speaks the question's language.
    """
    is_question = answering.says_something(visit.catalog, text, language=visit.language)
    if not is_question or not visit.catalog.knows(text):
        visit.say(visit.text("help.fallback"), *start.menu(visit))
        return
    told, ways = await unanswered.kept(visit, text, language=visit.language)
    offer, sends = await unanswered.offered(visit, text)
    said = [await topics_screen.unknown(visit), told, offer]
    visit.say("\n\n".join(filter(None, said)), *sends, *topics_screen.switch(visit), *start.menu(visit), *ways)


async def _is_date(visit: Visit, text: str) -> bool:
    """Tell a date from a phone, which is digits too: the phone is asked for once, and need never be answered."""
    return reads.read(visit, text, zone=(await visit.habits()).zone).value is not None
