"""Check-ins: answers to what a reminder asked; the first answer counts."""

import dataclasses
from datetime import datetime, timedelta
from enum import StrEnum

from reminderbot import errors
from reminderbot.planning import plans
from reminderbot.services import access, people, planner, treatments, worries
from reminderbot.store import check_ins, patients, planned, second_asks
from reminderbot.store import work as works


class Answer(StrEnum):
    """What can be answered; the words are those of the buttons' callback data."""

    OK = "ok"  # skin: as expected
    WORRIED = "worried"  # skin: I am worried
    YES = "yes"  # reads: yes
    NO = "no"  # reads: no


ANSWERS = {plans.Ask.SKIN: (Answer.OK, Answer.WORRIED), plans.Ask.READS: (Answer.YES, Answer.NO)}
"""What may be answered to what."""

DAY = timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Answered:
    """The answer that counts (the first one), when it was given, and the worry that "worried" raised or found."""

    ask: plans.Ask
    answer: Answer
    is_first: bool
    answered_at: datetime
    worry: worries.Raised | None


async def answer(
    work: works.Work, who: access.Person, reminder_id: str, ask: str, answer: str, *, now: datetime
) -> Answered:
    """Keep an answer. "worried" raises a worry too (also when "ok" was said before); reads yes/no sets the reads.

    A step that asks twice has one answer, whichever message it is given under; with it the second ask is off.

    Raises NotFound for a foreign or unsent reminder, Invalid `refusal.button` for words that no button has.
    """
    asked, said = _understood(ask, answer)
    await people.chat(work, who, lock=True)
    row = await _sent(work, who, reminder_id, asked)
    first = await second_asks.first_of(work, row)
    kept = await check_ins.answer(
        work, organisation_id=row.organisation_id, reminder_id=first, ask=asked, answer=said, now=now
    )
    await second_asks.end_of_step(work, row, now=now)
    if asked is plans.Ask.READS and kept.is_first:
        await patients.set_habits(work, [row.patient_id], {"wants_reads": said is Answer.YES})
        await planner.settle(work, who, now=now)
    worry = await worries.raise_(work, who, reminder_id=first, now=now) if said is Answer.WORRIED else None
    return Answered(asked, Answer(kept.answer), kept.is_first, kept.answered_at, worry)


async def asked_last(work: works.Work, who: access.Person, ask: plans.Ask, *, now: datetime) -> str | None:
    """Return the reminder that asked this last, until a day after its use; None where none did."""
    asked = []
    for each in await treatments.timeline(work, who, now=now):
        plan = (await treatments.reached(work, who, each.treatment.id)).plan
        keys = {step.key for step in plan.steps if ask in step.asks}
        asked += [row for row in each.rows if row.step_key in keys and row.sent_local and row.useful_until > now - DAY]
    return max(asked, key=lambda row: row.due).id if asked else None


def _understood(ask: str, answer: str) -> tuple[plans.Ask, Answer]:
    for asked, answers in ANSWERS.items():
        for said in answers:
            if (ask, answer) == (asked, said):
                return asked, said
    raise errors.Invalid("refusal.button")


async def _sent(work: works.Work, who: access.Person, reminder_id: str, ask: plans.Ask) -> planned.ReminderRow:
    """Return a reminder that was tried at least once (its button can be tapped before Telegram's answer is kept)."""
    row = await planned.of_chat(work, who.chat_id, reminder_id)
    if row is None or row.attempts == 0:
        raise errors.NotFound("refusal.not_found")
    plan = (await treatments.reached(work, who, row.treatment_id)).plan
    if not any(step.key == row.step_key and ask in step.asks for step in plan.steps):
        raise errors.Invalid("refusal.button")
    return row
