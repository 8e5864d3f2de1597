"""Shows the bot's name, descriptions and commands in Telegram: reads what stands there, sets what differs."""

from collections.abc import Sequence
from typing import Any

import structlog

from reminderbot.gateway import meaning, transport

_PLACE = frozenset({"language_code", "scope"})

log = structlog.get_logger(__name__)


async def show(telegram: transport.Transport, calls: Sequence[tuple[str, dict[str, Any]]]) -> int:
    """Make the calls that change something; return how many were made.

    Telegram limits changes of a name to a few a day, so that setting it at every start would be refused.
    A call that fails is left: the profile is no condition of serving patients.
    """
    made = 0
    for method, params in calls:
        if await _stands(telegram, method, params):
            continue
        answer = await telegram.call(transport.Way.REPLY, method, params)
        made += 1
        if answer.outcome is not meaning.Outcome.ACCEPTED:
            log.warning("the profile could not be set", method=method, outcome=answer.outcome, detail=answer.detail)
    return made


async def _stands(telegram: transport.Transport, method: str, params: dict[str, Any]) -> bool:
    place = {name: value for name, value in params.items() if name in _PLACE}
    wanted = {name: value for name, value in params.items() if name not in _PLACE}
    answer = await telegram.call(transport.Way.REPLY, method.replace("set", "get", 1), place)
    if answer.outcome is not meaning.Outcome.ACCEPTED:
        return False
    found = {"commands": answer.result} if isinstance(answer.result, list) else answer.result
    return bool(found == wanted)
