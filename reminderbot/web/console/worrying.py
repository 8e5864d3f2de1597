"""The clinic's own worrying words: one list, shown and changed."""

from starlette.responses import Response

from reminderbot.services import worry_words
from reminderbot.services.access import Right
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


@pages.get("/questions/worrying", Right.ANSWER)
async def show(visit: Visit) -> Response:
    """Show the list as it stands."""
    row = await worry_words.of_clinic(visit.work, visit.who)
    version = row.version if visit.status == 409 else visit.form.get("version", row.version)
    return visit.show("worrying.html", row=row, version=version)


@pages.post("/questions/worrying", Right.ANSWER, again=show)
async def change(visit: Visit) -> Response:
    """Change the list."""
    version = visit.form.get("version", "")
    await worry_words.change(
        visit.work,
        visit.who,
        visit.form.get("lines", ""),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        now=visit.now,
    )
    return visit.go("/questions/worrying", done="worrying-changed")
