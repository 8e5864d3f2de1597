"""Makes the message of a reminder: the text in force, the patient's blanks, the buttons; of several, one message."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions, shelf
from reminderbot.planning import plans, second_ask
from reminderbot.services import in_force, keyboards, shipping, values
from reminderbot.store import plan_versions, sendings
from reminderbot.store import ready as readies
from reminderbot.store.work import Work

METHOD = "sendMessage"
NOTE = "told.note"
"""The key of the words that a clinic's own line to a step stands in."""
BETWEEN = "\n\n· · ·\n\n"  # the texts of two treatments in one message
LONGEST = 4096  # characters of a message once parsed; what does not fit beside the first text goes by itself


@dataclasses.dataclass(frozen=True)
class Composed:
    """A message ready to go: the parameters of sendMessage without the chat, and what each row keeps of it.

    `wordings` holds that of the reminder which bears the message first, then those of the others that it says, as
    many as fit. From the product instant `stale_at` on, a clinic's note in it is over. `asks_again_after` it was sent,
    what the first of them asks is asked once more.
    """

    to: int = dataclasses.field(repr=False)
    params: dict[str, Any] = dataclasses.field(repr=False)
    wordings: tuple[sendings.Wording, ...] = dataclasses.field(repr=False)
    stale_at: datetime | None = None
    asks_again_after: timedelta | None = None


class Compose(Protocol):
    """What makes the message of reminders; whatever it raises counts as a failure to render."""

    async def __call__(self, work: Work, every: Sequence[readies.Ready], *, now: datetime) -> Composed | None:
        """Return the message that says `every` reminder of one patient, at the product instant `now`.

        None if the patient or the chat is erased.
        """


class Composer:
    """Composes from the shipped texts and what clinics have published over them.

    Versions of plans and copies of texts never change: they are kept. A clinic's wording is kept until it publishes or
    withdraws something, which its number tells.
    """

    def __init__(self, catalog: catalogs.Catalog) -> None:
        self._catalog = catalog
        self._plans: dict[str, plans.Plan] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._kept = in_force.Kept(catalog)

    async def __call__(self, work: Work, every: Sequence[readies.Ready], *, now: datetime) -> Composed | None:
        """Return the message in the patient's language, each text worded for the treatment it belongs to."""
        first = every[0]
        opened = readies.opened(work, first)
        if opened is None:
            return None
        wordings = [await self._worded(work, each, opened, now) for each in every]
        fitting = self._fitting(wordings)
        body = BETWEEN.join(dict.fromkeys(each.body for each in fitting))
        params = {
            "text": body,
            "disable_notification": all(each.silent for each in every),
            "protect_content": True,
            "reply_markup": {"inline_keyboard": await self._keyboard(work, every[: len(fitting)], body)},
        }
        ends = [each.note_until for each in every if each.note_until is not None and each.note_until > now]
        return Composed(opened.to, params, tuple(fitting), min(ends, default=None), await self._again(work, first))

    async def _worded(
        self, work: Work, ready: readies.Ready, opened: readies.Opened, now: datetime
    ) -> sendings.Wording:
        book, wording = (await self._plan(work, ready.plan_version_id)).key, await self._wording(work, ready)
        blanks = values.of_reminder(wording.said, ready, opened, now=now)
        found = wording.worded(ready.language, ready.message_key, book=book, booked_at=ready.booked_at)
        text_id = await self._text_id(work, found.message, ready.organisation_id, now)
        body = found.template.fill(blanks)
        if note := readies.note(work, ready, now):
            body += "\n\n" + wording.said.say(ready.language, NOTE, note=note, clinic_name=blanks["clinic_name"])
        return sendings.Wording(text_id, found.message.language, body, found.edition_id)

    def _fitting(self, wordings: Sequence[sendings.Wording]) -> list[sendings.Wording]:
        fits, length = [wordings[0]], len(self._catalog.plain(wordings[0].body))
        for each in wordings[1:]:
            length += len(BETWEEN) + len(self._catalog.plain(each.body))
            if length > LONGEST:
                break
            fits.append(each)
        return fits

    async def _text_id(self, work: Work, message: shelf.Message, organisation_id: str, now: datetime) -> str:
        """Return the id of the text's copy; only one that is surely committed is kept."""
        at = (organisation_id, message.hash)
        if at not in self._texts:
            found = await shipping.find_text(work, message, organisation_id=organisation_id)
            if found is None:
                return await shipping.text(work, message, organisation_id=organisation_id, now=now)
            self._texts[at] = found
        return self._texts[at]

    async def _wording(self, work: Work, ready: readies.Ready) -> editions.Wording:
        whose = {"organisation_id": ready.organisation_id, "clinic_id": ready.clinic_id}
        return await self._kept.wording(work, **whose, number=ready.wording)

    async def _plan(self, work: Work, version_id: str) -> plans.Plan:
        if version_id not in self._plans:
            self._plans[version_id] = await plan_versions.body(work, version_id)
        return self._plans[version_id]

    async def _again(self, work: Work, ready: readies.Ready) -> timedelta | None:
        if ready.round >= second_ask.ROUND:
            return None
        return (await self._plan(work, ready.plan_version_id)).step(ready.step_key).asks_again_after

    async def _keyboard(self, work: Work, every: Sequence[readies.Ready], body: str) -> list[list[dict[str, str]]]:
        first = every[0]
        asked: dict[plans.Ask, str] = {}
        for ready in every:
            step = (await self._plan(work, ready.plan_version_id)).step(ready.step_key)
            for ask in second_ask.asks(step, ready.round):
                asked.setdefault(ask, ready.id)  # two texts that ask the same thing are answered once
        said = (await self._wording(work, first)).said
        rows = keyboards.buttons(said, first.language, asked, body, of=first.id)
        return [[{"text": words, "callback_data": data}] for words, data in rows]
