"""What a person sees on a phone: messages, buttons, answers to taps, read from the control door's JSON."""

import dataclasses
from collections.abc import Sequence
from typing import Any


@dataclasses.dataclass(frozen=True)
class Button:
    """An inline button: its words, and what it carries."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclasses.dataclass(frozen=True)
class Message:
    """A message as the person sees it; `by` is "bot" or "person", `date` and `edited` are ISO instants."""

    id: int
    by: str
    kind: str
    text: str
    html: str
    entities: Sequence[dict[str, Any]]
    rows: Sequence[Sequence[Button]]
    date: str
    edited: str | None
    deleted: bool
    silent: bool
    protected: bool
    preview: bool
    pinned: bool
    changed: int
    raw: dict[str, Any] = dataclasses.field(repr=False)

    @property
    def buttons(self) -> list[str]:
        """The words of its buttons, in order."""
        return [button.text for row in self.rows for button in row]

    def data(self, words: str) -> str:
        """Return the callback data behind a button's words."""
        found = [b.data for row in self.rows for b in row if b.text == words and b.data is not None]
        if not found:
            raise LookupError(f"no button {words!r} with data among {self.buttons}")
        return found[0]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the bot answered to a tap: a toast, or an alert; the text may be empty."""

    text: str
    alert: bool
    data: str


def message(shown: dict[str, Any]) -> Message:
    """Read a message."""
    names = {field.name for field in dataclasses.fields(Message)} - {"rows", "raw"}
    rows = [[Button(b["text"], b.get("callback_data"), b.get("url")) for b in row] for row in shown["buttons"]]
    return Message(**{name: shown[name] for name in names}, rows=rows, raw=shown)
