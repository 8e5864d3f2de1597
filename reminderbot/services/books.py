"""The books that a clinic words: the bot's own words, and the texts of every plan, its own plans among them."""

from collections.abc import Mapping

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans
from reminderbot.services import access, plan_steps, shipping, wording
from reminderbot.store import plan_editions
from reminderbot.store import work as works

_Steps = tuple[str, tuple[plans.Step, ...]]


async def catalog(work: works.Work, who: access.Staff, shipped: catalogs.Catalog) -> catalogs.Catalog:
    """Return the catalog that also knows the clinic's own plans: whatever their drafts or what is in force say.

    A plan of it holds one step for each text, not what is sent. NotAllowed without the right to read wording.
    """
    access.require(who, access.Right.READ_WORDING)
    saying: dict[str, dict[str, plans.Step]] = {}
    for key, steps in await _written(work, who) + await _published(work, who):
        of_plan = saying.setdefault(key, {})
        standing = shipped.plan(key).steps if key in shipped.plan_keys else ()
        for step in (*steps, *standing):
            of_plan.setdefault(step.message, step)
    return shipped.with_plans({key: plans.Plan(key, plan_steps.ordered(each.values())) for key, each in saying.items()})


async def names(work: works.Work, who: access.Staff, shipped: catalogs.Catalog, language: str) -> dict[str, str]:
    """Return what each plan of the clinic is called in a language, by its key."""
    access.require(who, access.Right.READ_WORDING)
    called: dict[str, Mapping[str, str]] = {key: {} for key in shipped.plan_keys}
    called |= {each.plan_key: each.called for each in await plan_editions.drafts(work, wording.scope(who))}
    called |= {key: each.called for key, each in (await plan_editions.in_force(work, who.clinic_id)).items()}
    return {key: shipping.called(key, each, language) for key, each in called.items()}


def listed(known: catalogs.Catalog) -> tuple[str, ...]:
    """Return the books of a clinic's catalog: its plans', and the bot's own words."""
    return (*known.plan_keys, wording.WORDS)


async def _written(work: works.Work, who: access.Staff) -> list[_Steps]:
    return [(each.plan_key, each.steps) for each in await plan_editions.drafts(work, wording.scope(who))]


async def _published(work: works.Work, who: access.Staff) -> list[_Steps]:
    return [(key, each.plan.steps) for key, each in (await plan_editions.in_force(work, who.clinic_id)).items()]
