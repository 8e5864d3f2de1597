"""A person's own pages: signing out."""

from starlette.responses import Response

from reminderbot.services import sign_ins
from reminderbot.web.console.pages import Open, Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


@pages.post("/sign-out", Open.HALF)
async def sign_out(visit: Visit) -> Response:
    """End the sign-in of this browser."""
    assert visit.sign_in is not None  # noqa: S101 - Open.HALF
    await sign_ins.end(visit.work, visit.sign_in, machine_now=visit.machine_now)
    visit.cookies["reminderbot"] = ""
    return visit.go("/sign-in", done="signed-out")
