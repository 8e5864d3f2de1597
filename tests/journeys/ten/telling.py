"""The recorder: a journey tells itself as it runs, and what was done and said becomes Markdown."""

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from reminderbot.simulator.seen import Answer, Message
from tests.journeys.acting import CATALOG

_SPECIAL = re.compile(r"([\\`*_<\[\]])")
_LISTS = re.compile(r"^([-+#>]|\d+[.)])(?=\s)")
_NOTES = {"silent": ["*Without a sound:*"], "edited": ["*The message becomes:*"]}
CUT = "…"

Brief = bool | str
"""How much of a message is quoted: all of it, with True its first line, with words those lines that hold
them (the first where none does)."""


@dataclasses.dataclass(frozen=True)
class Said:
    """A message that came or changed: `lines` are those that are new, "…" standing for those that stayed."""

    message: Message
    lines: Sequence[str]
    how: str = "new"


@dataclasses.dataclass(frozen=True)
class Heard:
    """All that came of one deed, or while some time passed."""

    said: tuple[Said, ...] = ()
    toasts: tuple[str, ...] = ()

    @property
    def messages(self) -> list[Message]:
        """The messages, in the order of the chat."""
        return [each.message for each in self.said]

    @property
    def text(self) -> str:
        """All words that came, toasts included."""
        return "\n".join([*(each.message.text for each in self.said), *self.toasts])

    @property
    def buttons(self) -> list[str]:
        """The words of all buttons that came."""
        return [words for each in self.said for words in each.message.buttons]

    def and_(self, later: "Heard") -> "Heard":
        """Return this and what came later."""
        return Heard(self.said + later.said, self.toasts + later.toasts)


@dataclasses.dataclass
class Ear:
    """What of a chat was told already."""

    _seen: dict[int, Message] = dataclasses.field(default_factory=dict)
    _toasts: int = 0

    def hear(self, messages: Sequence[Message], answers: Sequence[Answer]) -> Heard:
        """Return what the bot has written or changed since the last time."""
        bots = [each for each in messages if each.by == "bot"]
        said = tuple(told for each in bots if (told := self._told(each)))
        toasts = tuple(each.text for each in answers[self._toasts :] if each.text)
        self._seen, self._toasts = {each.id: each for each in bots}, len(answers)
        return Heard(said, toasts)

    def _told(self, message: Message) -> Said | None:
        before = self._seen.get(message.id)
        lines = [line for line in message.text.splitlines() if line.strip()]
        if before is None:
            return Said(message, lines, "silent" if message.silent else "new")
        if (before.text, before.buttons) == (message.text, message.buttons):
            return None
        return Said(message, _changed(lines, set(before.text.splitlines())), "edited")


@dataclasses.dataclass
class Page:
    """One story in Markdown. `masks` are the random words, the codes, and what is told in their place."""

    title: str
    lines: list[str] = dataclasses.field(default_factory=list)
    masks: dict[str, str] = dataclasses.field(default_factory=dict)
    _moment: str = ""
    _hurried: list[tuple[str, Heard]] | None = None

    def tell(self, prose: str) -> None:
        """Add a sentence of the storyteller's."""
        for secret, shown in self.masks.items():
            prose = prose.replace(secret, shown)
        self.lines.append(prose)

    def at(self, now: datetime, zone: str, city: str) -> None:
        """Head what follows with the local day and time, if it has changed."""
        local = now.astimezone(ZoneInfo(zone))
        moment = f"**{CATALOG.day('en', local.date(), today=local.date())}, {local:%H:%M} in {city}.**"
        if moment != self._moment:
            self._moment = moment
            self.tell(moment)

    def did(self, who: str, deed: str, heard: Heard, *, brief: Brief = False) -> None:
        """Tell a deed and what came of it; in a hurry, keep it to be told with the others."""
        if self._hurried is not None:
            self._hurried.append((deed, heard))
            return
        self.tell(f"{who} {deed}.")
        self.heard(heard, brief=brief)

    def hurry(self) -> None:
        """Begin deeds that one sentence tells."""
        self._hurried = []

    def rest(self, who: str, *, brief: Brief = False) -> None:
        """Tell them, and what came of the last."""
        deeds, self._hurried = self._hurried or [], None
        self.did(who, ", ".join(deed for deed, _ in deeds), deeds[-1][1], brief=brief)

    def heard(self, heard: Heard, *, brief: Brief = False) -> None:
        """Quote what the bot said; `brief` quotes the first line of a message and leaves out the rest."""
        for each in heard.said:
            self.tell(_quoted(each, brief=brief))
        for toast in heard.toasts:
            self.tell(f"> *Over the chat:* {_plain(toast)}")
        if not heard.said and not heard.toasts:
            self.tell("*The bot writes nothing.*")

    def markdown(self) -> str:
        """Return the story."""
        return "\n\n".join([f"## {self.title}", *self.lines]) + "\n"


def _quoted(of: Said, *, brief: Brief) -> str:
    lines = [_plain(line) for line in _chosen(of.lines, brief)]
    notes = _NOTES.get(of.how, [])
    buttons = [" ".join(f"`{words}`" for words in of.message.buttons)] if of.message.buttons else []
    if brief is True:
        return "> " + " ".join([*notes, *lines, *buttons])
    return "> " + "\n>\n> ".join(["\\\n> ".join([*notes, *lines]), *buttons])


def _plain(line: str) -> str:
    """Return a line in which nothing is Markdown."""
    return _LISTS.sub(r"\\\1", _SPECIAL.sub(r"\\\1", line.strip()))


def _chosen(lines: Sequence[str], brief: Brief) -> Sequence[str]:
    if not brief:
        return lines
    words = brief if isinstance(brief, str) and any(brief in line for line in lines) else lines[0]
    return _changed(lines, {line for line in lines if words not in line})


def _changed(lines: Sequence[str], old: set[str]) -> list[str]:
    """Return the new lines, with one "…" for each run of old ones."""
    kept: list[str] = []
    for line in lines:
        if line not in old:
            kept.append(line)
        elif kept[-1:] != [CUT]:
            kept.append(CUT)
    return kept
