"""Letters: a patient writes to the clinic from the chat, its staff read them and answer."""

import dataclasses
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, addressee, audit, cases, in_force, names, people
from reminderbot.store import chats, clinics, letter_cases, letters, looked_after, outbox, patients
from reminderbot.store import work as works

LONGEST: Final = 2000
"""Characters of one letter, of either side: with our frame around it one message of Telegram's holds it."""

MOST_UNREAD: Final = 40
"""Letters of one patient that may wait unread: whoever has written so much had better call."""

SHOWN: Final = 200
"""Letters of a thread that are shown, the latest."""

PAGE: Final = 50
"""Threads on one page of the list."""

USEFUL: Final = timedelta(days=7)
"""How long we go on trying to deliver an answer."""

BUTTON: Final = "letter"
"""What a tap on "Answer" sends back, before a colon and the patient's id; `chat.buttons` knows the same."""

Direction = letters.Direction


class Delivery(StrEnum):
    """Where an answer of the clinic's stands."""

    WAITING = "waiting"  # owed; Telegram has not answered yet
    SENT = "sent"
    UNCERTAIN = "uncertain"  # Telegram never said whether it arrived
    FAILED = "failed"


class Reach(StrEnum):
    """Whether a letter can reach a patient."""

    FINE = "fine"
    NO_CHAT = "no-chat"  # no phone is joined to them
    BLOCKED = "blocked"
    STOPPED = "stopped"  # they want no messages, and have not written since


_DELIVERY: Final = {
    life.State.PLANNED: Delivery.WAITING,
    life.State.CLAIMED: Delivery.WAITING,
    life.State.SENDING: Delivery.WAITING,
    life.State.SENT: Delivery.SENT,
    life.State.UNCONFIRMED: Delivery.UNCERTAIN,
}


_REFUSED: Final = {
    Reach.FINE: "console.letters.refused-no-chat",
    Reach.NO_CHAT: "console.letters.refused-no-chat",
    Reach.BLOCKED: "console.letters.refused-blocked",
    Reach.STOPPED: "console.letters.refused-stopped",
}


@dataclasses.dataclass(frozen=True)
class LetterView:
    """A letter of a thread. `staff_name` and `delivery` are those of an answer; `is_new` that nobody had read it."""

    id: str
    direction: Direction
    words: str = dataclasses.field(repr=False)
    at: datetime
    read_at: datetime | None
    staff_name: str = dataclasses.field(repr=False)
    delivery: Delivery | None

    @property
    def is_new(self) -> bool:
        """Tell whether it is a patient's that nobody has read."""
        return self.direction is Direction.IN and self.read_at is None


@dataclasses.dataclass(frozen=True)
class Thread:
    """What a patient and the clinic have written to each other, the oldest first; `zone` is the clinic's."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    letters: tuple[LetterView, ...]
    reach: Reach
    zone: str
    may_be_answered: bool

    @property
    def unread(self) -> int:
        """Return how many letters nobody has read."""
        return sum(each.is_new for each in self.letters)


@dataclasses.dataclass(frozen=True)
class Listed:
    """The threads of a clinic, a page of them; `zone` is the clinic's."""

    threads: tuple[letters.ThreadRow, ...]
    zone: str
    page: int
    has_more: bool


async def to_write(
    work: works.Work, who: access.Person, *, now: datetime, patient_id: str | None = None
) -> addressee.Addressee:
    """Return to whom a chat may write.

    Raises NotAllowed `refusal.letter_nobody` where no clinic reads, `refusal.letter_phone` where it reads nothing;
    NotFound for a patient who is not the chat's.
    """
    to = await addressee.of(work, who, now=now, patient_id=patient_id)
    if to is None:
        main = await people.main(work, who)
        raise errors.NotAllowed("refusal.letter_nobody", clinic_phone=main.treated_by if main else "")
    if to.phone_only:
        given = {"clinic_name": to.contact.clinic_name, "clinic_phone": to.contact.phone}
        raise errors.NotAllowed("refusal.letter_phone", **given)
    return to


async def write(
    work: works.Work, who: access.Person, text: str, *, now: datetime, patient_id: str | None = None
) -> addressee.Addressee:
    """Keep a letter to the clinic and open a case, unless one waits already; return to whom it went.

    Raises what `to_write` does; NotAllowed `refusal.no_consent`; Invalid `refusal.letter_long` (`count`),
    `refusal.letter_empty`, `refusal.letter_many` (`clinic_name`, `clinic_phone`).
    """
    await people.consenting(work, who)
    to = await to_write(work, who, now=now, patient_id=patient_id)
    words = names.lines(text)
    if not words:
        raise errors.Invalid("refusal.letter_empty")
    if len(words) > LONGEST:
        raise errors.Invalid("refusal.letter_long", count=str(len(words)))
    if await letters.unread_of(work, to.patient_id) >= MOST_UNREAD:
        given = {"clinic_name": to.contact.clinic_name, "clinic_phone": to.contact.phone}
        raise errors.Invalid("refusal.letter_many", **given)
    id = await letters.add(
        work,
        organisation_id=to.organisation_id,
        clinic_id=to.clinic_id,
        patient_id=to.patient_id,
        chat_id=who.chat_id,
        direction=Direction.IN,
        words=words,
        at=now,
    )
    if not await letter_cases.is_waiting(work, to.patient_id):
        await _raise(work, to, id, now)
    return to


async def list_(work: works.Work, who: access.Staff, *, page: int = 0) -> Listed:
    """Return the threads of the clinic's patients: unread ones first, the longest waiting ahead."""
    access.require(who, access.Right.SEE_WORDS)
    found = await letters.threads(work, who.clinic_id, limit=PAGE + 1, offset=PAGE * page)
    return Listed(tuple(found[:PAGE]), await _zone(work, who), page, has_more=len(found) > PAGE)


