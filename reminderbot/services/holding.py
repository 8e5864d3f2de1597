"""The texts that an organisation holds: its clinics read them, and write, import or publish none of their own."""

from reminderbot import errors
from reminderbot.services import access, organisations
from reminderbot.store import organisations as rows
from reminderbot.store import work as works


async def holder(work: works.Work, who: access.Staff, book: str) -> str:
    """Return the name of the organisation where it holds the texts of a book; empty where the clinic words them."""
    above = await rows.get(work, who.organisation_id)
    return above.name if organisations.TEXTS + book in above.locks else ""


async def require_free(work: works.Work, who: access.Staff, book: str) -> None:
    """Raise NotAllowed `console.wording.refused-held` (`organisation_name`) where the organisation holds the texts."""
    if name := await holder(work, who, book):
        raise errors.NotAllowed("console.wording.refused-held", organisation_name=name)
