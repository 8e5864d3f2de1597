"""The door to faults and to what truly happened: `/control/faults` and `/control/log/…`."""

import dataclasses
from typing import Any

from starlette.routing import BaseRoute, Route

from reminderbot.simulator import asking, faults, journal, world


class Truth:
    """Orders faults and reads the journal."""

    def __init__(self, state: world.World, log: journal.Journal, ordered: faults.Faults) -> None:
        self._state = state
        self._log = log
        self._faults = ordered

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            self._route("GET", "/control/faults", self._list),
            self._route("POST", "/control/faults", self._order),
            self._route("DELETE", "/control/faults", self._clear),
            self._route("DELETE", "/control/faults/{fault:int}", self._clear),
            self._route("GET", "/control/log/sends", self._sends),
            self._route("GET", "/control/log/calls", self._calls),
        ]

    def _route(self, method: str, path: str, answer: asking.Answer) -> Route:
        return Route(path, asking.endpoint(self._state, answer), methods=[method])

    async def _list(self, _: asking.Asked) -> Any:
        return [dataclasses.asdict(rule) for rule in self._faults.rules]

    async def _order(self, asked: asking.Asked) -> Any:
        return dataclasses.asdict(self._faults.add(faults.Fault(**asked.body)))

    async def _clear(self, asked: asking.Asked) -> Any:
        self._faults.clear(asked.path.get("fault"))
        return {"rules": len(self._faults.rules)}

    async def _sends(self, asked: asking.Asked) -> Any:
        """List accepted sends with a number beyond `after`."""
        after = int(asked.number("after"))
        return [dataclasses.asdict(send) for send in self._log.sends[after:]]

    async def _calls(self, asked: asking.Asked) -> Any:
        """List calls with a number beyond `after`, the last 50,000 at most."""
        after = asked.number("after")
        return [dataclasses.asdict(call) for call in self._log.calls if call.number > after]
