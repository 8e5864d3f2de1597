"""Albums: several pictures that are sent as one, arrive one by one, and are answered once."""

from datetime import datetime

from reminderbot.services import access
from reminderbot.store import throttles
from reminderbot.store import work as works


async def is_new(work: works.Work, who: access.Person, album: str, *, now: datetime) -> bool:
    """Tell whether this is the first that has come of a chat's album; remembered for some hours, by a blind id."""
    id = throttles.id_of(work, "album", f"{who.chat_id}|{album}")
    return await throttles.is_first(work, id, now=now)
