"""Questions and answers: the list, one answer, and what a person writes matched to an answer."""

from typing import Final

from reminderbot.catalog import shelf
from reminderbot.chat import buttons, expect_screen, reply, unanswered
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import addressee, own_answers, values

NOW: Final = "now"
"""The topic that is answered by the hour since the session."""

NEAREST: Final = 2
"""Further topics under an answer: more of them push the way to a person off the screen."""


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


async def asked(visit: Visit, text: str) -> bool:
    """Answer a question in the language it is asked in; False when no topic is near."""
    own = await _own(visit)
    match = visit.catalog.match(visit.language, text, own=own.asked)
    unsaid = next((each.topic for each in match.topics if not each.is_own and _is_unsaid(visit, each.topic)), None)
    for found in match.topics:
        is_last = found is match.topics[-1]
        if found.is_own:
            _answer_own(visit, own, found.topic, match.language, last=is_last)
            continue
        about = text if found.topic == unsaid else ""
        topic = visit.catalog.topic(found.topic)
        await answer(visit, topic, language=match.language, last=is_last, unanswered_text=about)
    return bool(match.topics)


async def answer(
    visit: Visit, topic: shelf.Topic, *, language: str | None = None, last: bool = True, unanswered_text: str = ""
) -> None:
    """Answer a topic; under the last answer stand the nearest topics and the way to a person.

    `unanswered_text` is the question, where the answer is that we do not know: it is kept for the clinic.
    """
    if topic.key == NOW:
        await expect_screen.show(visit)
        return
    spoken = language or visit.language
    filled = await values.of_chat(visit.work, visit.who, spoken, catalog=visit.catalog, now=visit.now)
    html = visit.catalog.say(spoken, topic.message, **filled)
    rows = _rows(visit, topic, spoken, html) if last else []
    if unanswered_text:
        told, ways = await unanswered.kept(visit, unanswered_text, language=spoken, topic=topic.key)
        html, rows = "\n\n".join(filter(None, [html, told])), [*rows, *ways]
    visit.say(html, *rows, protect=True)


async def _own(visit: Visit) -> own_answers.InForce:
    """Return what the clinic that looks after who asks answers by itself; nothing where there is none."""
    to = await addressee.of(visit.work, visit.who, now=visit.now)
    if to is None:
        return own_answers.InForce("")
    return await own_answers.in_force(visit.work, to.clinic_id, clinic_name=to.contact.clinic_name)


def _answer_own(visit: Visit, own: own_answers.InForce, key: str, spoken: str, *, last: bool) -> None:
    """Give an answer of the clinic's own, marked as such."""
    html = own_answers.said(visit.catalog, spoken, own.clinic_name, own.html[key])
    person = reply.Button(visit.catalog.say_plain(spoken, "button.person"), buttons.data(Tapped.WORRY))
    topics = visit.button("topics", buttons.data(Tapped.TOPICS))
    visit.say(html, *([topics, person] if last else []), protect=True)


def _is_unsaid(visit: Visit, key: str) -> bool:
    return not visit.catalog.topic(key).said


def _rows(visit: Visit, topic: shelf.Topic, spoken: str, html: str) -> list[reply.Row]:
    nearest = [_button(visit, near) for near in _nearest(visit, topic)]
    other = [] if spoken == visit.language else [_switch(visit, spoken)]
    person = reply.Button(visit.catalog.person_button(spoken, html), buttons.data(Tapped.WORRY))
    return [*nearest, *other, person]


def _nearest(visit: Visit, topic: shelf.Topic) -> list[shelf.Topic]:
    """Return the topics beside this one in the menu; its own parent comes first."""
    menu = list(visit.catalog.menu)
    at = next((place for place, near in enumerate(menu) if near.key in (topic.key, topic.parent)), 0)
    turned = menu[at:] + menu[:at]
    return [near for near in turned if near.key != topic.key][:NEAREST]


def _button(visit: Visit, topic: shelf.Topic) -> reply.Button:
    return visit.button(f"topic-{topic.key}", buttons.data(Tapped.TOPIC, topic.key))


def _switch(visit: Visit, language: str) -> reply.Button:
    label = visit.catalog.say_plain(language, "button.speak-this")
    return reply.Button(label, buttons.data(Tapped.LANGUAGE, language))


def _person(visit: Visit) -> reply.Button:
    return visit.button("person", buttons.data(Tapped.WORRY))
