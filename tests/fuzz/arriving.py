"""Updates of every kind that Telegram can send, from people and groups, with hostile words; a seed makes each again."""

import dataclasses
import json
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from reminderbot.chat import buttons
from tests.fuzz import hostile, written

_TABLE: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("updates.json").read_text("utf-8"))
OBJECTS: Final[dict[str, dict[str, str]]] = _TABLE["objects"]
UNIONS: Final[dict[str, list[str]]] = _TABLE["unions"]

HEAD: Final = frozenset(
  (
    *("message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count"),
    *("sender_business_bot", "sender_tag", "date", "guest_query_id", "business_connection_id", "chat"),
    *("forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message", "external_reply"),
    *("quote", "reply_to_story", "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot"),
    *("guest_bot_caller_user", "guest_bot_caller_chat", "edit_date", "has_protected_content"),
    *("is_from_offline", "is_paid_post", "media_group_id", "author_signature", "paid_star_count", "entities"),
    *("link_preview_options", "suggested_post_info", "effect_id", "caption", "caption_entities"),
    *("show_caption_above_media", "has_media_spoiler", "reply_markup", "text"),
  )
)  # fmt: skip
"""The fields of a message that are no content by themselves, and its text, which is drawn apart."""

CONTENTS: Final = tuple(sorted(OBJECTS["Message"].keys() - HEAD))
OTHERS: Final = tuple(
    sorted(OBJECTS["Update"].keys() - {"update_id", "message", "edited_message", "callback_query", "my_chat_member"})
)
DEEPEST: Final = 3


