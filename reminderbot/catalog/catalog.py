"""What we say: the text of a key in a language, filled; topics, plans, dates and languages beside it."""

import dataclasses
import functools
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType

from reminderbot.catalog import (
    asking,
    blanks,
    dates,
    files,
    plan_files,
    reading,
    shelf,
    telegram_html,
    topics,
    worrying,
    wrongs,
)
from reminderbot.planning import plans

ENGLISH = "en"
"""The language that every text exists in, and the one for people whose own we do not speak."""

BUTTON = "button."
WORRIED = f"{BUTTON}worried"
PERSON = f"{BUTTON}person"


@dataclasses.dataclass(frozen=True, repr=False)  # thousands of texts: whoever logs one would wait for it
class Catalog:
    """The texts in force. Immutable: wording from the database makes a new one by `overlaid`."""

    _folder: pathlib.Path
    _shelf: shelf.Shelf
    _messages: Mapping[tuple[str, str], shelf.Message]
    _templates: Mapping[tuple[str, str], blanks.Template]
    _plans: Mapping[str, plans.Plan]
    _matcher: topics.Matcher

    @classmethod
    def load(cls, folder: pathlib.Path | None = None) -> "Catalog":
        """Read `folder` (the shipped one by default) whole; raises errors.Unusable if any file is broken.

        A folder none of whose files has changed since is not read twice.
        """
        chosen = folder or files.default_folder()
        return cls._read(chosen, files.fingerprint(chosen))

    @classmethod
    @functools.lru_cache(maxsize=2)
    def _read(cls, folder: pathlib.Path, _fingerprint: files.Fingerprint) -> "Catalog":
        read = files.load(folder)
        return cls(
            _folder=folder,
            _shelf=read,
            _messages=read.messages,
            _templates=read.templates,
            _plans=MappingProxyType(plan_files.load(read)),
            _matcher=topics.Matcher.of(read),
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages we speak, English first."""
        return tuple(sorted(self._shelf.languages, key=lambda code: (code != ENGLISH, code)))

    @property
    def console_languages(self) -> tuple[str, ...]:
        """Those that have the console's words, too; a folder may leave them out."""
        spoken = {code for code, key in self._messages if key.startswith("console.")}
        return tuple(code for code in self.languages if code in spoken)

    def language(self, code: str) -> shelf.Language:
        """Return a language we speak; KeyError for any other (see `match_language`)."""
        return self._shelf.languages[code]

    def match_language(self, code: str | None) -> str:
        """Return the language for a code as Telegram hands it in: "es-MX" is "es", an unknown one "en"."""
        wanted = (code or "").replace("_", "-").split("-")[0].lower()
        return wanted if wanted in self._shelf.languages else ENGLISH

    def say(self, language: str, key: str, /, **values: blanks.Value) -> str:
        """Return the text as Telegram HTML, its blanks filled with escaped values.

        English stands in where a language lacks the key. KeyError for a key that does not exist,
        blanks.BlankError when a blank is not handed in; more values than the text needs are fine.
        """
        return self._templates[self._at(language, key)].fill(values)

    def say_plain(self, language: str, key: str, /, **values: blanks.Value) -> str:
        """Return the text without markup: for buttons, toasts, the command list, the terminal and calendars."""
        return telegram_html.plain(self.say(language, key, **values))

    def told(self, language: str, wrong: wrongs.Wrong) -> tuple[str, str]:
        """Return what is wrong with a text that somebody writes, and what to write instead, for staff."""
        said, name = dict(wrong.said), f"console.faults.{wrong.name}"
        return self.say_plain(language, name, **said), self.say_plain(language, f"{name}-fix", **said)

    def person_button(self, language: str, html: str) -> str:
        """Return the words of the button under `html` that leads to a person: those by which the text calls it."""
        worried = self.say_plain(language, WORRIED)
        return worried if worried in telegram_html.plain(html) else self.say_plain(language, PERSON)

    def buttons(self, text: str) -> frozenset[str]:
        """Return the names of the buttons whose words the whole text is, in any language we speak.

        Of those whose words have no blanks.
        """
        return self._buttons.get(asking.fold(text), frozenset())

    @functools.cached_property
    def _buttons(self) -> Mapping[str, frozenset[str]]:
        named: dict[str, set[str]] = {}
        for (_, key), template in self._templates.items():
            if key.startswith(BUTTON) and not template.names:
                named.setdefault(asking.fold(telegram_html.plain(template.fill({}))), set()).add(key[len(BUTTON) :])
        return {words: frozenset(names) for words, names in named.items()}

    def plain(self, html: str) -> str:
        """Return what a reader sees of a text of Telegram HTML."""
        return telegram_html.plain(html)

    @property
    def date_words(self) -> reading.Words:
        """The words of typed dates in every language of the same folder."""
        return reading.load(self._folder)

    def has(self, language: str, key: str) -> bool:
        """Say whether the language itself has the key."""
        return (language, key) in self._templates

    def message(self, language: str, key: str) -> shelf.Message:
        """Return the wording in force: its text as written, its facts and its hash."""
        return self._messages[self._at(language, key)]

    def template(self, language: str, key: str) -> blanks.Template:
        """Return the wording in force, ready to be filled."""
        return self._templates[self._at(language, key)]

    def keys(self, prefix: str = "") -> tuple[str, ...]:
        """Return the keys of English that begin with `prefix`, in alphabetical order."""
        return tuple(sorted(key for code, key in self._messages if code == ENGLISH and key.startswith(prefix)))

    def commands(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return the commands with their descriptions in a language, in the order in which a menu shows them."""
        names = (
            key.removeprefix("command.")
            for code, key in self._messages
            if code == ENGLISH and key.startswith("command.")
        )
        return tuple((name, self.say_plain(language, f"command.{name}")) for name in names)

    def plan(self, key: str) -> plans.Plan:
        """Return the shipped plan under `key`; KeyError if there is none."""
        return self._plans[key]

    @property
    def plan_keys(self) -> tuple[str, ...]:
        """The keys of the shipped plans."""
        return tuple(sorted(self._plans))

    def texts_of(self, plan: plans.Plan) -> tuple[shelf.Message, ...]:
        """Return the wording of every step in every language: what is copied when the plan is first used."""
        keys = dict.fromkeys(step.message for step in plan.steps)
        return tuple(self.message(language, key) for key in keys for language in self.languages)

    @property
    def menu(self) -> tuple[shelf.Topic, ...]:
        """The topics that have a button and a command, in their order."""
        listed = (topic for topic in self._shelf.topics.values() if topic.order)
        return tuple(sorted(listed, key=lambda topic: (topic.order, topic.key)))

    def topic(self, key: str) -> shelf.Topic:
        """Return a topic by its key; KeyError if there is none."""
        return self._shelf.topics[key]

    def called(self, language: str, key: str) -> str:
        """Return what a topic is called in a list: the first way to ask for it. The key, if there is no such topic."""
        topic = self._shelf.topics.get(key)
        phrases = self.message(language, topic.message).phrases if topic else ()
        return phrases[0] if phrases else key

    @property
    def facts(self) -> Mapping[str, shelf.Fact]:
        """The facts of the article that the texts rest on, by id."""
        return self._shelf.facts

    @property
    def blanks(self) -> Mapping[str, shelf.Blank]:
        """Every blank that a text may use, by name."""
        return self._shelf.blanks

    def meaning(self, language: str, blank: str) -> str:
        """Return what a blank stands for, in English where the language does not say it."""
        held = self._shelf.languages.get(language)
        return (held and held.meanings.get(blank)) or self.blanks[blank].meaning

    def passage(self, language: str, fact: str) -> str:
        """Return what a fact says, in our words, in English where the language does not say it."""
        held = self._shelf.languages.get(language)
        return (held and held.passages.get(fact)) or self.facts[fact].says

    def match(self, language: str, text: str, *, own: Sequence[topics.Own] = ()) -> topics.Match:
        """Return the topics that a question asks for, best first, and the language it is asked in.

        A clinic's `own` answers come before the shipped topics, unless one of these fits better.
        """
        matcher = self._matcher.before(own) if own else self._matcher
        found = matcher.match(text, language)
        return dataclasses.replace(found, topics=()) if self._is_a_time(text) else found

    def is_worry(self, language: str, text: str, *, own: worrying.Own | None = None) -> bool:
        """Tell whether a text tells of something that is happening to who writes it; `own` are a clinic's own words."""
        return bool(self.worried_in(language, text, own=own))

    def worried_in(self, language: str, text: str, *, own: worrying.Own | None = None) -> str:
        """Return the language in which a text is a worry, to answer it in; empty where it is none."""
        heard = self._matcher.worried_in(text, language, own=own)
        return "" if heard and self._is_a_time(text) else heard

    def _is_a_time(self, text: str) -> bool:
        """Tell whether a text says when, and nothing else: "yesterday at 4 pm" is no worry and no question."""
        return reading.says_when_alone(text, self.date_words)

    def learn(self, languages: Iterable[str]) -> None:
        """Learn what can be asked in some languages, before the first question in one of them comes."""
        self._matcher.learn(languages)

    def knows(self, text: str) -> bool:
        """Tell whether any word of a text is known: "qwertz" is none."""
        return self._matcher.knows(text)

    def day(self, language: str, on: date, *, today: date) -> str:
        """Return "Tuesday 24 November", with the year when it is not that of `today`."""
        return dates.day(on, language, today=today)

    def clock(self, language: str, at: time) -> str:
        """Return "15:30" as the language's readers write it."""
        return dates.clock(at, language)

    def day_and_clock(self, language: str, local: datetime, *, today: date) -> str:
        """Return "Tuesday 24 November, 15:30", with the comma of the language."""
        return dates.moment(local, language, today=today)

    def moment(self, language: str, local: datetime, *, today: date) -> str:
        """Return "tomorrow, Tuesday 24 November, 15:30" for an already-local time."""
        return dates.moment(local, language, today=today, near=self.language(language).near)

    def shipped(self, language: str, key: str) -> str:
        """Return a text as it is shipped, English where the language lacks it; empty for a key that is not shipped."""
        try:
            return self.message(language, key).text
        except KeyError:
            return ""

    def with_plans(self, own: Mapping[str, plans.Plan]) -> "Catalog":
        """Return a catalog that knows a clinic's own plans, too; a text that only they say is empty here."""
        if not own:
            return self
        keys = {step.message for plan in own.values() for step in plan.steps} - {key for _, key in self._messages}
        messages = {(ENGLISH, key): shelf.Message(key, ENGLISH, "") for key in keys}
        templates = {(ENGLISH, key): blanks.compile("") for key in keys}
        return dataclasses.replace(
            self,
            _plans=MappingProxyType({**self._plans, **own}),
            _messages=MappingProxyType({**self._messages, **messages}),
            _templates=MappingProxyType({**self._templates, **templates}),
        )

    def overlaid(self, rows: Mapping[tuple[str, str], str]) -> "Catalog":
        """Return a catalog in which the texts under (language, key) are those of `rows`.

        Raises blanks.BlankError if one of them does not keep the grammar: wording is checked before it is published.
        """
        if not rows:
            return self
        messages = {at: dataclasses.replace(self._base(at), text=text) for at, text in rows.items()}
        templates = {at: blanks.compile(text, at[0]) for at, text in rows.items()}
        return dataclasses.replace(
            self,
            _messages=MappingProxyType({**self._messages, **messages}),
            _templates=MappingProxyType({**self._templates, **templates}),
        )

    def _base(self, at: tuple[str, str]) -> shelf.Message:
        return self._messages.get(at) or shelf.Message(key=at[1], language=at[0], text="")

    def _at(self, language: str, key: str) -> tuple[str, str]:
        return (language, key) if (language, key) in self._templates else (ENGLISH, key)
