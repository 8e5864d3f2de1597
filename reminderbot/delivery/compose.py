"""Makes the message of a reminder at the moment it is sent: the text in force, the patient's blanks, the buttons."""

import dataclasses
from datetime import datetime
from typing import Any, Protocol

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans
from reminderbot.services import shipping, values
from reminderbot.store import plan_versions, sendings
from reminderbot.store.work import Work

METHOD = "sendMessage"
_ASKED = {
    plans.Ask.SKIN: (("button.as_expected", "skin:ok"), ("button.worried", "skin:worried")),
    plans.Ask.READS: (("button.reads_yes", "reads:yes"), ("button.reads_no", "reads:no")),
}


@dataclasses.dataclass(frozen=True)
class Composed:
    """A message ready to go: the parameters of sendMessage without the chat, and what the row keeps of it."""

    params: dict[str, Any] = dataclasses.field(repr=False)
    wording: sendings.Wording = dataclasses.field(repr=False)


class Compose(Protocol):
    """What makes a message of a reminder; whatever it raises counts as a failure to render."""

    async def __call__(self, work: Work, ready: sendings.Ready, *, now: datetime) -> Composed:
        """Return the message for a reminder, at the product instant `now`."""


class Composer:
    """Composes from the catalog in force. Versions of plans never change, so their asks are kept."""

    def __init__(self, catalog: catalogs.Catalog) -> None:
        self._catalog = catalog
        self._plans: dict[str, plans.Plan] = {}

    async def __call__(self, work: Work, ready: sendings.Ready, *, now: datetime) -> Composed:
        """Return the message in the patient's language, worded for the treatment it belongs to."""
        blanks = await values.of_treatment(work, ready.treatment_id, ready.language, catalog=self._catalog, now=now)
        message = self._catalog.message(ready.language, ready.message_key)
        text_id = await shipping.text(work, message, organisation_id=ready.organisation_id, now=now)
        body = self._catalog.say(ready.language, ready.message_key, **blanks)
        asks = (await self._plan(work, ready.plan_version_id)).step(ready.step_key).asks
        params = {
            "text": body,
            "disable_notification": ready.silent,
            "protect_content": True,
            "reply_markup": {"inline_keyboard": self._keyboard(ready, asks, body)},
        }
        return Composed(params, sendings.Wording(text_id, message.language, body))

    async def _plan(self, work: Work, version_id: str) -> plans.Plan:
        if version_id not in self._plans:
            self._plans[version_id] = await plan_versions.body(work, version_id)
        return self._plans[version_id]

    def _keyboard(self, ready: sendings.Ready, asks: tuple[plans.Ask, ...], body: str) -> list[list[dict[str, str]]]:
        """One button a row; the last is the way to a person, which is the worried answer where the skin is asked."""
        words = self._catalog.say_plain
        rows = [
            _button(words(ready.language, key), f"ci:{ready.id}:{data}") for ask in asks for key, data in _ASKED[ask]
        ]
        if plans.Ask.SKIN not in asks:
            rows.append(_button(self._catalog.person_button(ready.language, body), f"worry:{ready.id}"))
        return [[button] for button in rows]


def _button(words: str, data: str) -> dict[str, str]:
    return {"text": words, "callback_data": data}
