"""Reads the folder of one language: its texts, how the bot introduces itself, and the words it knows."""

import re
from typing import Any, Final

from reminderbot.catalog import blanks, cues, documents, forms, shelf, worrying

TEXT_FILES: Final = ("chat.toml", "expect.toml", "reading.toml", "refusals.toml", "steps.toml", "topics.toml")
"""The files of keyed texts; the others, such as cues.toml and dates.toml, have forms of their own."""

MEANINGS: Final = "meanings.toml"
"""What blanks.toml and facts.toml say in English, in a language that staff read; a language may leave it out."""

CONSOLE_FILES: Final = (
    "shell",
    "sign-in",
    "onboarding",
    "lists",
    "today",
    "patients",
    "letters",
    "clinic",
    "wording",
    "exchange",
    "plans",
    "editions",
    "time-machine",
    "cleaning",
    "faults",
)
"""The files of console/: sections of short words, each the text "console.<section>.<name>"."""

_KEY = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_TEXT: Final[forms.Fields] = {"text": str}
_TEXT_OPTIONAL: Final[forms.Fields] = {"facts": list, "phrases": list}
_LANGUAGE: Final[forms.Fields] = {"name": str, "direction": str, "reviewed_by": str}
_ASKING: Final[forms.Fields] = {"common": list, "joins": list}
_CUES: Final[forms.Fields] = {"short": dict, "openers": list, "small": list, "commands": dict, "topics": dict}
_CUES_OPTIONAL: Final[forms.Fields] = {
    "leans": list,
    "times": list,
    "persons": list,
    "attached": list,
    "lists": dict,
}
_WORRYING: Final[forms.Fields] = dict.fromkeys(worrying.LISTS, list)
_WORRYING_OPTIONAL: Final[forms.Fields] = {"lists": dict}
_PROFILE: Final[forms.Fields] = {"name": str, "description": str, "short_description": str}
_MEANINGS: Final[forms.Fields] = {"blanks": dict, "facts": dict}
_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}


