"""The blanks of plan, expectation and topic texts: first_name, session_day, clinic_phone and the rest."""

from datetime import datetime

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access
from reminderbot.store import work as works


async def of_treatment(
    work: works.Work, treatment_id: str, language: str, *, catalog: catalogs.Catalog, now: datetime
) -> dict[str, blanks.Value]:
    """Return the blanks for a treatment's texts. For delivery, which acts for nobody: the caller vouches for the id."""
    raise NotImplementedError


async def of_chat(
    work: works.Work,
    who: access.Person,
    language: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    treatment_id: str | None = None,
) -> dict[str, blanks.Value]:
    """Return the blanks for what a chat is told: of `treatment_id`, else of the treatment nearest to now, else empty."""
    raise NotImplementedError
