"""Every way a text can come out: its blanks full, empty, and on each side of what it compares them with."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from reminderbot.catalog import blanks, shelf, tongues

MOST: Final = 256
"""Variants tried of one text; a text with more branches than that is too hard to read as well."""

_NUMBER = re.compile(r"(?<![\w.])-?\d{1,6}(?![\w.])")
_QUOTED = re.compile(r"[\"']([^\"']{1,80})[\"']")
_TAG = re.compile(r"\{%.*?%\}")
_OUTPUT = re.compile(r"\{\{\s*([a-z0-9_]+).*?\}\}")


def fills(template: blanks.Template, known: Mapping[str, shelf.Blank]) -> Iterator[str]:
    """Yield the text filled in every way that its conditions can tell apart, the longest values first.

    All blanks of the text must be known. Raises blanks.BlankError if a way cannot be filled.
    """
    tags = " ".join(_TAG.findall(template.source))
    names = sorted(template.names)
    numbers = {name: tongues.samples(template.language) for name in template.counted}
    choices = [_choices(known[name], tags, numbers.get(name, ())) for name in names]
    for values in itertools.islice(itertools.product(*choices), MOST):
        yield template.fill(dict(zip(names, values, strict=True)))


def all_branches(template: blanks.Template, known: Mapping[str, shelf.Blank]) -> str:
    """Return the text line by line as written, all its branches at once, usual values in its blanks."""

    def sample(output: re.Match[str]) -> str:
        blank = known.get(output[1])
        return blanks.escape(str(blank.sample)) if blank else output[1]

    return _OUTPUT.sub(sample, _TAG.sub("", template.source))


def _choices(blank: shelf.Blank, tags: str, counted: tuple[int, ...]) -> list[blanks.Value]:
    if not re.search(rf"\b{blank.name}\b", tags):
        return [blank.worst]
    if isinstance(blank.worst, bool):
        return [True, False]
    if isinstance(blank.worst, int):
        numbers = {int(number) for number in _NUMBER.findall(tags)}
        near = {near for number in numbers for near in (number - 1, number, number + 1)}
        return [blank.worst, *sorted(near.union(counted))]
    return [blank.worst, "", *dict.fromkeys(_QUOTED.findall(tags))]
