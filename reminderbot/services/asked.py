"""What a chat has asked last, so that "and the sun?" is understood, and what to send to the clinic if nobody knows."""

import dataclasses
from datetime import datetime, timedelta
from typing import Final

from reminderbot.services import access, people
from reminderbot.store import asked
from reminderbot.store import work as works

FORGOTTEN: Final = timedelta(hours=1)
"""After so long without a question, the next one stands by itself."""

SOME: Final = 2
"""Questions in a row that nobody could answer, from which they are offered to be sent to the clinic."""

_MOST: Final = 5
_LONGEST: Final = 600  # characters of each


@dataclasses.dataclass(frozen=True)
class Asked:
    """The topic that was answered last, and the questions since that were not, the latest last."""

    topic: str = ""
    unknown: tuple[str, ...] = dataclasses.field(default=(), repr=False)

    def answered(self, topic: str) -> "Asked":
        """Return what stands after a question that was answered; a clinic's own answer has no topic."""
        return Asked(topic)

    def missed(self, words: str, topic: str = "") -> "Asked":
        """Return what stands after a question that was not."""
        return Asked(topic or self.topic, (*self.unknown, words[:_LONGEST])[-_MOST:])


async def load(work: works.Work, who: access.Person, *, now: datetime) -> Asked:
    """Return what the chat has asked within the last hour."""
    found = await asked.load(work, who.chat_id, since=now - FORGOTTEN)
    return Asked(found["topic"], tuple(found["unknown"])) if found else Asked()


async def save(work: works.Work, who: access.Person, what: Asked, *, now: datetime) -> None:
    """Remember what the chat has asked."""
    chat = await people.chat(work, who)
    await asked.save(work, chat.id, chat.key_id, dataclasses.asdict(what), now=now)
