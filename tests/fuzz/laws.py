"""What must hold of every text, however hostile: nothing is evaluated, all of it ends soon, Telegram can read it."""

import dataclasses
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from reminderbot.catalog import asking, blanks, cleaning, files, mending, shelf, telegram_html, text_gates
from reminderbot.simulator import markup, refusals
from tests.fuzz import hostile

T = TypeVar("T")

SOON: Final = 0.5
"""Seconds of the processor that any one step may take."""

MARKER: Final = "<§&"
"""A value that cannot be put together from the pieces, and stays the same under every filter but for its escaping."""

_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CHANGES = re.compile(r"\||==|!=|[<>]|contains|case")
_DEFAULTS = re.compile(r"default ?: ?(?:\"([^\"]*)\"|'([^']*)'|(-?\d+))")


class Broken(AssertionError):
    """A law does not hold."""


@dataclasses.dataclass
class Figures:
    """What a run has found."""

    cases: int = 0
    kinds: Counter[str] = dataclasses.field(default_factory=Counter)
    ended: Counter[str] = dataclasses.field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    broken: list[tuple[int, str]] = dataclasses.field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Take another run's figures in."""
        self.cases += other.cases
        self.kinds += other.kinds
        self.ended += other.ended
        self.slowest = max(self.slowest, other.slowest)
        self.broken += other.broken


class Judge:
    """Holds cases against the laws, over the shipped texts and blanks."""

    def __init__(self) -> None:
        read = files.load(files.default_folder())
        invented: dict[str, blanks.Value] = {"name": "Ana", "other": "Bea", "day": 3, "known": True}
        own = {name: shelf.Blank(name, name, value, value, 1) for name, value in invented.items()}
        self.read = dataclasses.replace(read, blanks={**read.blanks, **own})
        self.drawing = hostile.Drawing(list(read.messages.values()), dict(read.blanks))
        self.figures = Figures()

    def judge(self, seed: int, numbers: Iterable[int]) -> Figures:
        """Judge the cases of these numbers."""
        for number in numbers:
            case = self.drawing.case(seed, number)
            self.figures.cases += 1
            self.figures.kinds[case.kind] += 1
            try:
                self.figures.ended[self._end(case)] += 1
            except Exception as error:  # whatever it is, it is not one that is known
                self.figures.broken.append((number, f"{type(error).__name__}: {error}"))
        return self.figures

    def _end(self, case: hostile.Case) -> str:
        self._pasted(case.message.text)
        self._asked(case.message.phrases[0])
        try:
            template = self._timed("compile", lambda: blanks.compile(case.message.text))
        except blanks.BlankError as error:
            _is_a_sentence(error)
            return "refused by the grammar"
        if template.names - self.read.blanks.keys():
            self._gates(case, template)
            return "refused for an unknown blank"
        self._evaluates_nothing(case, template)
        self._says_values_as_typed(case, template)
        faults = self._gates(case, template)
        return self._sent(case, template, is_passed=not faults)

    def _timed(self, step: str, run: Callable[[], T]) -> T:
        began = time.process_time()
        try:
            return run()
        finally:
            took = time.process_time() - began
            self.figures.slowest = max(self.figures.slowest, (took, step))
            if took > SOON:
                raise Broken(f"{step} took {took:.2f} s")

    def _pasted(self, text: str) -> None:
        cleaned = self._timed("clean", lambda: cleaning.clean(text))
        holds(bool(cleaned.notices) or cleaned.text == text, "a change without a notice")
        proposal = self._timed("repair", lambda: mending.repair(cleaned.text))
        holds(bool(proposal.mended) or proposal.text == cleaned.text, "a mend without a word")
        if "{" not in text and "{" not in cleaned.text:
            holds(telegram_html.problem(proposal.text) is None, "a proposal that Telegram would refuse")

    def _asked(self, phrase: str) -> None:
        self._timed("question", lambda: asking.questions(phrase, frozenset({"and"})))

    def _evaluates_nothing(self, case: hostile.Case, template: blanks.Template) -> None:
        """Without the escaped values, what is said stands outside the braces of the text, in the same order."""
        marked = {n: MARKER if isinstance(v, str) else v for n, v in case.values.items() if n in template.names}
        said = self._filled(template, marked)
        if said is None:
            return
        source = case.message.text
        numbers = [blanks.escape(str(v).lower()) for v in marked.values() if not isinstance(v, str)]
        left = said.replace("&lt;§&amp;", "")
        holds(_is_within(left, source, numbers), f"something was evaluated: {left[:200]!r}")

    def _says_values_as_typed(self, case: hostile.Case, template: blanks.Template) -> None:
        """Where no value is changed or compared, each stands in the text as it was typed, escaped."""
        if _CHANGES.search("".join(_BRACES.findall(case.message.text))):
            return
        given = {name: case.values[name] for name in template.names}
        stands = {name: chr(0xF0000 + n) for n, name in enumerate(given) if isinstance(given[name], str)}
        said, stood = self._filled(template, given), self._filled(template, {**given, **stands})
        if said is None or stood is None:
            return
        for name, sign in stands.items():
            stood = stood.replace(sign, blanks.escape(str(given[name])))
        holds(said.split() == stood.split(), "a value was not said as it was typed")

    def _filled(self, template: blanks.Template, values: dict[str, blanks.Value]) -> str | None:
        try:
            return self._timed("fill", lambda: template.fill(values))
        except blanks.BlankError as error:
            _is_a_sentence(error)
            return None

    def _gates(self, case: hostile.Case, template: blanks.Template) -> list[str]:
        at = (case.message.language, case.message.key)
        read = dataclasses.replace(self.read, messages={at: case.message}, templates={at: template})
        # Up to 256 ways to fill a text are tried: time is held in `fill`.
        faults = [str(fault) for fault in text_gates.faults_of(read, at, set())]
        holds(all(faults), "a fault without words")
        unknown_fact = [fault for fault in faults if "unknown fact" in fault]
        return [fault for fault in faults if fault not in unknown_fact]

    def _sent(self, case: hostile.Case, template: blanks.Template, *, is_passed: bool) -> str:
        said = self._filled(template, {name: case.values[name] for name in template.names})
        if said is None:
            return "cannot be filled, and says so"
        if not is_passed:
            return "refused by the gates"
        problem = telegram_html.problem(said)
        holds(problem is None, f"passed the gates, and Telegram would refuse it: {problem}")
        try:
            markup.parse(said)
        except refusals.Refused as refused:
            raise Broken(f"passed the gates, and the stand-in refuses it: {refused}") from refused
        return "as Telegram takes it"