class Reader:
    """Reads languages one after the other; what they hold gathers in `messages` and `templates`."""

    def __init__(self, binder: forms.Binder) -> None:
        self.binder = binder
        self.messages: dict[tuple[str, str], shelf.Message] = {}
        self.templates: dict[tuple[str, str], blanks.Template] = {}

    def read(self, code: str) -> shelf.Language | None:
        """Read all files of a language; None when they do not say what language it is."""
        for file in TEXT_FILES:
            self._texts(code, file)
        if (self.binder.folder / code / "console").is_dir():  # a folder of one's own may leave the console's words out
            for file in CONSOLE_FILES:
                self._console(code, f"{code}/console/{file}.toml")
        self._profile(code)
        near, common, joins = self._near(code), *self._asking(code)
        meanings, passages = self._meanings(code)
        document = self.binder.document(f"{code}/language.toml")
        if document is None or not self.binder.has_form(document, "", document.data, _LANGUAGE):
            return None
        if document.data["direction"] not in ("ltr", "rtl"):
            line = document.line("", "direction")
            self.binder.fault(document.name, line, "", "direction is neither ltr nor rtl", 'write "ltr" or "rtl"')
        shown, worries = self._cues(code), self._worrying(code)
        return shelf.Language(
            code=code,
            **document.data,
            near=near,
            common=common,
            joins=joins,
            cue_words=shown,
            examples=self._examples(code),
            worry_words=worries,
            meanings=meanings,
            passages=passages,
        )

    def _texts(self, code: str, file: str) -> None:
        if document := self.binder.document(f"{code}/{file}"):
            for key, entry in document.data.items():
                if self._is_entry(document, key, entry):
                    self._keep(document, _message(document, code, key, entry))

    def _is_entry(self, document: documents.Document, key: str, entry: object) -> bool:
        if not _KEY.fullmatch(key):
            # An unquoted [step.day-1] is a table "step" with one inside; its header is the line to show.
            line = next((at for (table, _), at in document.lines.items() if table.startswith(f"{key}.")), 0)
            remedy = 'write the key in quotes, with a dot: ["step.day-1"]'
            return self.binder.fault(document.name, line or document.line(key), key, "is not the key of a text", remedy)
        if not self.binder.has_form(document, key, entry, _TEXT, _TEXT_OPTIONAL):
            return False
        if isinstance(entry, dict) and not entry["text"].strip():
            remedy = 'write it between """ and """ after text ='
            return self.binder.fault(document.name, document.line(key, "text"), key, "the text is empty", remedy)
        return True

    def _keep(self, document: documents.Document, message: shelf.Message) -> None:
        at = (message.language, message.key)
        if at in self.messages:
            what = f"this key already stands in {self.messages[at].file}:{self.messages[at].line}"
            self.binder.fault(document.name, message.line, message.key, what, "remove one of the two")
            return
        self.messages[at] = message
        try:
            self.templates[at] = blanks.compile(message.text, message.language)
        except blanks.BlankError as error:
            line, what = message.text_line + error.line - 1, f"column {error.column}: {error.what}"
            self.binder.fault(document.name, line, message.key, what, error.remedy)

    def _console(self, code: str, file: str) -> None:
        """Keep the words of the console's pages: sections of names and texts."""
        document = self.binder.document(file)
        for section, words in document.data.items() if document else ():
            if document and self.binder.has_form(document, section, words, dict.fromkeys(words, str)):
                for name, says in words.items():
                    self._keep(document, _line(document, code, f"console.{section}.{name}", section, name, says))

    def _profile(self, code: str) -> None:
        """Keep how the bot introduces itself as the texts "profile.…", its commands as "command.…"."""
        document = self.binder.document(f"{code}/profile.toml")
        if document is None or not self.binder.has_form(document, "", document.data, {**_PROFILE, "commands": dict}):
            return
        for field in _PROFILE:
            self._keep(document, _line(document, code, f"profile.{field}", "", field, document.data[field]))
        commands: dict[str, Any] = document.data["commands"]
        if self.binder.has_form(document, "commands", commands, dict.fromkeys(commands, str)):
            for name, says in commands.items():
                self._keep(document, _line(document, code, f"command.{name}", "commands", name, says))

    def _meanings(self, code: str) -> tuple[dict[str, str], dict[str, str]]:
        """Take what blanks mean and facts say for staff who read the language; nothing where it has no such file."""
        file = f"{code}/{MEANINGS}"
        document = self.binder.document(file) if (self.binder.folder / file).is_file() else None
        if document is None or not self.binder.has_form(document, "", document.data, _MEANINGS):
            return {}, {}
        tables: dict[str, dict[str, str]] = dict(document.data)
        for name, each in tables.items():
            self.binder.has_form(document, name, each, dict.fromkeys(each, str))
        return tables["blanks"], tables["facts"]

    def _near(self, code: str) -> dict[int, str]:
        """Take the words that we say for the days around today: the first of each list that we read."""
        document = self.binder.document(f"{code}/dates.toml")
        days = document.data.get("days") if document else None
        near = {}
        for away, meaning in _NEAR.items():
            words = days.get(str(away)) if isinstance(days, dict) else None
            if isinstance(words, list) and words and isinstance(words[0], str):
                near[away] = words[0]
            elif document:
                remedy = f'write {away} = ["…"] under [days], first the word as we say it'
                self.binder.fault(document.name, document.line("days"), "days", f"no word for {meaning}", remedy)
        return near

    def _asking(self, code: str) -> tuple[frozenset[str], frozenset[str]]:
        document = self.binder.document(f"{code}/asking.toml")
        if document is None or not self.binder.has_form(document, "", document.data, _ASKING):
            return frozenset(), frozenset()
        return frozenset(document.data["common"]), frozenset(document.data["joins"])

    def _cues(self, code: str) -> cues.Cues:
        """Take the words that show a topic; a language without the file is matched by its phrases alone."""
        file = f"{code}/cues.toml"
        document = self.binder.document(file) if (self.binder.folder / file).is_file() else None
        if document is None or not self.binder.has_form(document, "", document.data, _CUES, _CUES_OPTIONAL):
            return cues.Cues()
        for table, kind in (("short", str), ("commands", list), ("topics", list), ("lists", str)):
            if not self._holds(document, table, kind):
                return cues.Cues()
        given = document.data
        try:
            return cues.Cues.of(**given)
        except KeyError as missing:
            self._no_list(document, missing)
            return cues.Cues()

    def _examples(self, code: str) -> dict[str, tuple[str, ...]]:
        """Take what people have asked, by topic; a language without the file has the phrases of its topics."""
        file = f"{code}/examples.toml"
        document = self.binder.document(file) if (self.binder.folder / file).is_file() else None
        if document is None or not self.binder.has_form(
            document, "", document.data, dict.fromkeys(document.data, list)
        ):
            return {}
        return {topic: tuple(lines) for topic, lines in document.data.items()}

    def _worrying(self, code: str) -> worrying.Words:
        document = self.binder.document(f"{code}/worrying.toml")
        if document is None or not self.binder.has_form(document, "", document.data, _WORRYING, _WORRYING_OPTIONAL):
            return worrying.Words()
        try:
            return worrying.Words.of(document.data, document.data.get("lists"))
        except KeyError as missing:
            self._no_list(document, missing)
            return worrying.Words()

    def _holds(self, document: documents.Document, table: str, kind: type) -> bool:
        entries = document.data.get(table, {})
        return self.binder.has_form(document, table, entries, dict.fromkeys(entries, kind))

    def _no_list(self, document: documents.Document, missing: KeyError) -> None:
        name = str(missing.args[0])
        self.binder.fault(document.name, 1, name, f"there is no list “{name}”", f"add {name} = … under [lists]")


def _message(document: documents.Document, code: str, key: str, entry: dict[str, Any]) -> shelf.Message:
    facts, phrases = tuple(entry.get("facts", ())), tuple(entry.get("phrases", ()))
    line, text_line = document.line(key), _first_line(document.line(key, "text"), entry["text"])
    return shelf.Message(key, code, entry["text"].strip(), facts, phrases, document.name, line, text_line)


def _line(document: documents.Document, code: str, key: str, table: str, field: str, text: str) -> shelf.Message:
    line = document.line(table, field)
    return shelf.Message(key, code, text.strip(), (), (), document.name, line, _first_line(line, text))


def _first_line(line: int, raw: str) -> int:
    # tomllib drops the newline right after the opening quotes, so a text of several lines starts one line below.
    return line + (1 if "\n" in raw else 0) + len(raw) - len(raw.lstrip("\n"))
