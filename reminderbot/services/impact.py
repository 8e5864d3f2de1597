"""What publishing would do to patients: who is under way, who gets the new text, and that nothing is repeated."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.catalog import findings
from reminderbot.services import access, in_force
from reminderbot.store import patients, waiting
from reminderbot.store import work as works

LISTED: Final = 200
"""Reminders that are listed by name; all are counted."""


@dataclasses.dataclass(frozen=True)
class Line:
    """A reminder that gets a new text; `zone` is the patient's."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    step_key: str
    due_at: datetime
    zone: str


@dataclasses.dataclass(frozen=True)
class Impact:
    """`under_way` treatments have reminders to come; `treatments` of them get `reminders` new texts.

    `kept` messages with those texts were sent to them before: not one comes again. `chatting` patients have the bot
    speak to them in the words that change; of a plan's texts it is 0.
    """

    under_way: int
    treatments: int
    reminders: int
    kept: int
    lines: tuple[Line, ...]
    chatting: int = 0

    @property
    def more(self) -> int:
        """Return how many reminders are not listed."""
        return self.reminders - len(self.lines)


async def impact(
    work: works.Work,
    who: access.Staff,
    book: str,
    reach: worded.Reach,
    texts: Sequence[findings.Candidate],
    *,
    catalog: catalogs.Catalog,
) -> Impact:
    """Return what becomes of reminders that wait if the `texts` of a book are published.

    Raises NotAllowed without the right to read wording.
    """
    access.require(who, access.Right.READ_WORDING)
    if book == worded.WORDS:
        spoken = {text.language for text in texts if text.is_changed}
        return Impact(0, 0, 0, 0, (), chatting=await waiting.count_chatting(work, who.clinic_id, spoken))
    changed = frozenset(text.key for text in texts if text.is_changed)
    reached = await _reached(work, who, book, reach, texts, catalog)
    return Impact(
        under_way=await waiting.under_way(work, who.clinic_id, book),
        treatments=len({row.treatment_id for row in reached}),
        reminders=len(reached),
        kept=await waiting.count_sent(work, who.clinic_id, book, changed),
        lines=tuple([await _line(work, row) for row in reached[:LISTED]]),
    )


async def _reached(
    work: works.Work,
    who: access.Staff,
    book: str,
    reach: worded.Reach,
    texts: Sequence[findings.Candidate],
    catalog: catalogs.Catalog,
) -> list[waiting.WaitingRow]:
    """Return what waits and gets another text: an edition is whole, so that texts of earlier ones may change, too."""
    if reach is worded.Reach.NEW:
        return []
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    wording = await in_force.wording(work, catalog, **whose)
    after = {(text.language, text.key): text.after for text in texts}
    keys = wording.keys(book) | {text.key for text in texts if text.is_changed}

    def is_reached(row: waiting.WaitingRow) -> bool:
        at = (row.language, row.message_key)
        edition, shipped = wording.edition(book, row.booked_at), catalog.shipped(*at)
        before = edition.texts.get(at, shipped) if edition else shipped
        return after.get(at, before) != before

    return [row for row in await waiting.of_book(work, who.clinic_id, book, keys) if is_reached(row)]


async def _line(work: works.Work, row: waiting.WaitingRow) -> Line:
    name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.name)
    return Line(row.patient_id, name, row.step_key, row.due_at, row.zone)
