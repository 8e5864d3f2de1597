"""What the bot makes of a question in plain words: its kind and its topics, and the approved texts that answer it."""

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from reminderbot.catalog import asking, blanks, shelf, topics, worrying
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import phases
from reminderbot.services import phrases

NOW: Final = "now"
"""The topic that is answered by the hour since the session."""

NEAREST: Final = 2
"""Further topics under an answer: more of them push the way to a person off the screen."""

_AHEAD: Final = (phases.Phase.BEFORE, phases.Phase.EVE)
_HEALING: Final = "E"
"""What the ids of the facts about the time after a session begin with: their texts are read by the hour."""


class Kind(StrEnum):
    """What a text is taken for."""

    ANSWER = "answer"  # the article, or the clinic itself, has an answer to some of it
    UNKNOWN = "unknown"  # neither has; topics may name the text that says so
    WORRY = "worry"  # something is happening to the one who writes
    COMMAND = "command"  # it tells the bot to do something


@dataclasses.dataclass(frozen=True)
class Read:
    """A text as it was understood; `topics` are keys of topics, `own` those of the clinic's own answers.

    `language` is that to answer in: the text's own. `fragment`: it stood on the question before it, and has that one's
    topic. `is_time`: it is a time alone. `command` is which, where it is one.
    """

    kind: Kind
    language: str
    topics: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    fragment: bool = False
    is_time: bool = False
    command: str = ""


def read(
    catalog: catalogs.Catalog,
    text: str,
    *,
    language: str,
    own: Sequence[topics.Own] = (),
    worries: worrying.Own | None = None,
    last: str = "",
) -> Read:
    """Return what a text is taken for: a worry before all else, then a command, then a question.

    `last` is the topic that was answered just before, which a fragment ("and for how long?") asks about again.
    """
    if phrases.heard(catalog, text):
        return Read(Kind.COMMAND, language, command="stop")
    if heard := catalog.worried_in(language, text, own=worries):
        return Read(Kind.WORRY, heard)
    match = catalog.match(language, text, own=own)
    if match.command and not any(each.is_own for each in match.topics):
        return Read(Kind.COMMAND, match.language, command=match.command)
    found = tuple(each.topic for each in match.topics if not each.is_own)
    ours = tuple(each.topic for each in match.topics if each.is_own)
    if match.is_fragment and last and not ours and found != (NOW,):
        return Read(_kind(catalog, (last,)), match.language, (last,), fragment=True, is_time=match.is_time)
    kind = Kind.ANSWER if ours else _kind(catalog, found)
    return Read(kind, match.language, found, ours, is_time=match.is_time)


@dataclasses.dataclass(frozen=True)
class Asker:
    """Who asks, as far as an answer depends on it: the phase they are in, and what the blanks are filled with."""

    phase: phases.Phase
    filled: Mapping[str, blanks.Value] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Part:
    """One answer: its topic, its words as HTML, the facts that they rest on; `said`: the article does answer."""

    topic: str
    html: str
    facts: tuple[str, ...]
    said: bool


def parts(catalog: catalogs.Catalog, found: Read, asker: Asker) -> list[Part]:
    """Return the answers to what was asked, in the question's language; the last says that they are general."""
    made = [_part(catalog, catalog.topic(key), found.language, asker) for key in found.topics]
    if made:
        general = catalog.say(found.language, "question.general")
        made[-1] = dataclasses.replace(made[-1], html=f"{made[-1].html}\n\n{general}")
    return made


def says_something(catalog: catalogs.Catalog, text: str, *, language: str) -> bool:
    """Tell whether a text holds a word that could be about something: a question from "hello" and "12345"."""
    telling = set(asking.fold(text).split()) - catalog.language(language).common
    return any(len(word) > 1 and not word.isdigit() for word in telling)


def unknown(catalog: catalogs.Catalog, language: str, asker: Asker) -> str:
    """Return that we do not know, and the way to the clinic."""
    return catalog.say(language, "question.unknown", **asker.filled)


def alone(catalog: catalogs.Catalog, language: str) -> str:
    """Return what a worried person without a clinic is told: whom to call, and that nobody reads here."""
    emergency = catalog.say_plain(language, "contact.emergency")
    said = [catalog.say(language, "worry.nobody"), catalog.say(language, "worry.emergency", emergency=emergency)]
    return "\n\n".join([*said, catalog.say(language, "worry.read-by-nobody")])


def nearest(catalog: catalogs.Catalog, key: str) -> list[shelf.Topic]:
    """Return the topics beside one in the menu; its own parent comes first."""
    topic, menu = catalog.topic(key), list(catalog.menu)
    at = next((place for place, near in enumerate(menu) if near.key in (topic.key, topic.parent)), 0)
    turned = menu[at:] + menu[:at]
    return [near for near in turned if near.key != topic.key][:NEAREST]


def _part(catalog: catalogs.Catalog, topic: shelf.Topic, language: str, asker: Asker) -> Part:
    key = f"expect.{asker.phase}" if topic.key == NOW else topic.message
    words = catalog.say(language, key, **asker.filled)
    html = "\n\n".join([*_hour(catalog, topic, language, asker), words])
    return Part(topic.key, html, catalog.message(language, key).facts, topic.said)


def _hour(catalog: catalogs.Catalog, topic: shelf.Topic, language: str, asker: Asker) -> list[str]:
    """Return how far the session is, above what is for the time after it."""
    if asker.phase is phases.Phase.NONE or not any(fact.startswith(_HEALING) for fact in topic.facts):
        return []
    key = "question.ahead" if asker.phase in _AHEAD else "question.since"
    return [catalog.say(language, key, **asker.filled)]


def _kind(catalog: catalogs.Catalog, found: Sequence[str]) -> Kind:
    return Kind.ANSWER if any(catalog.topic(key).said for key in found) else Kind.UNKNOWN
