"""What the bot tells a patient of its own accord, once: that the clinic has changed something of theirs."""

from datetime import date, datetime, time
from typing import Any, Final

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, replan
from reminderbot.services import access, in_force, people, treatments
from reminderbot.store import chats, clinics, outbox, patients
from reminderbot.store import work as works

COPIES: Final = 0  # resends: a date that is told twice confuses, and the reminders come at the right time anyway
TIMELINE: Final = "timeline"  # what the button sends back; `chat.buttons` handles it


async def moved(
    work: works.Work,
    who: access.Staff,
    moved: treatments.Moved,
    *,
    catalog: catalogs.Catalog,
    bot_id: int,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Owe a bound patient the words that a session has moved, and what moves with it; False if nobody is told.

    Nobody is told who stopped, blocked the bot or has not agreed, nor of a move that had been made before.
    """
    if not moved.is_new:
        return False
    told = _Telling(work, who, catalog, bot_id, now, machine_now)
    return await told.tell("told.moved", moved.treatment, moved.changes)


async def cancelled(
    work: works.Work,
    who: access.Staff,
    cancelled: treatments.Cancelled,
    *,
    catalog: catalogs.Catalog,
    bot_id: int,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Owe a bound patient the words that a session will not take place; False as `moved` returns it."""
    if not cancelled.is_new:
        return False
    told = _Telling(work, who, catalog, bot_id, now, machine_now)
    return await told.tell("told.cancelled", cancelled.treatment, on_the_way=cancelled.on_the_way)


async def added(
    work: works.Work,
    who: access.Staff,
    treatment: treatments.TreatmentView,
    *,
    catalog: catalogs.Catalog,
    bot_id: int,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Owe a bound patient the words that there is another session; False as `moved` returns it."""
    told = _Telling(work, who, catalog, bot_id, now, machine_now)
    return await told.tell("told.added", treatment)


async def paused(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    *,
    until: date | None,
    catalog: catalogs.Catalog,
    bot_id: int,
    now: datetime,
    machine_now: datetime,
) -> bool:
    """Owe a bound patient the words that messages pause until a date, or (None) that they go on."""
    told = _Telling(work, who, catalog, bot_id, now, machine_now)
    return await told.pause(patient_id, until)


class _Telling:
    """One message of a clinic's, to whoever can have it."""

    def __init__(
        self,
        work: works.Work,
        who: access.Staff,
        catalog: catalogs.Catalog,
        bot_id: int,
        now: datetime,
        machine_now: datetime,
    ) -> None:
        self._work, self._who, self._catalog = work, who, catalog
        self._bot_id, self._now, self._machine_now = bot_id, now, machine_now

    async def tell(
        self, key: str, treatment: treatments.TreatmentView, changes: tuple[replan.Change, ...] = (), **values: int
    ) -> bool:
        """Say `key` about a treatment, with the counts of what becomes of its reminders."""
        patient = await people.patient(self._work, self._who, treatment.patient_id)
        session = _session(self._catalog, patient.language, treatment.day, treatment.at, self._today(treatment.zone))
        lines = counts(self._catalog, patient.language, replan.summary(changes))
        return await self._owe(patient, key, lines, session=session, **values)

    async def pause(self, patient_id: str, until: date | None) -> bool:
        """Say until when messages pause, or that they go on."""
        patient = await people.patient(self._work, self._who, patient_id)
        if until is None:
            return await self._owe(patient, "told.resumed", [])
        on = self._catalog.day(patient.language, until, today=self._today(patient.zone))
        return await self._owe(patient, "told.paused", [], date=on)

    async def _owe(self, patient: patients.PatientRow, key: str, lines: list[str], **values: blanks.Value) -> bool:
        chat = await reached(self._work, patient)
        if chat is None:
            return False
        clinic = await clinics.get(self._work, self._who.clinic_id)
        is_one_of_several = await people.in_chat(self._work, chat.id) > 1
        said = await in_force.said(
            self._work, self._catalog, organisation_id=self._who.organisation_id, clinic_id=self._who.clinic_id
        )
        head = said.say(
            patient.language,
            key,
            clinic_name=clinic.name if clinic else "",
            patient_name=patient.name if is_one_of_several else "",
            **values,
        )
        await outbox.owe(
            self._work,
            bot_id=self._bot_id,
            organisation_id=self._who.organisation_id,
            chat_id=chat.id,
            kind=outbox.Kind.REPLY,
            method="sendMessage",
            params=self._params(said, patient, "\n".join([head.strip(), *lines])),
            now=self._machine_now,
            budget=COPIES,
        )
        return True

    def _params(self, said: catalogs.Catalog, patient: patients.PatientRow, html: str) -> dict[str, Any]:
        label = said.say_plain(patient.language, "button.timeline")
        return {
            "text": html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "protect_content": True,
            "disable_notification": hours.is_quiet(self._now, patient.quiet, patient.zone),
            "reply_markup": {"inline_keyboard": [[{"text": label, "callback_data": TIMELINE}]]},
        }

    def _today(self, zone: str) -> date:
        return hours.to_local(self._now, zone).date()


async def reached(work: works.Work, patient: patients.PatientRow) -> chats.ChatRow | None:
    """Return the chat in which a patient may be written to now; None if they stopped, blocked us or never agreed."""
    chat_id = await patients.chat_of(work, patient.id)
    chat = await chats.get(work, chat_id) if chat_id else None
    may_write = chat is not None and chat.consented_at is not None and chat.blocked_at is None
    return chat if may_write and patient.stopped_at is None else None


def counts(catalog: catalogs.Catalog, language: str, summary: replan.Summary) -> list[str]:
    """Return "2 messages move", "1 you already had. It is not repeated": a line each, without what is not there."""
    told = {
        "count.moves": summary.moves,
        "count.returns": summary.returns + summary.added,
        "count.kept-sent": summary.kept_sent,
        "count.dropped": summary.dropped,
    }
    return [catalog.say(language, key, count=count) for key, count in told.items() if count]


def _session(catalog: catalogs.Catalog, language: str, day: date, at: time, today: date) -> str:
    return catalog.day_and_clock(language, datetime.combine(day, at), today=today)
