"""The shipped texts as a whole: the same keys and blanks in every language, and no key in the code without its text."""

import ast
import dataclasses
import functools
import pathlib
import re
from collections.abc import Iterator

import reminderbot
from reminderbot.catalog import blanks, catalog, files, gates, shelf, telegram_html, variants

PACKAGE = pathlib.Path(reminderbot.__file__).parent
STANDARD = {"first_name", "session_day", "session_time", "clinic_name", "clinic_phone", "emergency", "day"}
"""The blanks that are always handed to the texts of the plan, of what to expect and of the topics."""

GIVEN_STANDARD = ("step.", "expect.", "topic.")
FILLING = {"say", "say_plain", "text", "toasts", "button", "NotFound", "NotAllowed", "Conflict", "Invalid"}
"""The calls that take a text's key and, as keywords, the values of its blanks."""

SHORT_KEY = re.compile(r"[a-z0-9_.-]+")
FILE = re.compile(r"\.(?:toml|html|py|txt|json|ics|png|css|js)$")
KEY = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


@dataclasses.dataclass(frozen=True)
class Use:
    """A place in the code that names a text; `given` is None where its blanks are not written out there."""

    where: str
    key: str
    given: frozenset[str] | None


@functools.cache
def shipped() -> shelf.Shelf:
    return files.load(files.default_folder())


@functools.cache
def uses() -> tuple[Use, ...]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(use for path in paths for use in uses_in(path.read_text(encoding="utf-8"), path.relative_to(PACKAGE)))


def uses_in(code: str, path: pathlib.Path) -> Iterator[Use]:
    """Yield every whole literal that is a key by its shape: said or refused by a call, or of a family of texts."""
    tree = ast.parse(code)
    calls = {id(argument): call for call in ast.walk(tree) if isinstance(call, ast.Call) for argument in call.args}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    for node in sorted(texts, key=lambda node: (node.lineno, node.col_offset)):
        key, call = str(node.value), calls.get(id(node))
        if call and name_of(call.func) == "button" and SHORT_KEY.fullmatch(key):
            key = f"button.{key}"
        filling = call if call and name_of(call.func) in FILLING else None
        if "console" in path.parts and ("en", f"console.{key}") in shipped().messages:
            key = f"console.{key}"
        if KEY.fullmatch(key) and not FILE.search(key) and (filling or key.split(".")[0] in families()):
            yield Use(f"{path}:{node.lineno}", key, keywords_of(filling) if filling else None)


@functools.cache
def families() -> set[str]:
    return {key.split(".")[0] for code, key in shipped().messages if code == "en"}


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def keywords_of(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def blanks_by_key(language: str) -> dict[str, frozenset[str]]:
    return {key: template.names for (code, key), template in shipped().templates.items() if code == language}


def test_the_shipped_texts_pass_every_gate() -> None:
    told = [str(fault) for fault in gates.faults(files.default_folder())]

    assert told == []


def test_every_key_exists_in_every_language_with_the_same_blanks() -> None:
    english = blanks_by_key("en")
    patients = {key: names for key, names in english.items() if not key.startswith("console.")}

    for language in shipped().languages:
        theirs = blanks_by_key(language)
        assert theirs == (english if "console.shell.skip" in theirs else patients), language


def test_every_text_parses_in_telegrams_html_and_is_short_enough_in_each_of_its_ways() -> None:
    for at, template in shipped().templates.items():
        for said in variants.fills(template, shipped().blanks):
            assert telegram_html.problem(said) is None, at
            assert telegram_html.visible_length(said) <= telegram_html.MAX_VISIBLE, at


def test_a_hostile_value_in_any_blank_of_any_text_brings_no_markup_with_it() -> None:
    hostile = '</b><a href="https://evil.example">\u202e&{{ emergency }}'
    for template in shipped().templates.values():
        given: dict[str, blanks.Value] = {
            name: hostile if isinstance(shipped().blanks[name].worst, str) else shipped().blanks[name].worst
            for name in template.names
        }
        assert "https://evil.example" not in "".join(re.findall(r"<[^>]*>", template.fill(given)))


def test_the_code_names_no_text_that_does_not_exist() -> None:
    missing = [f"{use.where} {use.key}" for use in uses() if ("en", use.key) not in shipped().messages]

    assert missing == []


def test_the_code_hands_in_every_blank_of_the_texts_it_names() -> None:
    lacking = []
    for use in uses():
        template = shipped().templates.get(("en", use.key))
        if template and use.given is not None and not use.key.startswith(GIVEN_STANDARD):
            lacking += [f"{use.where} {use.key} lacks {name}" for name in sorted(template.names - use.given)]

    assert lacking == []


def test_the_texts_of_plan_topics_and_phases_use_the_standard_blanks_alone() -> None:
    for (_, key), template in shipped().templates.items():
        if key.startswith(GIVEN_STANDARD):
            assert template.names <= STANDARD, key


def test_the_walk_over_the_code_finds_the_keys_it_looks_for() -> None:
    code = 'catalog.say(language, "no.such", day=1)\nraise errors.Invalid("refusal.nowhere", **values)\nx = "refusal.x"'

    assert list(uses_in(code, pathlib.Path("probe.py"))) == [
        Use("probe.py:1", "no.such", frozenset({"day"})),
        Use("probe.py:2", "refusal.nowhere", None),
        Use("probe.py:3", "refusal.x", None),
    ]


def test_every_command_of_a_topic_is_described() -> None:
    said = catalog.Catalog.load()
    described = {name for name, _ in said.commands("en")}

    assert {topic.command for topic in said.menu} <= described
