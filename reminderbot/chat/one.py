"""What one reminder is called in a message about it."""

from reminderbot.chat.visit import Visit
from reminderbot.planning import second_ask
from reminderbot.services import coming, own_titles, pausing, rows


async def title(visit: Visit, found: coming.Coming) -> str:
    """Return the title of a reminder, or as its text begins where it is a step of a clinic's own plan."""
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    key = second_ask.title_key(found.row.step_key, found.row.round)
    return rows.title(visit, key, titles.get((found.row.treatment_id, key), ""))


async def comes(visit: Visit, key: str, found: coming.Coming) -> str:
    """Return the text under `key` with when a reminder comes; or that a pause or quiet hours outlast it."""
    called, zone = await title(visit, found), found.patient.zone
    until = visit.moment(found.until.replace(tzinfo=None), zone=zone)
    if coming.comes(found.row, found.patient, visit.now) >= found.row.useful_until:
        return visit.text("one.held", title=called, until=until)
    held = await pausing.held_back(visit.work, visit.who, now=visit.now)
    if held.get(found.row.id, visit.now) is None:
        return visit.text("row.paused", title=called)
    at = coming.expected(found, visit.now)
    moment = visit.moment(at.replace(tzinfo=None), zone=zone) if at else ""
    return visit.text(key, title=called, moment=moment, until=until)
