"""What a `messages/` folder holds once it is read: messages, languages, topics, facts, blanks and plans."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from reminderbot.catalog import blanks, cues, worrying


@dataclasses.dataclass(frozen=True)
class Message:
    """A text under a key, in a language. `line` is that of its header, `text_line` that of the text's first line."""

    key: str
    language: str
    text: str
    facts: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    file: str = ""
    line: int = 1
    text_line: int = 1

    @property
    def hash(self) -> str:
        """The identity of this wording: sha256 over language, key and text, in hexadecimal."""
        return hashlib.sha256("\0".join((self.language, self.key, self.text)).encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Language:
    """A language we speak: its two-letter code, its name in itself, "ltr" or "rtl", and who has read it.

    `near` says yesterday, today and tomorrow, by days from today. `common` are the words of a question that say
    nothing of its topic, `joins` those between two questions, `cue_words` those that show it, `examples` what people
    have asked by topic. `worry_words` are those of somebody to whom something is happening. `meanings` are those of
    blanks, `passages` those of facts, for staff; English has them in blanks.toml and facts.toml.
    """

    code: str
    name: str
    direction: str
    reviewed_by: str
    near: Mapping[int, str]
    common: frozenset[str]
    joins: frozenset[str]
    cue_words: cues.Cues = dataclasses.field(default_factory=cues.Cues, repr=False)
    examples: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict, repr=False)
    worry_words: worrying.Words = dataclasses.field(default_factory=worrying.Words, repr=False)
    meanings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    passages: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Topic:
    """Something a patient may ask about: which message answers, and on which facts.

    With a `command` and an `order` it stands in the menu; with a `parent` it is a nearer answer than its parent's.
    Where `said` is false the article has no answer, and the text says so.
    """

    key: str
    message: str
    facts: tuple[str, ...]
    command: str
    order: int
    parent: str
    said: bool
    line: int


@dataclasses.dataclass(frozen=True)
class Blank:
    """A blank that any text may use: what it stands for, a value as usual and the longest one."""

    name: str
    meaning: str
    sample: blanks.Value
    worst: blanks.Value
    line: int


@dataclasses.dataclass(frozen=True)
class Fact:
    """One fact of the article, in our own words, that texts rest on."""

    id: str
    section: str
    says: str


@dataclasses.dataclass(frozen=True)
class PlanFile:
    """A plan as its file writes it: checked and made into a Plan by `plan_files`."""

    name: str
    file: str
    data: Mapping[str, Any]
    lines: Mapping[tuple[str, str], int]


@dataclasses.dataclass(frozen=True)
class Shelf:
    """Everything in the folder. `messages` and `templates` are under (language, key)."""

    name: str
    languages: Mapping[str, Language]
    messages: Mapping[tuple[str, str], Message]
    templates: Mapping[tuple[str, str], blanks.Template]
    topics: Mapping[str, Topic]
    facts: Mapping[str, Fact]
    blanks: Mapping[str, Blank]
    plans: Mapping[str, PlanFile]
