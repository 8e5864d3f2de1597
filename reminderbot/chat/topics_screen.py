"""Questions and answers: the list, one answer, and what a person writes matched to an answer."""

from typing import Final

from reminderbot.catalog import shelf
from reminderbot.chat import buttons, expect_screen, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import values

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
    match = visit.catalog.match(visit.language, text)
    found = [visit.catalog.topic(found.topic) for found in match.topics]
    for topic in found:
        await answer(visit, topic, language=match.language, last=topic is found[-1])
    return bool(found)


async def answer(visit: Visit, topic: shelf.Topic, *, language: str | None = None, last: bool = True) -> None:
    """Answer a topic; under the last answer stand the nearest topics and the way to a person."""
    if topic.key == NOW:
        await expect_screen.show(visit)
        return
    spoken = language or visit.language
    filled = await values.of_chat(visit.work, visit.who, spoken, catalog=visit.catalog, now=visit.now)
    html = visit.catalog.say(spoken, topic.message, **filled)
    visit.say(html, *(_rows(visit, topic, spoken, html) if last else ()), protect=True)


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
