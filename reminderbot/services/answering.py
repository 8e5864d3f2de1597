"""What the bot makes of a question in plain words: its kind and its topics, and the text that answers it."""

import dataclasses
from collections.abc import Sequence
from enum import StrEnum

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import topics, worrying


class Kind(StrEnum):
    """What a text is taken for."""

    ANSWER = "answer"  # the article, or the clinic itself, has an answer to some of it
    UNKNOWN = "unknown"  # neither has; topics may name the text that says so
    WORRY = "worry"  # something is happening to the one who writes
    COMMAND = "command"  # it tells the bot to do something


@dataclasses.dataclass(frozen=True)
class Read:
    """A text as it was understood; `topics` are keys of topics, `own` those of the clinic's own answers.

    `fragment`: it stood on the question before it, and has that one's topic. `command` is which, where it is one.
    """

    kind: Kind
    language: str
    topics: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    fragment: bool = False
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
    if catalog.is_worry(language, text, own=worries):
        return Read(Kind.WORRY, language)
    match = catalog.match(language, text, own=own)
    if match.command and not any(each.is_own for each in match.topics):
        return Read(Kind.COMMAND, match.language, command=match.command)
    found = tuple(each.topic for each in match.topics if not each.is_own)
    ours = tuple(each.topic for each in match.topics if each.is_own)
    if match.is_fragment and last and not ours and _is_open(catalog, found):
        return Read(_kind(catalog, (last,)), match.language, (last,), fragment=True)
    return Read(Kind.ANSWER if ours else _kind(catalog, found), match.language, found, ours)


def _kind(catalog: catalogs.Catalog, found: Sequence[str]) -> Kind:
    return Kind.ANSWER if any(catalog.topic(key).said for key in found) else Kind.UNKNOWN


def _is_open(catalog: catalogs.Catalog, found: Sequence[str]) -> bool:
    """Tell whether what a fragment was taken for by itself is nothing, or something that it is only a part of."""
    return not found or all(key in _GENERAL for key in found if catalog.topic(key))


_GENERAL = frozenset({"not-said.how-long", "how-it-works.how-long", "at-the-session.how-long", "now", "what-it-is"})
"""Topics that "how long?" and "what is it?" mean where nothing was asked before."""
