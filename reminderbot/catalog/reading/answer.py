"""From all meanings of a text to one answer: a value, a question with choices, or a refusal."""

from collections.abc import Iterator
from datetime import datetime

from reminderbot.catalog import dates
from reminderbot.catalog.reading import clock, days, interpret
from reminderbot.catalog.reading.interpret import Context, Local, Meaning
from reminderbot.catalog.reading.outcome import Kind, Read, Says
from reminderbot.planning import hours

_CHOICES_AT_MOST = 6
_TOLD = (
    days.Trouble.TOO_FAR_PAST,
    days.Trouble.TOO_FAR_AHEAD,
    days.Trouble.NO_SUCH_DATE,
    clock.Trouble.NO_SUCH_TIME,
    days.Trouble.NO_DAY,
    interpret.NO_HOUR,
)
"""Troubles that a refusal can name, the most telling first."""

_WEAK = {days.Trouble.NO_DAY, interpret.NO_HOUR, interpret.UNREADABLE}
_ABOUT_TWO = {days.Trouble.TENSE, days.Trouble.WEEKDAY, clock.Trouble.PART}
_FAR = {days.Trouble.TOO_FAR_AHEAD, days.Trouble.TOO_FAR_PAST}


def refuse(reason: str, typed: str) -> Read:
    """Return the refusal under `refusal.date.<reason>`."""
    return Read(kind=Kind.REFUSE, says=Says(f"refusal.date.{reason}", {"typed": typed}))


def is_weak(read: Read) -> bool:
    """Return whether another language, or a tolerance for slips, may still do better than this refusal."""
    return read.kind is Kind.REFUSE and read.says.key.removeprefix("refusal.date.") in _WEAK


def answer(meanings: list[Meaning], context: Context, *, typed: str, language: str) -> Read:
    """Return the answer to a text with these `meanings`; several that differ are asked about."""
    valid = [each for each in meanings if each.values]
    if not valid:
        told = {each.trouble for each in meanings}
        return refuse(next((str(reason) for reason in _TOLD if reason in told), interpret.UNREADABLE), typed)
    best = [each for each in valid if each.rank == min(other.rank for other in valid)]
    values = tuple(dict.fromkeys(value for each in best for value in each.values))
    perhaps_year = any(each.bare for each in best) and any(each.trouble in _FAR for each in meanings)
    if len(values) > 1 or perhaps_year or any(each.doubtful for each in best):
        return _asked(_reason(best), values, context, typed)
    if isinstance(values[0], datetime):
        return _instant(values[0], context, sure=best[0].sure, typed=typed, language=language)
    said = {"day_read": dates.day(values[0], language, today=context.today)}
    return Read(kind=Kind.DATE, says=Says("read.date", said), value=values[0])


def _reason(best: list[Meaning]) -> str:
    troubles = list(dict.fromkeys(each.trouble for each in best if each.trouble))
    if len({each.values for each in best}) > 1:
        both = [each for each in best if each.swapped]
        return str(days.Trouble.SWAPPED) if len(both) > 1 else "which-one"
    if len(best[0].values) == 1 and (not troubles or troubles[0] in _ABOUT_TWO or best[0].rank[0]):
        return "unsure"
    if not troubles:
        return "which-one"
    return str(troubles[0])


def _asked(reason: str, values: tuple[Local, ...], context: Context, typed: str) -> Read:
    choices = tuple(dict.fromkeys(choice for value in values for choice in _choices(value, context)))
    return Read(kind=Kind.ASK, says=Says(f"ask.date.{reason}", {"typed": typed}), choices=choices[:_CHOICES_AT_MOST])


def _instant(value: datetime, context: Context, *, sure: bool, typed: str, language: str) -> Read:
    wall = hours.local_to_instant(value.date(), value.time(), context.zone)
    if not sure and wall.kind is hours.Kind.SKIPPED:
        return _asked("skipped", (value,), context, typed)
    if not sure and wall.kind is hours.Kind.TWICE:
        return _asked("twice", (value,), context, typed)
    said = {
        "day_read": dates.day(value.date(), language, today=context.today),
        "time_read": dates.clock(value.time(), language),
    }
    return Read(kind=Kind.INSTANT, says=Says("read.instant", said), value=value)


def _choices(value: Local, context: Context) -> Iterator[str]:
    """Yield `value` as it can be chosen: a skipped wall time as the clock will show it, a double one twice."""
    if not isinstance(value, datetime):
        yield value.isoformat()
        return
    wall = hours.local_to_instant(value.date(), value.time(), context.zone)
    if wall.kind is hours.Kind.TWICE:
        zone = hours.zone(context.zone)
        yield from (value.replace(tzinfo=zone, fold=fold).isoformat(timespec="minutes") for fold in (0, 1))
    else:
        shown = hours.to_local(wall.instant, context.zone).replace(tzinfo=None)
        yield shown.isoformat(timespec="minutes")
