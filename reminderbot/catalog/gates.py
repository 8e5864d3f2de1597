"""Every check that a folder of texts must pass before anyone is sent a word of it."""

import pathlib
import re
from collections.abc import Iterator
from typing import Final

from reminderbot.catalog import cues, files, grammar, guessing, language_files, plan_files, shelf, text_gates
from reminderbot.catalog.faults import Fault

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_CONSOLE: Final = "console."
_COMMAND_SHAPE: Final = "write 1 to 32 small letters, digits or _, without the /"


def faults(folder: pathlib.Path) -> list[Fault]:
    """Return everything wrong with a folder, in the order of files and lines; empty when it may be used."""
    read, found = files.read(folder)
    broken = {fault.file for fault in found}  # what cannot be read causes no faults elsewhere
    found += _blank_faults(read)
    found += _topic_faults(read, broken)
    found += _cue_faults(read)
    found += _command_faults(read)
    found += _plan_faults(read, broken)
    found += _language_faults(read, broken)
    found += _meaning_faults(read)
    for at in read.messages:
        found += text_gates.faults_of(read, at, broken)
    return sorted(set(found))


def _language_faults(read: shelf.Shelf, broken: set[str]) -> Iterator[Fault]:
    keys = {code: {key for language, key in read.messages if language == code} for code in read.languages}
    english = keys.get("en", set())
    for code in sorted(keys.keys() - {"en"}):
        for key in sorted(_needed(english, keys[code]) - keys[code]):
            yield from _missing(read.messages["en", key], code, read.name, broken)
        for key in sorted(keys[code] - english):
            yield from _extra(read.messages[code, key], english, broken, read.name)
        for key in sorted(english & keys[code]):
            yield from _differing_blanks(read, code, key)


def _needed(english: set[str], theirs: set[str]) -> set[str]:
    """Leave out the console's words where a language has none of them: its staff read another one."""
    has_console = any(key.startswith(_CONSOLE) for key in theirs)
    return english if has_console else {key for key in english if not key.startswith(_CONSOLE)}


def _missing(english: shelf.Message, code: str, folder: str, broken: set[str]) -> Iterator[Fault]:
    file = f"{folder}/{code}/{english.file.rsplit('/', 1)[-1]}"
    if file not in broken:
        remedy = f'add ["{english.key}"], translated from {english.file}:{english.line}'
        yield Fault(file, 1, english.key, "this text is missing", remedy)


def _extra(message: shelf.Message, english: set[str], broken: set[str], folder: str) -> Iterator[Fault]:
    file = message.file.rsplit("/", 1)[-1]
    if f"{folder}/en/{file}" not in broken:
        near = grammar.nearest(message.key, frozenset(english))
        remedy = f"did you mean “{near}”?" if near else "add it to English first, or remove it here"
        yield Fault(message.file, message.line, message.key, "English has no text under this key", remedy)


def _differing_blanks(read: shelf.Shelf, code: str, key: str) -> Iterator[Fault]:
    ours, english = read.templates.get((code, key)), read.templates.get(("en", key))
    if ours is None or english is None:
        return
    message = read.messages[code, key]
    for name in sorted(english.names - ours.names):
        remedy = f"use {{{{ {name} }}}} here too, or remove it from the English"
        yield Fault(message.file, message.line, key, f"the blank “{name}” of the English is not used", remedy)
    for name in sorted(ours.names - english.names):
        remedy = "remove it, or use it in the English too"
        yield Fault(
            message.file, text_gates.line_of(message, name), key, f"the English does not use the blank “{name}”", remedy
        )


def _meaning_faults(read: shelf.Shelf) -> Iterator[Fault]:
    """Yield what a language that says what blanks mean and facts say leaves out, or says of what is none."""
    for code, language in read.languages.items():
        for ours, english in ((language.meanings, read.blanks), (language.passages, read.facts)):
            file = f"{read.name}/{code}/{language_files.MEANINGS}"
            for name in sorted(english.keys() - ours.keys()) if ours else ():
                yield Fault(file, 1, name, "what this means is missing", f"add {name} = …, translated from the English")
            for name in sorted(ours.keys() - english.keys()):
                yield Fault(file, 1, name, "is neither a blank nor a fact", "remove it")


