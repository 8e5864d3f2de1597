"""Questions that nobody could answer: kept for the clinic, counted by topic or by likeness."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from reminderbot.catalog import asking, grouping
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, addressee, answering, names
from reminderbot.store import clinics, questions
from reminderbot.store import work as works

BACK: Final = timedelta(days=90)
"""How far back questions are counted."""

MOST: Final = 2000
"""Questions that are counted, the latest."""

A_DAY: Final = 20
"""Questions of one patient that are kept within a day."""

LONGEST: Final = asking.MAX_CHARACTERS

EXAMPLES: Final = 5

SHOWN: Final = 60
"""Groups that are shown, those most often asked."""


@dataclasses.dataclass(frozen=True)
class Group:
    """Questions that ask much the same. `topic` is the key of the topic they are nearest to, empty if none is near.

    `examples` are the words of some of them, empty for whoever may not see words; `example_id` is one of them.
    """

    topic: str
    language: str
    count: int
    patients_said: tuple[str, ...] = dataclasses.field(repr=False)
    example_id: str
    last_at: datetime


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is asked and not answered, most often asked first; `more` groups are not shown, `zone` is the clinic's."""

    groups: tuple[Group, ...]
    more: int
    zone: str


async def keep(
    work: works.Work,
    to: addressee.Addressee,
    text: str,
    *,
    language: str,
    topic: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> bool:
    """Keep a question of a patient for their clinic; False for what says nothing, and for too many a day.

    `topic` is the key of the nearest topic, empty if none is near. For the chat, which has found `to`.
    """
    words = names.lines(text)[:LONGEST]
    if not answering.says_something(catalog, words, language=language):
        return False
    if await questions.count_of(work, to.patient_id, since=now - timedelta(days=1)) >= A_DAY:
        return False
    whose = {"organisation_id": to.organisation_id, "clinic_id": to.clinic_id, "patient_id": to.patient_id}
    await questions.add(work, **whose, language=language, topic=topic, words=words, at=now)
    return True


async def waiting(work: works.Work, who: access.Staff, *, now: datetime) -> list[questions.QuestionRow]:
    """Return the questions of the last 90 days that no answer of the clinic's own serves, the latest first."""
    access.require(who, access.Right.ANSWER)
    return await questions.open_of_clinic(work, who.clinic_id, since=now - BACK, limit=MOST)


async def groups(work: works.Work, who: access.Staff, *, catalog: catalogs.Catalog, now: datetime) -> Asked:
    """Return what was asked in the last 90 days and is not answered."""
    rows = await waiting(work, who, now=now)
    made = [_group(who, each) for each in _alike(rows, catalog)]
    clinic = await clinics.get(work, who.clinic_id)
    ranked = sorted(made, key=lambda group: (-group.count, -group.last_at.timestamp()))
    return Asked(tuple(ranked[:SHOWN]), max(len(ranked) - SHOWN, 0), clinic.zone if clinic else "UTC")


async def group_of(
    work: works.Work, who: access.Staff, question_id: str, *, catalog: catalogs.Catalog, now: datetime
) -> Group | None:
    """Return the group that a question of the clinic's stands in; None if it waits no longer."""
    rows = await waiting(work, who, now=now)
    found = (each for each in _alike(rows, catalog) if any(row.id == question_id for row in each))
    return next((_group(who, each) for each in found), None)


def _alike(rows: Sequence[questions.QuestionRow], catalog: catalogs.Catalog) -> list[list[questions.QuestionRow]]:
    """Return the questions in groups: by language and nearest topic, those without a topic by likeness."""
    by_topic: dict[tuple[str, str], list[questions.QuestionRow]] = {}
    for row in rows:
        by_topic.setdefault((row.language, row.topic), []).append(row)
    made = [each for (_, topic), each in by_topic.items() if topic]
    for (language, topic), each in by_topic.items():
        if not topic:
            alike = grouping.alike([row.words for row in each], catalog.language(language).common)
            made += [[each[place] for place in places] for places in alike]
    return made


def _group(who: access.Staff, rows: Sequence[questions.QuestionRow]) -> Group:
    said = tuple(dict.fromkeys(row.words for row in rows))[:EXAMPLES]
    return Group(
        topic=rows[0].topic,
        language=rows[0].language,
        count=len(rows),
        patients_said=said if who.may(access.Right.SEE_WORDS) else (),
        example_id=rows[0].id,
        last_at=max(row.at for row in rows),
    )
