"""Versions of plans and copies of texts, each kept once by the hash of what it says."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from reminderbot.planning import plan_form, plans
from reminderbot.store import inserting, tables
from reminderbot.store.work import Work

TRIES = 5  # versions that others may add between our look and our insert


async def find(work: Work, *, organisation_id: str, plan: plans.Plan) -> str | None:
    """Return the id of the version that says exactly what `plan` does."""
    versions = tables.plan_versions.c
    query = select(versions.id).where(
        versions.organisation_id == organisation_id, versions.plan_key == plan.key, versions.hash == _hash(plan)
    )
    return (await work.run(query)).scalar_one_or_none()


async def add(work: Work, *, organisation_id: str, plan: plans.Plan, now: datetime) -> str:
    """Keep `plan` as the next version and return its id; of two visits at once both get the one that was first."""
    versions = tables.plan_versions.c
    highest = select(func.max(versions.number)).where(
        versions.organisation_id == organisation_id, versions.plan_key == plan.key
    )
    for _ in range(TRIES):  # another plan may take the number meanwhile
        await inserting.is_inserted(
            work,
            tables.plan_versions,
            id=tables.new_id(),
            organisation_id=organisation_id,
            plan_key=plan.key,
            number=((await work.run(highest)).scalar_one() or 0) + 1,
            hash=_hash(plan),
            body=plan_form.plan_to(plan),
            created_at=now,
        )
        found = await find(work, organisation_id=organisation_id, plan=plan)
        if found is not None:
            return found
    raise RuntimeError("a version of a plan could not be numbered")


async def body(work: Work, version_id: str) -> plans.Plan:
    """Return the plan that a version says."""
    versions = tables.plan_versions.c
    form = (await work.run(select(versions.body).where(versions.id == version_id))).scalar_one()
    return plan_form.plan_from(form)


async def find_text(work: Work, *, organisation_id: str, key: str, language: str, hash: str) -> str | None:
    """Return the id of the copy of a text."""
    texts = tables.texts.c
    query = select(texts.id).where(
        texts.organisation_id == organisation_id, texts.key == key, texts.language == language, texts.hash == hash
    )
    found: str | None = (await work.run(query)).scalar_one_or_none()
    return found


async def text(
    work: Work,
    *,
    organisation_id: str,
    key: str,
    language: str,
    hash: str,
    body: str,
    facts: Sequence[str],
    now: datetime,
) -> str:
    """Return the id of the copy of a text, made if it is new."""
    which = {"organisation_id": organisation_id, "key": key, "language": language, "hash": hash}
    found = await find_text(work, **which)
    if found is not None:
        return found
    more = {"body": body, "facts": list(facts), "created_at": now}
    await inserting.is_inserted(work, tables.texts, id=tables.new_id(), **which, **more)
    return str(await find_text(work, **which))


async def keep_texts(work: Work, texts: Sequence[Mapping[str, Any]], *, organisation_id: str, now: datetime) -> None:
    """Make the copies of texts that are not there yet; each has a `key`, `language`, `hash`, `body` and `facts`."""
    same = {"organisation_id": organisation_id, "created_at": now}
    await inserting.fill(work, tables.texts, [{"id": tables.new_id(), **same, **text} for text in texts])


def _hash(plan: plans.Plan) -> str:
    return hashlib.sha256(json.dumps(plan_form.plan_to(plan)).encode()).hexdigest()