def _blank_faults(read: shelf.Shelf) -> Iterator[Fault]:
    file = f"{read.name}/blanks.toml"
    for blank in read.blanks.values():
        if not grammar.is_name(blank.name):
            yield Fault(file, blank.line, blank.name, "is not a name for a blank", "write small letters, digits and _")
        if type(blank.sample) is not type(blank.worst):
            remedy = "write both as a text, both as a number, or both as true/false"
            yield Fault(file, blank.line, blank.name, "sample and worst are of two kinds", remedy)
        if isinstance(blank.worst, str) and len(blank.worst) < len(str(blank.sample)):
            yield Fault(
                file, blank.line, blank.name, "worst is shorter than sample", "write the longest value there can be"
            )


def _topic_faults(read: shelf.Shelf, broken: set[str]) -> Iterator[Fault]:
    file, commands = f"{read.name}/topics.toml", set[str]()
    for topic in read.topics.values():
        yield from (Fault(file, topic.line, topic.key, *why) for why in _topic_problems(read, topic, broken))
        if topic.command in commands and topic.command:
            remedy = "give each topic a command of its own"
            yield Fault(file, topic.line, topic.key, f"the command “{topic.command}” is taken", remedy)
        commands.add(topic.command)


def _topic_problems(read: shelf.Shelf, topic: shelf.Topic, broken: set[str]) -> Iterator[tuple[str, str]]:
    if topic.command and not _COMMAND.fullmatch(topic.command):
        yield f"“{topic.command}” is not a command", _COMMAND_SHAPE
    elif topic.command and not _is_said(read, f"command.{topic.command}", broken):
        yield (
            f"nothing describes the command “{topic.command}”",
            f"add {topic.command} = … under [commands] in profile.toml",
        )
    if bool(topic.command) != bool(topic.order):
        yield "a command and an order go together", "add the other one, or remove both"
    if topic.parent and topic.parent not in read.topics:
        yield f"there is no topic “{topic.parent}”", "write the key of the topic that this one is a part of"
    yield from text_gates.unknown_facts(read, topic.facts, broken)
    if not _is_said(read, topic.message, broken):
        yield f"there is no text “{topic.message}”", _message_remedy(read, topic.message)
    for code in sorted(read.languages):
        message = read.messages.get((code, topic.message))
        if message and not message.phrases:
            what = f"nobody can ask for it in “{code}”"
            yield what, f'add phrases = ["…"] at {message.file}:{message.line}'


def _cue_faults(read: shelf.Shelf) -> Iterator[Fault]:
    """Tell cues of topics that do not exist."""
    for code, language in sorted(read.languages.items()):
        for topic in sorted({cue.topic for cue in language.cue_words.cues} - read.topics.keys() - {cues.OFF}):
            near = grammar.nearest(topic, frozenset(read.topics))
            remedy = f"did you mean “{near}”?" if near else "write the key of a topic of topics.toml"
            yield Fault(f"{read.name}/{code}/cues.toml", 1, topic, "there is no such topic", remedy)
        commands = {f"{guessing.COMMAND}{name}" for name, _ in language.cue_words.commands}
        for topic in sorted(language.examples.keys() - read.topics.keys() - commands - {cues.OFF, guessing.WORRY}):
            remedy = "write the key of a topic, off, worry, or command. and one of cues.toml"
            yield Fault(f"{read.name}/{code}/examples.toml", 1, topic, "there is no such topic", remedy)


def _command_faults(read: shelf.Shelf) -> Iterator[Fault]:
    for (_, key), message in read.messages.items():
        name = key.removeprefix("command.")
        if name != key and not _COMMAND.fullmatch(name):
            yield Fault(message.file, message.line, key, f"“{name}” is not a command", _COMMAND_SHAPE)


def _plan_faults(read: shelf.Shelf, broken: set[str]) -> Iterator[Fault]:
    for file in read.plans.values():
        plan, wrong = plan_files.parse(file)
        yield from wrong
        for number, step in enumerate(plan.steps if plan else ()):
            if not _is_said(read, step.message, broken):
                line = plan_files.line_of(file, number, "message")
                what = f"there is no text “{step.message}”"
                yield Fault(file.file, line, step.key, what, _message_remedy(read, step.message))


def _is_said(read: shelf.Shelf, key: str, broken: set[str]) -> bool:
    """Say whether English has the text, or may have it in a file that cannot be read."""
    return ("en", key) in read.messages or any(file.startswith(f"{read.name}/en/") for file in broken)


def _message_remedy(read: shelf.Shelf, key: str) -> str:
    near = grammar.nearest(key, frozenset(known for code, known in read.messages if code == "en"))
    return f"did you mean “{near}”?" if near else f'add ["{key}"] to every language'
