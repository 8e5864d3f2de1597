"""Shipped plans and texts, copied into the database by content hash when first used."""

from datetime import datetime

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import shelf
from reminderbot.store import work as works


async def plan_version(
    work: works.Work, catalog: catalogs.Catalog, plan_key: str, *, organisation_id: str, now: datetime
) -> str:
    """Return the id of the organisation's version of a shipped plan, copied with its texts if it is new.

    Raises Invalid `refusal.unknown_plan`.
    """
    raise NotImplementedError


async def text(work: works.Work, message: shelf.Message, *, organisation_id: str, now: datetime) -> str:
    """Return the id of a text's copy, made if it is new."""
    raise NotImplementedError
