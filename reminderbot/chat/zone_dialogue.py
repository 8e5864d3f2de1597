"""Which clock a person lives by: "It is 14:05 for you now, right?", a city, a country, or the time as typed."""

from reminderbot.catalog import places
from reminderbot.chat import buttons, reads, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit

OTHER = "other"


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
    if named := places.near(text, visit.language):
        return named
    shown = (places.showing(at, now=visit.now, among=_common(visit)) for at in reads.clocks(visit, text))
    return tuple(zone for zones in shown for zone in zones)


def offer(visit: Visit, zones: tuple[str, ...]) -> tuple[str, list[reply.Row]]:
    """Return the question which of `zones` it is; with none, what to type instead."""
    if not zones:
        return visit.text("prompt.zone-unknown"), _buttons(visit, _common(visit)[:8])
    if len(zones) == 1:
        return check(visit, zones[0], key="prompt.zone-found")
    return visit.text("prompt.zone-which"), [*_buttons(visit, zones), _other(visit)]


def _buttons(visit: Visit, zones: tuple[str, ...]) -> list[reply.Row]:
    return [_button(visit, zone) for zone in zones]


def _button(visit: Visit, zone: str) -> reply.Button:
    local, city = visit.local(zone), places.city(zone, visit.language)
    return reply.Button(f"{visit.clock(local)} · {city}", buttons.data(Tapped.ZONE, zone))


def _other(visit: Visit) -> reply.Button:
    return visit.button("zone-other", buttons.data(Tapped.ZONE, OTHER))


def _common(visit: Visit) -> tuple[str, ...]:
    return visit.catalog.message(visit.language, "words.zones").phrases
