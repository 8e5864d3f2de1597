"""One request to the control door: its JSON, whom it is about, and how what goes wrong is answered."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reminderbot.simulator import people, world

Thing = TypeVar("Thing")


class Missing(Exception):
    """What was named does not exist."""


class Asked:
    """A request with its body, and the person and the conversation that it names."""

    def __init__(self, request: Request, state: world.World, body: dict[str, Any]) -> None:
        self.body = body
        self.path = request.path_params
        self.query = request.query_params
        self._state = state

    def person(self) -> world.Person:
        """Return the person of the path."""
        return found(self._state.people.get(self.path["person"]), "person")

    def bot(self) -> world.Bot:
        """Return the bot that `bot` names by its id; the first one if it names none."""
        wanted = self.body.get("bot") or self.query.get("bot")
        return found(self._state.bot(int(wanted) if wanted else None), "bot")

    def talk(self) -> world.Conversation:
        """Return the person's conversation with the bot, or the one in the group that `group` names."""
        group = self.body.get("group") or self.query.get("group")
        chat = found(self._state.groups.get(int(group)), "group") if group else self.person()
        return self._state.conversation(self.bot(), chat)

    def number(self, key: str, default: float = 0) -> float:
        """Return a number of the query."""
        return float(self.query.get(key, default))


Answer = Callable[[Asked], Awaitable[Any]]


def found(thing: Thing | None, what: str) -> Thing:
    """Return a thing that is there; Missing if not."""
    if thing is None:
        raise Missing(f"there is no such {what}")
    return thing


def endpoint(state: world.World, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return a route's endpoint: JSON in, JSON out, and a sentence where it cannot be done."""

    async def serve(request: Request) -> Response:
        try:
            result = await answer(Asked(request, state, await _body(request)))
        except Missing as missing:
            return _error(str(missing), 404)
        except people.Impossible as impossible:
            return _error(str(impossible), 409)
        except (KeyError, TypeError, ValueError) as wrong:
            return _error(f"not understood: {wrong}", 400)
        return result if isinstance(result, Response) else JSONResponse(result)

    return serve


async def _body(request: Request) -> dict[str, Any]:
    """Read the JSON body. Only JSON: a form of a foreign page must not reach a loopback tool."""
    if request.method == "GET":
        return {}
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("the body must be application/json")
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _error(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status)
