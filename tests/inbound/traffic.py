"""What people write: worries, whose words are kept in order, and calls for help, in turn; some of it cannot be read."""

import dataclasses
from typing import Any

from tests.chaos import rows

A_CHAT = 20  # updates
POISON = 7  # place in a chat of an update that cannot be read, for some chats
WORRY, HELP = "I am worried", "/help"


@dataclasses.dataclass(frozen=True)
class Traffic:
    """So many updates over the chats of the first patients: the n-th of a chat comes before its next."""

    count: int

    @property
    def chats(self) -> int:
        """How many chats write."""
        return -(-self.count // A_CHAT)

    def update(self, id: int) -> dict[str, Any]:
        """Return an update, counted from 1, as Telegram's JSON."""
        chat, place = self.where(id)
        words = f"{WORRY} {place}" if self.is_worry(id) else HELP
        person = {"id": chat, "first_name": "Ana", "language_code": "en"}
        message: dict[str, Any] = {
            "message_id": id,
            "date": "soon" if self.is_poison(id) else 1_790_000_000 + id,
            "chat": {"type": "private", **person},
            "from": {"is_bot": False, **person},
            "text": words,
        }
        return {"update_id": id, "message": message}

    def where(self, id: int) -> tuple[int, int]:
        """Return the chat of an update, and its place among the chat's."""
        place, chat = divmod(id - 1, self.chats)
        return rows.CHATS + 1 + chat, place

    def is_poison(self, id: int) -> bool:
        """Tell whether an update fails whenever it is served."""
        chat, place = self.where(id)
        return place == POISON and chat % 5 == 0

    def is_worry(self, id: int) -> bool:
        """Tell whether an update says a worry; a poisoned one counts as none, so that readable ones take turns."""
        chat, place = self.where(id)
        behind = place > POISON and chat % 5 == 0
        return (place - behind) % 2 == 0

    def of_chat(self, chat: int) -> list[int]:
        """Return the updates of a chat that can be read, in order."""
        first = chat - rows.CHATS
        return [id for id in range(first, self.count + 1, self.chats) if not self.is_poison(id)]
