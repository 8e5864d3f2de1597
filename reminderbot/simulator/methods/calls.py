"""One call of a bot: who calls, what, with which checked parameters and files, in which world."""

import dataclasses
from typing import Any

from reminderbot.simulator import journal, refusals, world


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class Call:
    """A call whose parameters have been held against the table."""

    state: world.World
    journal: journal.Journal
    bot: world.Bot
    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload]

    def talk(self) -> world.Conversation:
        """Return the conversation with `chat_id`; 400 or 403 where the bot may not write."""
        return reach(self.state, self.bot, self.params["chat_id"])


def reach(state: world.World, bot: world.Bot, chat_id: int | str) -> world.Conversation:
    """Return the conversation with a chat that takes the bot's messages; else Telegram's refusal."""
    if chat_id in state.groups:
        return _reach_group(state, bot, state.groups[int(chat_id)])
    person = state.people.get(chat_id) if isinstance(chat_id, int) else None
    if person is None:
        raise refusals.bad("chat not found")
    if person.deactivated:
        raise refusals.forbidden("user is deactivated")
    talk = state.conversation(bot, person)
    if not talk.started:
        raise refusals.forbidden("bot can't initiate conversation with a user")
    if talk.blocked:
        raise refusals.forbidden("bot was blocked by the user")
    return talk


def _reach_group(state: world.World, bot: world.Bot, group: world.Group) -> world.Conversation:
    if group.migrated_to is not None:
        refused = refusals.bad("group chat was upgraded to a supergroup chat")
        refused.parameters["migrate_to_chat_id"] = group.migrated_to
        raise refused
    if bot.id not in group.bots:
        raise refusals.forbidden("bot is not a member of the supergroup chat")
    return state.conversation(bot, group)
