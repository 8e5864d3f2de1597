"""The clinics of an organisation beside each other, and what they may not change."""

import math

from starlette.responses import Response

from reminderbot.services import access, chain, organisations
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


async def again(visit: Visit) -> Response:
    """Show the clinics, with the boxes as they were ticked where a form was refused."""
    seen = await chain.of(visit.work, visit.who, now=visit.now)
    catalog, above = visit.console.catalog, seen.organisation
    ticked = visit.lists.get("locks", []) if visit.refused else above.locks
    total = chain.total(seen.clinics, visit.text("console.chain.all")) if len(seen.clinics) > 1 else None
    return visit.show(
        "chain.html",
        above=above,
        clinics=seen.clinics,
        total=total,
        percent=_percent,
        settings=[(name, _called(visit, name)) for name in organisations.SETTINGS],
        texts=[(organisations.TEXTS + key, visit.text("console.chain.texts", text=key)) for key in catalog.plan_keys],
        ticked=set(ticked),
    )


@pages.get("/chain", access.Right.SEE_CHAIN)
async def show(visit: Visit) -> Response:
    """Show the clinics."""
    return await again(visit)


@pages.post("/chain/locks", access.Right.SEE_CHAIN, again=again, proves=True)
async def lock(visit: Visit) -> Response:
    """Save what the clinics may not change."""
    seen = [name for name in visit.form.get("seen", "").split(",") if name]
    locks = visit.lists.get("locks", [])
    is_new = await organisations.lock(visit.work, visit.who, locks, seen=seen, catalog=visit.console.catalog)
    return visit.go("/chain", done="locks-saved" if is_new else "locks-same")


def _called(visit: Visit, name: str) -> str:
    """Return what a setting is called among others, where its label stands in need of what is around it."""
    key = f"chain.lock-{name}"
    return visit.text(key if visit.console.words.has("en", f"console.{key}") else f"clinic.{name}")


def _percent(share: float | None) -> str:
    """Return a share as people read it; never 100 % while something failed."""
    return "–" if share is None else f"{math.floor(share * 1000) / 10:g} %"
