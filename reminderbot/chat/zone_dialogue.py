"""Which clock a person lives by: "It is 14:05 for you now, right?", a city, a country, or the time as typed."""

from typing import Final

from reminderbot.catalog import places
from reminderbot.chat import buttons, reads, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit

OTHER = "other"
MOST: Final = 8
"""Places among which one chooses."""

MANY: Final = 60
"""Zones that a country may have; of so many one is offered for each time that their clocks show now."""


def check(visit: Visit, guess: str, *, key: str = "prompt.zone-check") -> tuple[str, list[reply.Row]]:
    """Return the question whether the clocks of `guess` are the person's."""
    clock = visit.clock(visit.local(guess))
    yes = visit.button("zone-yes", buttons.data(Tapped.ZONE, guess))
    no = visit.button("zone-other", buttons.data(Tapped.ZONE, OTHER))
    return visit.text(key, clock=clock, city=places.city(guess, visit.language)), [yes, no]


def ask(visit: Visit) -> tuple[str, list[reply.Row]]:
    """Return the open question, with the places where most who speak the language live."""
    return visit.text("prompt.zone"), _buttons(visit, _common(visit)[:8])


def question(visit: Visit, guess: str | None) -> tuple[str, list[reply.Row]]:
    """Return the check of a zone that we have a reason for, else the open question."""
    return check(visit, guess) if guess else ask(visit)


def understood(visit: Visit, text: str) -> tuple[str, ...]:
    """Return the zones that a text may mean: a city, a country, an IANA name, or what the clock shows there."""
    if named := places.near(text, visit.language, others=visit.catalog.languages, most=MANY):
        return named if len(named) <= MOST else _one_a_clock(visit, named)[:MOST]
    shown = (places.showing(at, now=visit.now, among=_common(visit)) for at in reads.clocks(visit, text))
    return tuple(zone for zones in shown for zone in zones)


def only(zones: tuple[str, ...]) -> str:
    """Return the one zone that `offer` asks about; empty where it offers several or none."""
    return zones[0] if len(zones) == 1 else ""


def offer(visit: Visit, zones: tuple[str, ...]) -> tuple[str, list[reply.Row]]:
    """Return the question which of `zones` it is; with none, what to type instead."""
    if not zones:
        return visit.text("prompt.zone-unknown"), _buttons(visit, _common(visit)[:8])
    if len(zones) == 1:
        return check(visit, zones[0], key="prompt.zone-found")
    return visit.text("prompt.zone-which"), [*_buttons(visit, zones), _other(visit)]


def guessed(visit: Visit, zones: tuple[str, ...]) -> tuple[str, list[reply.Row]]:
    """Return the question after a shared location: one guess, or those near it whose clocks show another time."""
    by_clock = {visit.local(zone).utcoffset(): zone for zone in reversed(zones)}
    distinct = tuple(zone for zone in zones if zone in by_clock.values())
    if len(distinct) == 1:
        return check(visit, distinct[0], key="prompt.zone-guess")
    if distinct:
        return visit.text("prompt.zone-near"), [*_buttons(visit, distinct), _other(visit)]
    return ask(visit)


def _buttons(visit: Visit, zones: tuple[str, ...]) -> list[reply.Row]:
    return [_button(visit, zone) for zone in zones]


def _button(visit: Visit, zone: str) -> reply.Button:
    local, city = visit.local(zone), places.city(zone, visit.language)
    return reply.Button(f"{visit.clock(local)} · {city}", buttons.data(Tapped.ZONE, zone))


def _one_a_clock(visit: Visit, zones: tuple[str, ...]) -> tuple[str, ...]:
    """Return a zone for each clock, in the order of the zones: where most who speak the language live, if there."""
    common = [zone for zone in _common(visit) if zone in zones]
    by_clock = {visit.local(zone).utcoffset(): zone for zone in (*reversed(zones), *reversed(common))}
    return tuple(by_clock[offset] for offset in dict.fromkeys(visit.local(zone).utcoffset() for zone in zones))


def _other(visit: Visit) -> reply.Button:
    return visit.button("zone-other", buttons.data(Tapped.ZONE, OTHER))


def _common(visit: Visit) -> tuple[str, ...]:
    return visit.catalog.message(visit.language, "words.zones").phrases
