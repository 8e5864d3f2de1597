"""Privacy: what is stored about a person, and its erasure."""

import dataclasses
from datetime import datetime, time

from reminderbot.planning import hours, life
from reminderbot.services import access, people, standings
from reminderbot.store import chats, clinics, erasure, holdings, patients, planned, treatments
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class StoredPatient:
    """What is kept about one patient of the chat; the counts are of rows."""

    name: str = dataclasses.field(repr=False)
    treated_by: str = dataclasses.field(repr=False)
    clinic_names: tuple[str, ...]
    language: str
    zone: str
    morning: time
    quiet: hours.Quiet
    treatments: int
    reminders_sent: int
    answers: int
    worries: int


@dataclasses.dataclass(frozen=True)
class Stored:
    """What is kept about a chat and its patients, for /privacy."""

    telegram_id: int = dataclasses.field(repr=False)
    language: str
    arrived_at: datetime
    consented_at: datetime | None
    patients: tuple[StoredPatient, ...]


@dataclasses.dataclass(frozen=True)
class Erased:
    """What the farewell needs, since the chat's own copy is gone; and what may be on its way this second."""

    bot_id: int
    telegram_id: int = dataclasses.field(repr=False)
    language: str
    cancelled: int
    on_the_way: int


async def stored(work: works.Work, who: access.Person) -> Stored:
    """Return what is stored about the chat."""
    chat = await people.chat(work, who)
    everyone = await patients.of_chat(work, who.chat_id)
    held = await holdings.of_patients(work, [each.id for each in everyone])
    rows = await treatments.of_chat(work, who.chat_id)
    return Stored(
        telegram_id=chat.telegram_id,
        language=chat.language,
        arrived_at=chat.created_at,
        consented_at=chat.consented_at,
        patients=tuple(_patient(each, held[each.id], rows) for each in everyone),
    )


async def of_patient(work: works.Work, who: access.Staff, patient_id: str) -> StoredPatient:
    """Return what is stored about one patient of the clinic; NotFound for anybody else's."""
    patient = await people.patient(work, who, patient_id)
    held = await holdings.of_patients(work, [patient_id])
    rows = await treatments.of_clinic(work, who.clinic_id, patient_id=patient_id)
    return _patient(patient, held[patient_id], rows)


async def is_theirs_alone(work: works.Work, patient_id: str, chat_id: str) -> bool:
    """Tell whether a chat that a patient is bound to speaks for nobody else: it then is erased along with them."""
    async with work.across():  # the chat may be another organisation's too
        others = [each for each in await patients.of_chat(work, chat_id) if each.id != patient_id]
        return not others and not await erasure.is_of_staff(work, chat_id)


async def erase(work: works.Work, who: access.Person, *, now: datetime) -> Erased:
    """Erase the chat and its patients: keys and indexes destroyed, sealed columns wiped, reminders CANCELLED.

    Rows without a name stay (the ledger of attempts is append-only). A farewell is owed in the same visit, before
    this. A second erasure: NotFound.
    """
    chat = await people.chat(work, who, lock=True)
    ids = [each.id for each in await patients.of_chat(work, who.chat_id)]
    cancelled = await _erase(work, ids, now)
    on_the_way = await planned.on_the_way(work, planned.of_patients(ids))
    await _erase_chat(work, chat, now)
    return Erased(
        bot_id=chat.bot_id,
        telegram_id=chat.telegram_id,
        language=chat.language,
        cancelled=cancelled,
        on_the_way=on_the_way,
    )


async def erase_patient(work: works.Work, patient_id: str, *, now: datetime) -> None:
    """Erase one patient, and the chat too if it is nobody else's. The caller holds both; the audit is the caller's."""
    chat_id = await patients.chat_of(work, patient_id)
    await _erase(work, [patient_id], now)
    if chat_id is None or not await is_theirs_alone(work, patient_id, chat_id):
        return
    async with work.across():  # no binding leads to the chat any more
        chat = await chats.get(work, chat_id)
        if chat is not None:
            await _erase_chat(work, chat, now)


async def erase_again(work: works.Work, ids: list[str], *, now: datetime) -> None:
    """Erase patients who were erased before: a restore has brought them back."""
    await _erase(work, ids, now)


async def erase_chat_again(
    work: works.Work, chat_id: str, key_id: str | None, *, index: bytes | None, now: datetime
) -> None:
    """Erase a chat that was erased before; `index` is its own, by which its updates are found."""
    await erasure.erase_chat(work, chat_id, key_id, index=index, now=now)


async def _erase(work: works.Work, ids: list[str], now: datetime) -> int:
    """Erase patients; return how many of their reminders that ended."""
    await erasure.erase_patients(work, ids, now=now)
    which = planned.of_patients(ids)
    ended = await planned.end(work, which, state=life.State.CANCELLED, reason=life.Reason.ERASED, now=now)
    await standings.settle(work, ids, now=now)
    return ended


async def _erase_chat(work: works.Work, chat: chats.ChatRow, now: datetime) -> None:
    index = chats.index(work, bot_id=chat.bot_id, telegram_id=chat.telegram_id)
    await erasure.erase_chat(work, chat.id, chat.key_id, index=index, now=now)


def _patient(
    patient: patients.PatientRow, held: holdings.Holding, rows: list[treatments.TreatmentRow]
) -> StoredPatient:
    known = [row.clinic_name for row in rows if row.patient_id == patient.id and row.clinic_id != clinics.BUILT_IN]
    return StoredPatient(
        name=patient.name,
        treated_by=patient.treated_by,
        clinic_names=tuple(dict.fromkeys(known)),
        language=patient.language,
        zone=patient.zone,
        morning=patient.morning,
        quiet=patient.quiet,
        **dataclasses.asdict(held),
    )
