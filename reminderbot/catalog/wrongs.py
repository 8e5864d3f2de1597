"""What can be wrong with a text that somebody writes: each by a name, with what fills its sentence.

The sentences here are the operator's. The console says them in the reader's language, under `console.faults`.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # Braces
        "source-long": ("the text has {count} characters", "keep it under {most}"),
        "brace-open": ("“{text}” is not closed", "write {words} right after the name of the blank"),
        "brace-closes": ("“{text}” closes nothing", "remove it, or open it with {words}"),
        "blank-shape": ("“{text}” is not a blank", "write it like {words}, in small letters"),
        "blank-dotted": ("“{text}” is not a blank", "a blank is one word: {words}, without a dot or a bracket"),
        "blank-filter": ("“{text}” is not a blank", "after | only {words} may stand"),
        "blank-reserved": ("“{text}” is not a blank", "write the name of a blank"),
        "blank-in-sign": ("a blank inside the sign “{text}…”", "write {words} for the sign &"),
        "blank-near": ("unknown blank “{text}”", "did you mean “{words}”?"),
        "blank-unknown": ("unknown blank “{text}”", "take one from the list of blanks"),
        "blank-none": ("unknown blank “{text}”", "this text takes no blanks: remove it"),
        "blank-empty": ("no value for “{text}”", "hand in {words}"),
        "block-open": ("{text} is never closed", "write {words} where it ends"),
        "block-closes": ("{text} closes nothing", "open it with {words}"),
        "block-outside": ("{text} stands outside {words}", "move it between the two, or remove it"),
        "block-late": ("{text} after {words}", "put {words} last, and only once"),
        "block-deep": ("more than {most} blocks inside one another", "say it more simply"),
        "block-unknown": ("“{text}” is not allowed", "only {words} may stand in braces of this kind"),
        "block-shape": ("“{text}” cannot be read", "write it like {words}"),
        "plural-else": ("{text} without {words}", "say after {words} what all other numbers get"),
        "plural-form": ("{text} is no form of a number in this language", "write {words}"),
        "plural-count": ("“{text}” is not a number", "count with a blank that is a number"),
        "unfillable": ("cannot be filled", "compare a number with a number, a word with a word"),
        "overfull": ("once filled it is above the limit of {most} bytes", "shorten it"),
        # Markup
        "sign": ("a bare {text}", "write {words} for the sign"),
        "sign-less": ("a bare {text}", "write {words} for the sign; only <b>, <i>, <u> and <a href=…> are tags"),
        "tag-open": ("<{text}> is never closed", "write </{text}> where it ends"),
        "tag-twice": ("<{text}> inside <{text}>", "close the first one before"),
        "tag-unknown": (
            "<{text}> is not allowed",
            "only <b>, <i>, <u> and <a href=…> are; a new line is just a new line",
        ),
        "tag-dressed": ("<{text}> with attributes", "write <{text}> alone"),
        "tag-closes": ("</{text}> closes nothing", "remove it, or open it before"),
        "tag-crossed": ("</{text}> closes nothing", "</{words}> comes first"),
        "link": ("a link that is not to https://…", "write {words}"),
        # Length and form
        "long": (
            "it can be {count} characters long",
            "shorten it to {most}, counted with the longest value of every blank",
        ),
        "marked": ("no markup is shown here", "remove the tags"),
        "lines": ("this is one line", "join the lines"),
        "empty": ("the text can come out empty", "write something that is said even when every blank is empty"),
    }
)
"""By the name: what is wrong, and what to write instead."""


@dataclasses.dataclass(frozen=True, order=True)
class Wrong:
    """One thing wrong with a text; `said` fills its two sentences."""

    name: str
    said: tuple[tuple[str, str], ...] = ()

    @property
    def what(self) -> str:
        """What is wrong, for whoever runs the bot."""
        return SENTENCES[self.name][0].format(**dict(self.said))

    @property
    def remedy(self) -> str:
        """What to write instead, for whoever runs the bot."""
        return SENTENCES[self.name][1].format(**dict(self.said))


def of(name: str, /, **said: str | int) -> Wrong:
    """Return what is wrong, under its name."""
    return Wrong(name, tuple((blank, str(value)) for blank, value in said.items()))
