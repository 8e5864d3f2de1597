"""Alerts of one's own: a chat is linked and unlinked, alerts are paused."""

from starlette.responses import Response

from reminderbot.services import linking
from reminderbot.web.console.pages import Open, Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


@pages.get("/me/alerts", Open.STAFF)
async def show(visit: Visit) -> Response:
    """Show whether a chat is linked."""
    return visit.show("me_alerts.html", alerts=await linking.standing(visit.work, visit.who), link=None)


@pages.post("/me/alerts", Open.STAFF, again=show)
async def change(visit: Visit) -> Response:
    """Pause alerts, take them up again, or unlink."""
    match visit.form.get("do"):
        case "unlink":
            await linking.unlink(visit.work, visit.who)
            return visit.go("/me/alerts", done="alerts-unlinked")
        case "on":
            await linking.set_on_alert(visit.work, visit.who, is_on=True)
            return visit.go("/me/alerts", done="alerts-on")
        case "off":
            await linking.set_on_alert(visit.work, visit.who, is_on=False)
            return visit.go("/me/alerts", done="alerts-off")
        case _:
            return visit.go("/me/alerts")


@pages.post("/me/alerts/link", Open.STAFF, again=show)
async def link(visit: Visit) -> Response:
    """Make a link and show it, this once: only its hash is kept."""
    made = await linking.make(visit.work, visit.who, bot_id=visit.console.bot_id, machine_now=visit.machine_now)
    standing = await linking.standing(visit.work, visit.who)
    return visit.show("me_alerts.html", alerts=standing, link=made)
