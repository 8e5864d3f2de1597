"""The door of tests and demos: `/control/…`, to be people and groups and to see what they see."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from reminderbot.simulator import asking, people, views, world

LONGEST_WAIT_SECONDS = 30.0


class Control:
    """What can be asked of the world; every deed answers with the version before it, for waiting from there."""

    def __init__(self, state: world.World) -> None:
        self._state = state

    def routes(self) -> list[BaseRoute]:
        """Return the routes, each with one method and one answer."""
        one = "/control/people/{person:int}"
        return [
            self._route("GET", "/control/bots", self._bots),
            self._route("POST", "/control/bots", self._change_bot),
            self._route("GET", "/control/people", self._people),
            self._route("POST", "/control/people", self._add_person),
            self._route("GET", one, self._person),
            self._route("POST", one, self._change_person),
            self._route("GET", f"{one}/chat", self._chat),
            self._route("POST", f"{one}/start", self._start),
            self._route("POST", f"{one}/text", self._text),
            self._route("POST", f"{one}/edit", self._edit),
            self._route("POST", f"{one}/thing", self._thing),
            self._route("POST", f"{one}/tap", self._tap),
            self._route("POST", f"{one}/press", self._press),
            self._route("POST", f"{one}/block", self._block),
            self._route("POST", f"{one}/unblock", self._unblock),
            self._route("GET", one + "/taps/{tap}", self._answer),
            self._route("POST", "/control/groups", self._add_group),
            self._route("GET", "/control/updates", self._updates),
            self._route("GET", "/control/files/{file}", self._file),
        ]

    def _route(self, method: str, path: str, answer: asking.Answer) -> Route:
        return Route(path, asking.endpoint(self._state, answer), methods=[method])

    async def _bots(self, asked: asking.Asked) -> Any:
        reader = world.Person(id=0, language_code=asked.query.get("language"))
        return [views.bot(bot, reader) for bot in self._state.bots.values()]

    async def _change_bot(self, asked: asking.Asked) -> Any:
        """Add a bot by its token, or change one: revoke it, let it read groups."""
        token = asked.body.pop("token")
        bot = self._state.bots.get(token) or self._state.add_bot(world.Bot(token=token))
        _assign(bot, asked.body, {"first_name", "username", "reads_groups", "revoked"})
        return {"id": bot.id}

    async def _people(self, _: asking.Asked) -> Any:
        return [views.person(person) for person in self._state.people.values()]

    async def _add_person(self, asked: asking.Asked) -> Any:
        person = world.Person(**({"id": self._state.free_person_id()} | asked.body))
        if person.id in self._state.people:
            raise people.Impossible(f"there is a person {person.id} already")
        self._state.people[person.id] = person
        return views.person(person)

    async def _person(self, asked: asking.Asked) -> Any:
        return views.person(asked.person())

    async def _change_person(self, asked: asking.Asked) -> Any:
        _assign(asked.person(), asked.body, set(views.person(asked.person())) - {"id"})
        return views.person(asked.person())

    async def _chat(self, asked: asking.Asked) -> Any:
        """Show the conversation; with `after` and `wait`, once it has changed since that version."""
        talk, person = asked.talk(), asked.person()
        if talk.version <= asked.number("after", -1):
            await talk.news.heard(min(asked.number("wait"), LONGEST_WAIT_SECONDS))
        return views.chat(self._state, talk, person, deleted="deleted" in asked.query)

    async def _start(self, asked: asking.Asked) -> Any:
        talk = asked.talk()
        before = talk.version
        sent = people.start(self._state, talk, asked.person(), payload=asked.body.get("payload", ""))
        return {"version": before, "message_id": sent.id}

    async def _text(self, asked: asking.Asked) -> Any:
        talk, body = asked.talk(), asked.body
        before = talk.version
        sent = people.say(
            self._state,
            talk,
            asked.person(),
            body["text"],
            reply_to=body.get("reply_to"),
            forwarded_from=body.get("forwarded_from"),
        )
        return {"version": before, "message_id": sent.id}

    async def _edit(self, asked: asking.Asked) -> Any:
        talk = asked.talk()
        before = talk.version
        people.edit(self._state, talk, asked.person(), asked.body["message_id"], asked.body["text"])
        return {"version": before}

    async def _thing(self, asked: asking.Asked) -> Any:
        talk, body = asked.talk(), asked.body
        before = talk.version
        sent = people.send_thing(self._state, talk, asked.person(), body["kind"], caption=body.get("caption", ""))
        return {"version": before, "message_id": sent.id}

    async def _tap(self, asked: asking.Asked) -> Any:
        talk = asked.talk()
        before = talk.version
        tap = people.tap_label(
            self._state, talk, asked.person(), asked.body["label"], message_id=asked.body.get("message_id")
        )
        return {"version": before, "tap": tap.id if tap else None}

    async def _press(self, asked: asking.Asked) -> Any:
        talk, body = asked.talk(), asked.body
        before = talk.version
        latest = max(talk.messages, default=0)
        message_id = body.get("message_id") or latest
        tap = people.press(self._state, talk, asked.person(), body["data"], message_id=message_id)
        return {"version": before, "tap": tap.id}

    async def _block(self, asked: asking.Asked) -> Any:
        people.block(self._state, asked.talk(), asked.person())
        return {"version": asked.talk().version}

    async def _unblock(self, asked: asking.Asked) -> Any:
        people.unblock(self._state, asked.talk(), asked.person())
        return {"version": asked.talk().version}

    async def _answer(self, asked: asking.Asked) -> Any:
        """Show what the bot answered to a tap, waiting for it up to `wait` seconds."""
        talk = asking.found(self._state.taps.get(asked.path["tap"]), "tap")
        tap = talk.taps[asked.path["tap"]]
        ends = self._state.monotonic() + min(asked.number("wait"), LONGEST_WAIT_SECONDS)
        while tap.answer is None and await talk.news.heard(ends - self._state.monotonic()):
            pass
        return views.answer(tap)

    async def _add_group(self, asked: asking.Asked) -> Any:
        """Make a group and let a person add the bot to it."""
        person = asking.found(self._state.people.get(asked.body["person"]), "person")
        group = self._state.add_group(asked.body.get("title", "Group"))
        people.join(self._state, group, asked.bot(), person)
        return {"id": group.id}

    async def _updates(self, asked: asking.Asked) -> Any:
        return views.updates(self._state, asked.bot().id)

    async def _file(self, asked: asking.Asked) -> Any:
        file = asking.found(self._state.files.get(asked.path["file"]), "file")
        return Response(file.content, media_type=file.mime, headers={"X-Content-Type-Options": "nosniff"})


def _assign(thing: object, values: dict[str, Any], allowed: set[str]) -> None:
    for key, value in values.items():
        if key not in allowed:
            raise ValueError(f"{key} cannot be set; {', '.join(sorted(allowed))} can")
        setattr(thing, key, value)