def _is_a_sentence(error: blanks.BlankError) -> None:
    holds(bool(error.what and error.remedy) and error.line > 0 and error.column > 0, f"no sentence: {error}")


def _is_within(left: str, source: str, numbers: list[str]) -> bool:
    """Say whether every character of `left` stands outside the braces of `source`, in the same order.

    What a blank may say instead of a value, and numbers, stand where the braces stood.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as Liquid writes a line's end
    literal = iter(_BRACES.sub(lambda braces: _may_say(braces[0], numbers), source))
    return all(character in literal for character in left)


def _may_say(braces: str, numbers: list[str]) -> str:
    if braces.startswith("{%"):
        return ""
    defaults = ("".join(found) for found in _DEFAULTS.findall(braces))
    shown = (form for number in numbers for form in (number, number.upper(), number.capitalize(), number[:2] + "…"))
    return "".join((*defaults, *shown))


def holds(is_so: bool, law: str) -> None:
    if not is_so:
        raise Broken(law)


def shares(seed: int, jobs: int, cases: int) -> Iterator[tuple[int, range]]:
    """Yield what each process judges."""
    return ((seed, range(job, cases, jobs)) for job in range(jobs))


def share(asked: tuple[int, range]) -> Figures:
    """Judge one process's share."""
    return Judge().judge(*asked)


def again(seed: int, number: int) -> tuple[hostile.Case, Figures]:
    """Judge one case by itself, and return it."""
    judge = Judge()
    return judge.drawing.case(seed, number), judge.judge(seed, [number])
