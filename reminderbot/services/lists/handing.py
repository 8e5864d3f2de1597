"""What a list brings out: cards to print and a table of links, for its invites that may still be used."""

import dataclasses
from datetime import date, datetime, time

from reminderbot.services import access, audit, handover, invites, sheets
from reminderbot.services.lists import uploading
from reminderbot.store import listed
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Card:
    """One invite to hand over. `link` is empty while the bot has not told its name yet."""

    name: str = dataclasses.field(repr=False)
    language: str
    day: date
    at: time
    link: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)

    @property
    def initials(self) -> str:
        """Return "A. G.": a sheet of cards lies about."""
        return " ".join(f"{word[0].upper()}." for word in self.name.split()[:3])


async def cards(
    work: works.Work, who: access.Staff, upload_id: str, *, bot_id: int, now: datetime, how: str
) -> list[Card]:
    """Return the cards of an upload, in the order of the sessions; the look is noted as `list.<how>`.

    NotFound for another clinic's.
    """
    access.require(who, access.Right.INVITE)
    await uploading.find(work, who, upload_id, now=now)
    rows = await listed.cards(work, who.clinic_id, upload_id, tries=invites.TRIES, now=now)
    start = await handover.start(work, bot_id, "")
    await audit.note(work, who, f"list.{how}", upload=upload_id, invites=len(rows))
    return [Card(row.name, row.language, row.day, row.at, start and start + row.token, row.code) for row in rows]


def table(cards: list[Card], headings: list[str]) -> bytes:
    """Return cards as CSV under these five headings: name, date, time, code, link (S12)."""
    rows = [[card.name, card.day.isoformat(), card.at.isoformat("minutes"), card.code, card.link] for card in cards]
    return sheets.csv([headings, *rows])
