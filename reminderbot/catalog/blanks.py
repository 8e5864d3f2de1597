"""Texts with blanks: compiled by a cut-down Liquid, filled with escaped values."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import liquid
from liquid.builtin import content, illegal, output
from liquid.builtin.tags import case_tag, if_tag, unless_tag
from liquid.exceptions import LiquidError, ResourceLimitError

from reminderbot.catalog import grammar, isolates, tongues, wrongs
from reminderbot.catalog.grammar import BlankError as BlankError

Value = str | int | bool
"""What a blank may be filled with; nothing that has parts."""

MAX_FILLED: Final = 32_768
"""Bytes of a filled text: Telegram refuses more before it even parses (telegram.md, "Limits")."""

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_TAGS_ALONE = re.compile(r"^[ \t]*((?:\{%[^{}%]*%\})+)[ \t]*(?:\n|\Z)", re.MULTILINE)
_PLURAL = re.compile(r"\{%\s*plural\s+([a-z0-9_]+)\s*%\}")
_END_OF_PLURAL = re.compile(r"\{%\s*endplural\s*%\}")
_LINE_END = re.compile(r"\r\n?")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclasses.dataclass(frozen=True)
class Template:
    """A text that may be filled any number of times; `names` are the blanks it uses, `counted` those in a plural."""

    source: str
    language: str
    names: frozenset[str]
    counted: frozenset[str]
    _liquid: liquid.BoundTemplate | str = dataclasses.field(repr=False, compare=False)

    def fill(self, values: Mapping[str, Value]) -> str:
        """Return the text with every value escaped; an empty value counts as absent in `if`.

        In a text that is read from the right, values that are not are set apart by isolates. A line that holds only
        tags leaves no empty line behind. Raises BlankError when a value is missing or cannot be compared as the text
        asks.
        """
        missing = sorted(self.names - values.keys())
        if missing:
            raise BlankError(1, 1, wrongs.of("blank-empty", text=missing[0], words=", ".join(missing)))
        given = {name: _plain(name, values[name]) for name in self.names}
        given |= {_form_of(name): _form(name, values[name], self.language) for name in self.counted}
        try:
            filled = self._liquid if isinstance(self._liquid, str) else self._liquid.render(given)
        except LiquidError as problem:
            _raise_blank_error(problem)
        return isolates.settled(_EMPTY_LINES.sub("\n\n", filled).strip())


def compile(source: str, language: str = "en") -> Template:
    """Return the template of a text; raises BlankError with line, column, what is wrong and what to write."""
    names = grammar.names_of(source, tongues.forms(language))
    counted = frozenset(_PLURAL.findall(source))
    given = _END_OF_PLURAL.sub("{% endcase %}", _PLURAL.sub(_case_of, _TAGS_ALONE.sub(r"\1", source)))
    from_right = tongues.is_right_to_left(language)
    given = isolates.of_source(given) if from_right else given
    if "{" not in given:  # three texts of four; a line ends as Liquid writes its end
        return Template(source, language, names, counted, _LINE_END.sub("\n", given))
    try:
        made = _ENVIRONMENTS[from_right].from_string(given)
    except LiquidError as problem:
        _raise_blank_error(problem)
    return Template(source, language, names, counted, made)


def escape(value: str) -> str:
    """Return `value` as Telegram's HTML shows it literally, in a text and in a link's address."""
    return value.translate(_ESCAPES)


def _case_of(plural: re.Match[str]) -> str:
    return f"{{% case {_form_of(plural[1])} %}}"


def _form_of(name: str) -> str:
    return f"{name}-form"  # with a hyphen, which no blank of a text has


def _form(name: str, value: Value, language: str) -> str:
    if type(value) is not int:
        raise BlankError(1, 1, wrongs.of("plural-count", text=name))
    return tongues.form(value, language)


def _raise_blank_error(problem: LiquidError) -> NoReturn:
    where = problem.context()
    line, column = (where[0], where[1] + 1) if where else (1, 1)
    is_overfull = isinstance(problem, ResourceLimitError)
    wrong = wrongs.of("overfull", most=MAX_FILLED) if is_overfull else wrongs.of("unfillable")
    raise BlankError(line, column, wrong) from None


def _plain(name: str, value: Value) -> Value | None:
    # Liquid counts "" as true; None is what it calls absent, and it prints as nothing.
    if type(value) not in (str, int, bool):
        raise TypeError(f"the blank {name} takes a text, a number or a yes/no, not {type(value).__name__}")
    return None if value == "" and isinstance(value, str) else value


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _capitalize(value: object) -> str:
    return _text(value)[:1].upper() + _text(value)[1:]


def _default(value: object, otherwise: object) -> object:
    return otherwise if value is None or value is False else value


def _truncate(value: object, length: int) -> str:
    text = _text(value)
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


class _EscapedOutput(output.OutputNode):
    """Prints a blank, always escaped: there is no way to mark a value as safe."""

    def render_to_output(self, context: liquid.RenderContext, buffer: Any) -> int:
        return int(buffer.write(escape(_text(self.expression.evaluate(context)))))


class _Output(output.Output):
    node_class = _EscapedOutput


class _ApartOutput(_EscapedOutput):
    """Prints a blank of a text that is read from the right."""

    def render_to_output(self, context: liquid.RenderContext, buffer: Any) -> int:
        return int(buffer.write(escape(isolates.of_value(_text(self.expression.evaluate(context))))))


class _OutputFromRight(output.Output):
    node_class = _ApartOutput


class _Environment(liquid.Environment):
    """Liquid with output, if, unless and case, and our six filters: nothing else is registered."""

    output_tag: type[output.Output] = _Output
    block_nesting_limit = grammar.MAX_NESTING + 1
    context_depth_limit = 3 * grammar.MAX_NESTING
    loop_iteration_limit = 1
    local_namespace_limit = 1
    output_stream_limit = MAX_FILLED
    suppress_blank_control_flow_blocks = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002
        for tag in (
            self.output_tag,
            content.Literal,
            illegal.Illegal,
            if_tag.IfTag,
            unless_tag.UnlessTag,
            case_tag.CaseTag,
        ):
            self.add_tag(tag)
        self.filters.update(
            capitalize=_capitalize,
            default=_default,
            downcase=lambda value: _text(value).lower(),
            strip=lambda value: _text(value).strip(),
            truncate=_truncate,
            upcase=lambda value: _text(value).upper(),
        )


class _EnvironmentFromRight(_Environment):
    output_tag = _OutputFromRight


_ENVIRONMENTS: Final = {
    from_right: made(undefined=liquid.StrictUndefined, tolerance=liquid.Mode.STRICT)
    for from_right, made in ((False, _Environment), (True, _EnvironmentFromRight))
}
