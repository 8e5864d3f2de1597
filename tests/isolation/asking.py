"""What the next operation asks: a route, ids of whoever's in its path, and words in its form or its address."""

import random
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from reminderbot.web import console as consoles
from reminderbot.web.console.pages import Page
from tests.isolation import forms, full, rows

PARAMETER: Final = re.compile(r"\{(\w+)\}")
ID: Final = re.compile(r"[0-9a-f]{32}")
DAY: Final = date(2026, 11, 24)
SHARED: Final[Mapping[str, Sequence[str]]] = {
    "book": ("microneedling", "words"),
    "text": ("step.day-1", "step.eve", "step.day-3", "words.hello"),
    "step": ("day-1", "eve", "day-3"),
    "language": ("en", "es"),
}
"""What is nobody's own: the books that are shipped, and what stands in them."""

HOSTILE: Final = (
    "",
    "0",
    "-1",
    "%",
    "' OR '1'='1",
    "*",
    "null",
    "../today",
    "x" * 200,
    "<b>&amp;",
    "{{ patient.name }}",
    "9" * 30,
    "\u202eabc",
)
WORDS: Final = ("Dora", "Take it slowly.", "Peel", "sauna", "Ana", "1", "2", "on", "admin", "desk", "clinician", "30")
TIMES: Final = ("10:30", "15:30", "09:00", "23:59", "25:00")
SOURCES: Final = Path(consoles.__file__).parent
ABOUT: Final = {"to", "heir", "person", "sign_in", "subject", "owner", "clinic", "replacement", "plan", "like", "draft"}
"""Fields that name something by its id."""


def _read(pattern: str) -> tuple[str, ...]:
    """Return the names that the console's pages read out of forms or addresses."""
    found = re.compile(pattern)
    return tuple(sorted({each for path in SOURCES.glob("*.py") for each in found.findall(path.read_text("utf-8"))}))


FIELDS: Final = _read(r"""(?:form(?:\.get)?|lists\.get)[(\[]"(\w+)\"""")
QUERIES: Final = _read(r"""query\("(\w+)\"""")


class Asker:
    """Draws what is asked; `own` and `foreign` are the ids of the two organisations' things."""

    def __init__(self, rng: random.Random, own: rows.Ids, foreign: rows.Ids) -> None:
        self._rng = rng
        self.own, self._foreign = own, foreign
        self._seen: dict[str, forms.Form] = {}

    def page(self) -> Page:
        """Draw a route: each as often as any other."""
        return self._rng.choice(consoles.ALL)

    def path(self, page: Page) -> str:
        """Draw what stands in a route's path: all of it A's own, all of it B's, or each of whoever's."""
        names = PARAMETER.findall(page.path)
        kinds = {name: page.objects.get(name, "token") for name in names}
        fortune = self._rng.random()
        if fortune < 0.55:
            given = self._together(kinds, self.own)
        elif fortune < 0.7:
            given = self._together(kinds, self._foreign)
        else:
            given = {name: self.id(kind) for name, kind in kinds.items()}
        if given and fortune > 0.92:
            given[self._rng.choice(names)] = self._rng.choice(HOSTILE)
        return PARAMETER.sub(lambda found: quote(given[found[1]], safe=""), page.path)

    def query(self, page: Page) -> dict[str, str]:
        """Draw an address's words; to look for somebody by B's words is not forbidden, and finds nobody."""
        if page.method == "POST" or self._rng.random() < 0.5:
            return {}
        names = self._rng.sample(QUERIES, self._rng.randint(1, 3))
        found = {name: self._value(forms.Field(name, "text")) for name in names}
        return found | {"q": self._rng.choice([full.MARK, full.PHONE, "Ana", "García"])} if "q" in found else found

    def form(self, page: Page) -> dict[str, str]:
        """Draw what is sent to a route: a form of it that was seen, changed; or any fields."""
        seen = self._seen.get(page.path)
        if seen is not None and self._rng.random() < 0.8:
            return self.changed(seen)
        return {name: self._value(forms.Field(name, "text")) for name in self._rng.sample(FIELDS, 4)}

    def changed(self, form: forms.Form) -> dict[str, str]:
        """Return a form's fields as they stand, but for some that are drawn anew."""
        share = self._rng.choice([0.0, 0.15, 0.5])
        given = {}
        for field in form.fields:
            is_chosen = field.kind not in {"checkbox", "radio", "submit", "button"} or self._rng.random() < 0.5
            if is_chosen and not field.name.startswith("_"):
                given[field.name] = self._value(field) if self._rng.random() < share else field.value
        return given

    def learn(self, page: Page, form: forms.Form) -> None:
        """Remember the newest form that leads to a route."""
        self._seen[page.path] = form

    def id(self, kind: str) -> str:
        """Draw one id: A's or B's, or of another kind, or of nothing."""
        fortune = self._rng.random()
        whose = self.own if fortune < 0.45 else self._foreign
        if fortune > 0.95:
            return self._rng.choice(HOSTILE)
        if fortune > 0.9:
            return f"{self._rng.getrandbits(128):032x}"
        if fortune > 0.8:
            kind = self._rng.choice(list(rows.KINDS))
        return self._of(kind, whose)

    def _of(self, kind: str, whose: rows.Ids) -> str:
        choices = SHARED.get(kind) or whose.of.get(kind)
        return self._rng.choice(choices) if choices else f"{self._rng.getrandbits(128):032x}"

    def _together(self, kinds: Mapping[str, str], whose: rows.Ids) -> dict[str, str]:
        """Draw ids of one organisation's that belong together: a reminder with its patient."""
        given = {name: self._of(kind, whose) for name, kind in kinds.items()}
        of_patient = next((whose.whose[id] for id in given.values() if id in whose.whose), None)
        patient = next((name for name, kind in kinds.items() if kind == "patient"), None)
        if of_patient and patient:
            given[patient] = of_patient
        return given

    def _value(self, field: forms.Field) -> str:
        if field.choices and self._rng.random() < 0.5:
            return self._rng.choice(field.choices)
        if field.name in ABOUT or ID.fullmatch(field.value):
            return self.id(self._rng.choice(list(rows.KINDS)))
        day = DAY + timedelta(days=self._rng.randint(-40, 400))
        return self._rng.choice([*HOSTILE, *WORDS, *WORDS, self._rng.choice(TIMES), day.isoformat(), field.value])
