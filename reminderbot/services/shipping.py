"""Shipped plans and texts, copied into the database by content hash when first used."""

from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import shelf
from reminderbot.planning import plans
from reminderbot.store import plan_versions
from reminderbot.store import work as works


def plan(catalog: catalogs.Catalog, plan_key: str) -> plans.Plan:
    """Return a shipped plan; Invalid `refusal.unknown_plan` (`text`)."""
    if plan_key not in catalog.plan_keys:
        raise errors.Invalid("refusal.unknown_plan", text=plan_key[:64])
    return catalog.plan(plan_key)


async def plan_version(
    work: works.Work, catalog: catalogs.Catalog, plan_key: str, *, organisation_id: str, now: datetime
) -> str:
    """Return the id of the organisation's version of a shipped plan, copied with its texts if it is new.

    Raises Invalid `refusal.unknown_plan`.
    """
    shipped = plan(catalog, plan_key)
    found = await plan_versions.find(work, organisation_id=organisation_id, plan=shipped)
    if found is not None:
        return found
    for message in catalog.texts_of(shipped):
        await text(work, message, organisation_id=organisation_id, now=now)
    return await plan_versions.add(work, organisation_id=organisation_id, plan=shipped, now=now)


async def text(work: works.Work, message: shelf.Message, *, organisation_id: str, now: datetime) -> str:
    """Return the id of a text's copy, made if it is new."""
    return await plan_versions.text(
        work,
        organisation_id=organisation_id,
        key=message.key,
        language=message.language,
        hash=message.hash,
        body=message.text,
        facts=message.facts,
        now=now,
    )


async def find_text(work: works.Work, message: shelf.Message, *, organisation_id: str) -> str | None:
    """Return the id of a text's copy; None if it has not been copied."""
    return await plan_versions.find_text(
        work,
        organisation_id=organisation_id,
        key=message.key,
        language=message.language,
        hash=message.hash,
    )
