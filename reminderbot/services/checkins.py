"""Check-ins: answers to what a reminder asked; the first answer counts."""

import dataclasses
from datetime import datetime
from enum import StrEnum

from reminderbot.planning import plans
from reminderbot.services import access, worries
from reminderbot.store import work as works


class Answer(StrEnum):
    """What can be answered; the words are those of the buttons' callback data."""

    OK = "ok"  # skin: as expected
    WORRIED = "worried"  # skin: I am worried
    YES = "yes"  # reads: yes
    NO = "no"  # reads: no


@dataclasses.dataclass(frozen=True)
class Answered:
    """The answer that counts (the first one), when it was given, and the worry it raised."""

    ask: plans.Ask
    answer: Answer
    is_first: bool
    answered_at: datetime
    worry: worries.Raised | None


async def answer(
    work: works.Work, who: access.Person, reminder_id: str, ask: str, answer: str, *, now: datetime
) -> Answered:
    """Keep an answer. "worried" raises a worry too (also when "ok" was said before); reads yes/no sets the reads.

    Raises NotFound for a foreign or unsent reminder, Invalid `refusal.button` for words that no button has.
    """
    raise NotImplementedError
