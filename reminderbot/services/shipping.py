"""Which plans there are: the shipped ones under what a clinic has published; copied by content hash when first used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import shelf
from reminderbot.planning import plans
from reminderbot.store import plan_editions, plan_versions
from reminderbot.store import work as works


def plan(catalog: catalogs.Catalog, plan_key: str) -> plans.Plan:
    """Return a shipped plan; Invalid `refusal.unknown_plan` (`text`)."""
    if plan_key not in catalog.plan_keys:
        raise errors.Invalid("refusal.unknown_plan", text=plan_key[:64])
    return catalog.plan(plan_key)


async def in_force(work: works.Work, catalog: catalogs.Catalog, plan_key: str, *, clinic_id: str) -> plans.Plan:
    """Return the plan that new treatments of a clinic follow: what it has published, else the shipped one.

    Raises Invalid `refusal.unknown_plan`.
    """
    own = (await plan_editions.in_force(work, clinic_id)).get(plan_key)
    return own.plan if own else plan(catalog, plan_key)


async def offered(work: works.Work, catalog: catalogs.Catalog, *, clinic_id: str) -> dict[str, Mapping[str, str]]:
    """Return the plans that a clinic treats by, each with what it is called by language."""
    own = await plan_editions.in_force(work, clinic_id)
    shipped: dict[str, Mapping[str, str]] = {key: {} for key in catalog.plan_keys}
    return shipped | {key: each.called for key, each in own.items()}


def called(key: str, names: Mapping[str, str], language: str) -> str:
    """Return what a plan is called in a language: its name there, else in any other, else made of its key."""
    return names.get(language) or next(iter(names.values()), "") or key.replace("-", " ").capitalize()


async def plan_version(
    work: works.Work,
    catalog: catalogs.Catalog,
    plan_key: str,
    *,
    organisation_id: str,
    now: datetime,
    clinic_id: str | None = None,
) -> str:
    """Return the id of the organisation's version of the plan in force in a clinic, copied if it is new.

    Without `clinic_id` it is the shipped plan. Raises Invalid `refusal.unknown_plan`.
    """
    if clinic_id is None:
        wanted = plan(catalog, plan_key)
    else:
        wanted = await in_force(work, catalog, plan_key, clinic_id=clinic_id)
    return await version_of(work, catalog, wanted, organisation_id=organisation_id, now=now)


async def version_of(
    work: works.Work, catalog: catalogs.Catalog, wanted: plans.Plan, *, organisation_id: str, now: datetime
) -> str:
    """Return the id of the organisation's version that says what `wanted` does; texts of a shipped plan come along."""
    found = await plan_versions.find(work, organisation_id=organisation_id, plan=wanted)
    if found is not None:
        return found
    if wanted.key in catalog.plan_keys and wanted == catalog.plan(wanted.key):
        copies = [_copy(message) for message in catalog.texts_of(wanted)]
        await plan_versions.keep_texts(work, copies, organisation_id=organisation_id, now=now)
    return await plan_versions.add(work, organisation_id=organisation_id, plan=wanted, now=now)


async def text(work: works.Work, message: shelf.Message, *, organisation_id: str, now: datetime) -> str:
    """Return the id of a text's copy, made if it is new."""
    return await plan_versions.text(work, **_copy(message), organisation_id=organisation_id, now=now)


def _copy(message: shelf.Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "language": message.language,
        "hash": message.hash,
        "body": message.text,
        "facts": list(message.facts),
    }


async def find_text(work: works.Work, message: shelf.Message, *, organisation_id: str) -> str | None:
    """Return the id of a text's copy; None if it has not been copied."""
    return await plan_versions.find_text(
        work,
        organisation_id=organisation_id,
        key=message.key,
        language=message.language,
        hash=message.hash,
    )
