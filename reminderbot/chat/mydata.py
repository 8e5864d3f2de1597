"""All that is stored about a person, sent as two files: a page to read, and JSON with every row."""

from typing import Final

from reminderbot.chat import reply
from reminderbot.chat.visit import Visit
from reminderbot.services import mydata, mydata_page, own_titles

NAME: Final = "my-data"


async def send(visit: Visit, _rest: str = "") -> None:
    """Send the page and the JSON; whoever has no session yet gets what little there is."""
    copy = await mydata.of_chat(visit.work, visit.who, now=visit.now)
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    page, caption = mydata_page.whole(visit, copy, titles), visit.text("mydata.page")
    visit.calls.append(reply.document(f"{NAME}.html", page, caption))
    visit.calls.append(reply.document(f"{NAME}.json", copy.json, visit.text("mydata.json")))