@dataclasses.dataclass(frozen=True)
class Sender:
    """Somebody's Telegram account."""

    id: int
    name: str
    language: str

    @property
    def user(self) -> dict[str, Any]:
        """Return it as Telegram's JSON."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}


@dataclasses.dataclass(frozen=True)
class Scene:
    """What an update may speak of: who writes, the groups, ids of rows of all of them, and what was last shown."""

    senders: Sequence[Sender]
    groups: Sequence[int]
    ids: Sequence[str]
    shown: dict[int, Sequence[str]]
    now: datetime


@dataclasses.dataclass(frozen=True)
class Arrived:
    """One update: its kind, its chat and the whole of it."""

    kind: str
    chat: int | None
    raw: dict[str, Any]

    @property
    def is_private(self) -> bool:
        """Tell whether it came from a private chat."""
        return self.chat is not None and self.chat > 0


class Drawing:
    """Draws one update after another; the same chance and the same scene give the same updates."""

    def __init__(self, chance: random.Random, only: str | None = None) -> None:
        """Draw of every kind, or `only` one, such as taps."""
        self.chance = chance
        self.only = only

    def update(self, number: int, scene: Scene) -> Arrived:
        """Return one update."""
        sender = self.chance.choice(scene.senders)
        chat = self._chat(sender, scene)
        kind = (
            self.only
            or self.chance.choices(
                ("message", "callback_query", "edited_message", "my_chat_member", "other"), weights=(50, 34, 4, 4, 8)
            )[0]
        )
        match kind:
            case "message" | "edited_message":
                content, body = self.content()
                body = {**self._message(sender, chat, scene), **body}
                if kind == "edited_message":
                    body["edit_date"] = body["date"]
                return Arrived(f"{kind}.{content}", chat["id"], {"update_id": number, kind: body})
            case "callback_query":
                query, where = self._tap(sender, chat, scene)
                return Arrived(kind, where, {"update_id": number, kind: query})
            case "my_chat_member":
                change = self.made("ChatMemberUpdated") | {"chat": chat, "from": sender.user, "date": _at(scene)}
                return Arrived(kind, chat["id"], {"update_id": number, kind: change})
            case _:
                return self._other(number, sender, chat, scene)

    def content(self) -> tuple[str, dict[str, Any]]:
        """Return what a message holds: words, or any of all that else it may."""
        if self.chance.random() < 0.22:
            return "text", {"text": written.words(self.chance)}
        kind = self.chance.choice(CONTENTS)
        body = {kind: self._of(OBJECTS["Message"][kind].removeprefix("!"), 0)}
        if kind in ("photo", "video", "document", "animation", "audio", "voice") and self.chance.random() < 0.5:
            body["caption"] = written.words(self.chance)[:1024]
        return kind, body

    def made(self, name: str, depth: int = 0) -> dict[str, Any]:
        """Return an object with all that it must have and some of what it may have."""
        if name in UNIONS:
            return self.made(self.chance.choice(UNIONS[name]), depth)
        if name == "Chat":
            return {"id": self._number(), "type": self.chance.choice(("private", "group", "supergroup", "channel"))}
        made = {}
        for field, kind in OBJECTS[name].items():
            if kind.startswith("!") or (depth < DEEPEST and self.chance.random() < 0.1):
                made[field] = self._of(kind.removeprefix("!"), depth + 1)
        return made

    def _of(self, kind: str, depth: int) -> Any:
        if kind.startswith("Array of "):
            most = 3 if depth < DEEPEST else 1
            return [self._of(kind.removeprefix("Array of "), depth) for _ in range(self.chance.randint(1, most))]
        if kind.startswith("="):
            return self.chance.choice(kind[1:].split("|"))
        match kind.split("|")[0]:
            case "String":
                return written.words(self.chance) if self.chance.random() < 0.2 else hostile.words(self.chance)[:300]
            case "Integer":
                return self._number()
            case "Unix":
                return self.chance.choice((0, 1, 1_790_000_000, 2**31 - 1))
            case "Seconds":
                return self.chance.choice((0, 1, 86_400, 2**31 - 1))
            case "Zero":
                return 0
            case "Float":
                return self.chance.uniform(-90, 90)
            case "Boolean" | "True":
                return True
            case name:
                return self.made(name, depth)

    def _number(self) -> int:
        return self.chance.choice((0, 1, 2, 7, -1, 4096, 2**31, 2**52 - 1, -(2**52), -1_001_234_567_890))

    def _chat(self, sender: Sender, scene: Scene) -> dict[str, Any]:
        if scene.groups and self.chance.random() < 0.15:
            return {"id": self.chance.choice(scene.groups), "type": "supergroup", "title": hostile.words(self.chance)}
        return {"id": sender.id, "type": "private", "first_name": sender.name}

    def _message(self, sender: Sender, chat: dict[str, Any], scene: Scene) -> dict[str, Any]:
        """Return a message without content: its head, and now and then what it answers, passes on or belongs to."""
        head = {"message_id": self.chance.randint(1, 2**31), "date": _at(scene), "chat": chat, "from": sender.user}
        for field in sorted(HEAD - head.keys() - {"text", "caption"}):
            if self.chance.random() < 0.02:
                head[field] = self._of(OBJECTS["Message"][field].removeprefix("!"), DEEPEST - 1)
        return head

    def _tap(self, sender: Sender, chat: dict[str, Any], scene: Scene) -> tuple[dict[str, Any], int]:
        query = {"id": str(self._number()), "from": sender.user, "chat_instance": "1"}
        query["data"] = self._data(chat["id"], scene)
        ours = {**self._message(sender, chat, scene), "from": {"id": 1, "is_bot": True, "first_name": "b"}, "text": "x"}
        match self.chance.choices(("here", "gone", "inline", "game"), weights=(75, 15, 5, 5))[0]:
            case "here":
                query["message"] = ours
            case "gone":
                query["message"] = {"message_id": 7, "date": 0, "chat": chat}
            case "inline":
                query["inline_message_id"] = "x"
                return query, sender.id
            case _:
                query["message"] = ours
                query["game_short_name"] = query.pop("data")
        return query, chat["id"]

    def _data(self, chat: int, scene: Scene) -> str:
        """Return what a tap sends: of a button that was shown, of anybody's, or something that no button has."""
        shown, chosen = scene.shown.get(chat, ()), self.chance.random()
        if shown and chosen < 0.5:
            return self.chance.choice(shown)
        if chosen > 0.9:
            return hostile.words(self.chance)[:64]
        rest = self.chance.choice((*scene.ids, *written.RESTS, hostile.words(self.chance)[:40]))
        more = self.chance.choice((*written.RESTS, *scene.ids)) if self.chance.random() < 0.3 else ""
        return ":".join(filter(None, (self.chance.choice(sorted(buttons.HANDLED)), rest, more)))

    def _other(self, number: int, sender: Sender, chat: dict[str, Any], scene: Scene) -> Arrived:
        """Return an update of a kind that we do not ask for: it may come all the same, and means nothing to us."""
        kind = self.chance.choice((*OTHERS, "of_tomorrow"))
        if kind == "of_tomorrow":
            return Arrived(kind, None, {"update_id": number, kind: {"chat": chat, "text": hostile.words(self.chance)}})
        name = OBJECTS["Update"][kind]
        body = self.made(name)
        if name == "Message":
            where = {"id": -1_000_000_000_777, "type": "channel", "title": "x"} if "channel" in kind else chat
            _, held = self.content()
            body = {**self._message(sender, where, scene), **held}
        for field in ("from", "user"):
            if field in body:
                body[field] = sender.user
        return Arrived(kind, None, {"update_id": number, kind: body})


def _at(scene: Scene) -> int:
    return int(scene.now.timestamp())
