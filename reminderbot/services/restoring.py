"""After a restore, before anything is served: who was erased since is erased again, and the past is not sent again."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reminderbot import clocks, errors
from reminderbot.services import privacy
from reminderbot.store import audit, erasure_list, restored
from reminderbot.store import work as works

BATCH: Final = 200
OTHERS_LIST: Final = (
    "The erasure list lacks somebody who was erased before this backup was made: it is older than the backup, or "
    "another installation's. Bring the right one."
)


@dataclasses.dataclass(frozen=True)
class Settled:
    """What was done: patients and chats erased again, reminders to review, updates and messages parked."""

    patients: int
    chats: int
    reminders: int
    updates: int
    messages: int


async def settle(work: works.Work, listed: Sequence[erasure_list.Erasure], *, made_at: str, now: datetime) -> Settled:
    """Make restored rows fit to go on from `now` (product clock); Unusable for the list of another installation.

    An empty list is a person's word that nobody was erased since, and is taken.
    """
    if listed and not set(await restored.erased(work)) <= set(listed):
        raise errors.Unusable(OTHERS_LIST)
    at = clocks.machine()
    updates = await restored.park_updates(work, at)  # first: an erasure empties what is parked
    patients = await _erase_patients(work, _ids(listed, erasure_list.Kind.PATIENT), now)
    chats = await _erase_chats(work, _ids(listed, erasure_list.Kind.CHAT), now)
    messages = await restored.park_messages(work)
    reminders = await restored.review(work, now)
    await restored.reset(work, at)
    settled = Settled(len(patients), chats, reminders, updates, messages)
    await _note(work, settled, patients, made_at=made_at, at=at)
    return settled


async def _erase_patients(work: works.Work, ids: Sequence[str], now: datetime) -> list[restored.Known]:
    found = []
    for start in range(0, len(ids), BATCH):
        known = await restored.patients(work, ids[start : start + BATCH])
        await privacy.erase_again(work, [each.id for each in known], now=now)
        found += known
    return found


async def _erase_chats(work: works.Work, ids: Sequence[str], now: datetime) -> int:
    erased = 0
    for start in range(0, len(ids), BATCH):
        for chat in await restored.chats(work, ids[start : start + BATCH]):
            await privacy.erase_chat_again(work, chat.id, chat.key_id, index=chat.index, now=now)
            erased += 1
    return erased


async def _note(
    work: works.Work, settled: Settled, patients: Sequence[restored.Known], *, made_at: str, at: datetime
) -> None:
    """Write into each clinic's audit that it goes on from a backup, and who was erased again."""
    detail = {"made_at": made_at, "reminders": settled.reminders}
    for clinic_id, organisation_id in await restored.clinics(work):
        whose = {"organisation_id": organisation_id, "clinic_id": clinic_id, "at": at}
        await audit.add(work, **whose, actor="operator", action="backup.restored", detail=detail)  # type: ignore[arg-type]
    for each in patients:
        if each.clinic_id and each.organisation_id:
            whose = {"organisation_id": each.organisation_id, "clinic_id": each.clinic_id, "at": at}
            who = {"actor": "program", "action": "patient.erased", "patient_id": each.id, "detail": {"restored": True}}
            await audit.add(work, **whose, **who)  # type: ignore[arg-type]


def _ids(listed: Sequence[erasure_list.Erasure], kind: erasure_list.Kind) -> list[str]:
    return [each.id for each in listed if each.kind is kind]
