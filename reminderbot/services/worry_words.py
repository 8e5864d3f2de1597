"""A clinic's own worrying words, beside those that are shipped: who writes one of them is led to a person at once."""

from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import asking, worrying
from reminderbot.services import access, audit, names
from reminderbot.store import work as works
from reminderbot.store import worry_words

MOST: Final = 100  # lines
LONGEST: Final = 60  # characters of a line
SHORTEST: Final = 3
"""Letters of a line: "no" or "ok" as an alarm would drown the others."""

WordsRow = worry_words.WordsRow


async def of_clinic(work: works.Work, who: access.Staff) -> WordsRow:
    """Return the clinic's list."""
    access.require(who, access.Right.ANSWER)
    return await worry_words.of_clinic(work, who.clinic_id)


async def change(work: works.Work, who: access.Staff, typed: str, *, version: int, now: datetime) -> None:
    """Write the list, one line a worry; an empty one is none.

    Raises Invalid `console.worrying.refused-many`, `console.worrying.refused-line`; Conflict `console.refusal.old`.
    """
    access.require(who, access.Right.ANSWER)
    lines = _lines(typed)
    is_saved = await worry_words.is_saved(
        work,
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        staff_id=who.staff_id,
        lines=lines,
        version=version,
        now=now,
    )
    if not is_saved:
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, "worrying.changed", lines=len(lines), version=version + 1)


async def in_force(work: works.Work, clinic_id: str) -> worrying.Own:
    """Return what a clinic's patients are heard by. For the chat, which has found the clinic."""
    return worrying.Own((await worry_words.of_clinic(work, clinic_id)).lines)


def _lines(typed: str) -> tuple[str, ...]:
    cleaned = (names.clean(line) for line in names.lines(typed).split("\n"))
    lines = tuple(dict.fromkeys(line for line in cleaned if line))
    if len(lines) > MOST:
        raise errors.Invalid("console.worrying.refused-many", count=str(MOST))
    for line in lines:
        if len(line) > LONGEST or len("".join(asking.words(line))) < SHORTEST:
            raise errors.Invalid("console.worrying.refused-line", text=line[:40])
    return lines
