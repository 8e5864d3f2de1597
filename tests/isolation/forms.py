"""The forms of a page as a browser finds them: where each goes and which fields it sends."""

import dataclasses
from html.parser import HTMLParser
from typing import Final

SENT: Final = {"input", "select", "textarea", "button"}


@dataclasses.dataclass
class Field:
    """One field: what it says by itself, and what else may be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Form:
    """A form that is sent with POST."""

    action: str
    fields: list[Field] = dataclasses.field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._path = path
        self._form: Form | None = None
        self._field: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(has.get("action") or self._path)
            if has.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "option" and self._field is not None:
            self._field.choices.append(has.get("value", ""))
            if "selected" in has or len(self._field.choices) == 1:
                self._field.value = has.get("value", "")
        elif tag in SENT and has.get("name") and self._form is not None:
            self._field = Field(has["name"], has.get("type", tag), has.get("value", ""))
            self._form.fields.append(self._field)

    def handle_data(self, data: str) -> None:
        if self._field is not None and self._field.kind == "textarea":
            self._field.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._field = None


def found(page: str, path: str) -> list[Form]:
    """Return the forms of a page that stands under a path."""
    reader = _Reader(path)
    reader.feed(page)
    return reader.forms
