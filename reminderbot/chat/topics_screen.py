"""Questions and answers: the list, one answer, and what a person writes matched to an answer."""

from typing import Final

from reminderbot.catalog import shelf
from reminderbot.chat import buttons, expect_screen, reply, unanswered
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, answering, expectations, own_answers, values
from reminderbot.services import asked as state

Below = tuple[str, list[reply.Row]]
"""What stands under an answer: words, and their buttons."""

NOTHING: Final[Below] = ("", [])


async def show_list(visit: Visit, _rest: str = "") -> None:
    """Show all that can be asked."""
    rows = [_button(visit, topic) for topic in visit.catalog.menu]
    visit.say(visit.text("topics.list"), *rows, _person(visit))


async def tapped(visit: Visit, key: str) -> None:
    """Answer the topic of a button."""
    topic = next((topic for topic in visit.catalog.menu if topic.key == key), None)
    if topic is None:
        visit.toasts("toast.stale")
    else:
        await answer(visit, topic)


def told(visit: Visit, text: str) -> answering.Read:
    """Return a text as it is read by itself: which command it gives in plain words, if any, and its language."""
    return answering.read(visit.catalog, text, language=visit.language)


async def asked(visit: Visit, text: str, *, in_dialogue: bool = False) -> bool:
    """Answer a question in the language it is asked in; False when no topic is near.

    In a dialogue a time alone, "next week", is no question: we have asked ours since.
    """
    own = await _own(visit)
    before = await state.load(visit.work, visit.who, now=visit.now)
    found = answering.read(visit.catalog, text, language=visit.language, own=own.asked, last=before.topic)
    if (in_dialogue and found.is_time) or not (found.topics or found.own):
        return False
    spoken = visit.speaking(found.language)
    below = await _remembered(spoken, found, text)
    for key in found.own:
        _answer_own(spoken, own, key, last=not found.topics and key == found.own[-1])
    await _answer(spoken, found, text, below)
    return True


async def answer(visit: Visit, topic: shelf.Topic) -> None:
    """Answer a topic that was chosen; under it stand the nearest topics and the way to a person."""
    await _answer(visit, answering.Read(answering.Kind.ANSWER, visit.language, (topic.key,)), "")
    if visit.chat.consented_at:
        await state.save(visit.work, visit.who, state.Asked(topic.key), now=visit.now)


async def unknown(visit: Visit) -> str:
    """Return that we do not know, and the way to the clinic."""
    return answering.unknown(visit.catalog, visit.language, await _asker(visit))


async def _answer(visit: Visit, found: answering.Read, text: str, below: Below = NOTHING) -> None:
    """Say each answer; the first that the article does not give is kept for the clinic, the last has the buttons.

    `below` stands under the last one: an offer, and its button.
    """
    parts = answering.parts(visit.catalog, found, await _asker(visit)) if found.topics else []
    unsaid = next((part for part in parts if not part.said), None) if text else None
    for part in parts:
        if part.topic == answering.NOW:
            await expect_screen.show(visit)
            continue
        html, rows = part.html, _rows(visit, part.topic, part.html) if part is parts[-1] else []
        if part is unsaid:
            given, ways = await unanswered.kept(visit, text, language=visit.language, topic=part.topic)
            html, rows = "\n\n".join(filter(None, [html, given])), [*rows, *ways]
        if part is parts[-1]:
            html, rows = "\n\n".join(filter(None, [html, below[0]])), [*below[1], *rows]
        visit.say(html, *rows, protect=True)


async def _remembered(visit: Visit, found: answering.Read, text: str) -> Below:
    """Keep the topic for what may be asked about it next; a second miss in a row is offered to be sent."""
    if visit.chat.consented_at is None:
        return NOTHING
    topic = found.topics[-1] if found.topics else ""
    if found.kind is answering.Kind.ANSWER:
        await state.save(visit.work, visit.who, state.Asked(topic), now=visit.now)
        return NOTHING
    return await unanswered.offered(visit, text, topic=topic)


async def _asker(visit: Visit) -> answering.Asker:
    found = await expectations.phase(visit.work, visit.who, now=visit.now)
    filled = await values.of_chat(visit.work, visit.who, visit.language, catalog=visit.catalog, now=visit.now)
    return answering.Asker(found.phase, filled)


async def _own(visit: Visit) -> own_answers.InForce:
    """Return what the clinic that looks after who asks answers by itself; nothing where there is none."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    if to is None:
        return own_answers.InForce("")
    return await own_answers.in_force(visit.work, to.clinic_id, clinic_name=to.contact.clinic_name)


def _answer_own(visit: Visit, own: own_answers.InForce, key: str, *, last: bool) -> None:
    """Give an answer of the clinic's own, marked as such."""
    html = own_answers.said(visit.catalog, visit.language, own.clinic_name, own.html[key])
    topics = visit.button("topics", buttons.data(Tapped.TOPICS))
    visit.say(html, *([topics, _person(visit)] if last else []), protect=True)


def switch(visit: Visit) -> list[reply.Row]:
    """Offer to stay in the language of a question that is not the chat's."""
    if visit.language == visit.chat.language:
        return []
    return [visit.button("speak-this", buttons.data(Tapped.LANGUAGE, visit.language))]


def _rows(visit: Visit, topic: str, html: str) -> list[reply.Row]:
    nearest = [_button(visit, near) for near in answering.nearest(visit.catalog, topic)]
    person = reply.Button(visit.catalog.person_button(visit.language, html), buttons.data(Tapped.WORRY))
    return [*nearest, *switch(visit), person]


def _button(visit: Visit, topic: shelf.Topic) -> reply.Button:
    return visit.button(f"topic-{topic.key}", buttons.data(Tapped.TOPIC, topic.key))


def _person(visit: Visit) -> reply.Button:
    return visit.button("person", buttons.data(Tapped.WORRY))