async def thread(work: works.Work, who: access.Staff, patient_id: str) -> Thread:
    """Return the letters of one patient as they stand, marking nothing; for the patient's page, too.

    NotFound for a patient of another clinic, NotAllowed without the right to see words.
    """
    access.require(who, access.Right.SEE_WORDS)
    patient = await people.patient(work, who, patient_id)
    rows = await letters.of_patient(work, patient_id, limit=SHOWN)
    reach = await _reach(work, patient)
    return Thread(
        patient_id=patient_id,
        patient_name=patient.name,
        letters=tuple(_view(row) for row in rows),
        reach=reach,
        zone=await _zone(work, who),
        may_be_answered=reach is Reach.FINE and who.may(access.Right.WRITE),
    )


async def opened(work: works.Work, who: access.Staff, patient_id: str, *, now: datetime) -> Thread:
    """Return a thread as it stood, and note that it was read: its letters, and the cases that they have raised."""
    found = await thread(work, who, patient_id)
    await letters.mark_read(work, [each.id for each in found.letters if each.is_new], now=now)
    await letter_cases.acknowledge(work, patient_id, staff_id=who.staff_id, now=now)
    await audit.note(work, who, "letters.read", patient_id=patient_id, letters=len(found.letters))
    return found


async def answer(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    text: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Write to a patient: the letter is kept and owed to their chat, with the clinic's name in its first line.

    The cases of what the patient wrote are closed; a worry's is taken on.

    Raises NotFound; Invalid `console.letters.refused-empty`,
    `console.letters.refused-long` (`count`); Conflict `console.letters.refused-no-chat`, `…-blocked`, `…-stopped`.
    """
    access.require(who, access.Right.WRITE)
    patient = await people.held(work, who, patient_id)
    words = _answer_words(text)
    reach = await _reach(work, patient)
    chat_id = await patients.chat_of(work, patient_id)
    chat = await chats.get(work, chat_id) if chat_id else None
    if reach is not Reach.FINE or chat is None:
        raise errors.Conflict(_REFUSED[reach])
    owed = await outbox.owe(
        work,
        bot_id=chat.bot_id,
        organisation_id=who.organisation_id,
        chat_id=chat.id,
        kind=outbox.Kind.REPLY,
        method="sendMessage",
        params=await _message(work, who, patient, chat.id, words, catalog),
        now=machine_now,
        useful_for=USEFUL,
    )
    id = await letters.add(
        work,
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        patient_id=patient_id,
        chat_id=chat.id,
        direction=Direction.OUT,
        words=words,
        at=now,
        staff_id=who.staff_id,
        outbox_id=owed,
    )
    await letter_cases.close(work, patient_id, staff_id=who.staff_id, now=now)
    await letter_cases.reached(work, patient_id, clinic_id=who.clinic_id, staff_id=who.staff_id, now=now)
    await audit.note(work, who, "letters.sent", patient_id=patient_id, letter=id)


def _answer_words(text: str) -> str:
    words = names.lines(text)
    if not words:
        raise errors.Invalid("console.letters.refused-empty")
    if len(words) > LONGEST:
        raise errors.Invalid("console.letters.refused-long", count=str(len(words)))
    return words


async def _raise(work: works.Work, to: addressee.Addressee, letter_id: str, now: datetime) -> None:
    await cases.raise_(
        work,
        kind=cases.Kind.LETTER,
        subject=letter_id,
        organisation_id=to.organisation_id,
        clinic_id=to.clinic_id,
        patient_id=to.patient_id,
        now=now,
    )


async def _message(
    work: works.Work,
    who: access.Staff,
    patient: patients.PatientRow,
    chat_id: str,
    words: str,
    catalog: catalogs.Catalog,
) -> dict[str, Any]:
    """Return what the chat is sent: who writes, the words, and a button to answer where the clinic reads answers."""
    clinic = await clinics.get(work, who.clinic_id)
    theirs = await looked_after.of_chat(work, chat_id)
    said = await in_force.said(work, catalog, organisation_id=who.organisation_id, clinic_id=who.clinic_id)
    language = said.match_language(patient.language)
    html = said.say(
        language,
        "thread.from-clinic",
        clinic_name=clinic.name if clinic else "",
        patient_name=patient.name if await people.in_chat(work, chat_id) > 1 else "",
        letter_words=words,
    )
    params: dict[str, Any] = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if not any(each.phone_only for each in theirs if each.patient_id == patient.id):
        label = said.say_plain(language, "button.letter-answer")
        button = {"text": label, "callback_data": f"{BUTTON}:{patient.id}"}
        params["reply_markup"] = {"inline_keyboard": [[button]]}
    return params


async def _reach(work: works.Work, patient: patients.PatientRow) -> Reach:
    chat_id = await patients.chat_of(work, patient.id)
    chat = await chats.get(work, chat_id) if chat_id else None
    if chat is None or chat.consented_at is None:
        return Reach.NO_CHAT
    if chat.blocked_at is not None:
        return Reach.BLOCKED
    if patient.stopped_at is not None:
        last = await letters.last_from(work, patient.id)
        if last is None or last < patient.stopped_at:
            return Reach.STOPPED
    return Reach.FINE


async def _zone(work: works.Work, who: access.Staff) -> str:
    clinic = await clinics.get(work, who.clinic_id)
    return clinic.zone if clinic else "UTC"


def _view(row: letters.LetterRow) -> LetterView:
    return LetterView(
        id=row.id,
        direction=row.direction,
        words=row.words,
        at=row.at,
        read_at=row.read_at,
        staff_name=row.staff_name,
        delivery=_DELIVERY.get(row.sending, Delivery.FAILED) if row.sending else None,
    )
