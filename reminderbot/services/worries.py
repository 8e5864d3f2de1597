"""Worries: raised by a patient in one tap, listed for whoever looks after them."""

import dataclasses
from datetime import date, datetime, timedelta

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, cases, contact, names, nearest, people
from reminderbot.store import clinics, patients, planned, second_asks, treatments, worries
from reminderbot.store import work as works

SAME = timedelta(hours=1)
"""Within this time a second tap, about no particular reminder, is the same worry."""

WORDS = 2000  # characters that are kept of what a person writes to a worry


@dataclasses.dataclass(frozen=True)
class Raised:
    """A worry that is kept and who can be reached. `worry_id` is None for a chat without any patient yet.

    `words` is what was added to it now.
    """

    worry_id: str | None
    contact: contact.Contact
    is_new: bool
    words: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True)
class WorryView:
    """An open worry as the operator reads it; `session_day` and `step_key` say what it is about, where known.

    `clinic_name` is empty for people who registered themselves.
    """

    id: str
    clinic_name: str
    patient_name: str = dataclasses.field(repr=False)
    session_day: date | None
    step_key: str | None
    words: str = dataclasses.field(repr=False)
    raised_at: datetime


async def raise_(
    work: works.Work,
    who: access.Person,
    *,
    now: datetime,
    reminder_id: str | None = None,
    words: str | None = None,
) -> Raised:
    """Keep that the person is worried. The same button twice is one worry; later `words` are added to it.

    Raises NotFound for a foreign reminder.
    """
    await people.chat(work, who, lock=True)
    about = await _about(work, who, reminder_id, now)
    reach = await contact.of(work, who, now=now, treatment_id=about.treatment_id if about else None)
    if about is None:
        return Raised(None, reach, is_new=False)
    await second_asks.end_of_patients(work, [about.patient_id], now=now)
    known = await worries.find_open(work, who.chat_id, reminder_id=reminder_id, since=now - SAME)
    worry_id = known or await _added(work, who, about, reminder_id, now)
    said = names.clean(words or "")
    if said:
        await worries.add_words(work, worry_id, said, longest=WORDS)
    return Raised(worry_id, reach, is_new=known is None, words=said)


async def add(work: works.Work, who: access.Person, worry_id: str, words: str, *, now: datetime) -> Raised | None:
    """Add words to an open worry of the chat's; None if it is no such, or closed by now."""
    await people.chat(work, who, lock=True)
    about = await worries.open_of(work, who.chat_id, worry_id)
    if about is None:
        return None
    said = names.clean(words)
    await worries.add_words(work, worry_id, said, longest=WORDS)
    clinic = await clinics.get(work, about)
    reach = contact.of_clinic(clinic, now) if clinic else contact.Contact()
    return Raised(worry_id, reach, is_new=False, words=said)


async def wish_call(
    work: works.Work, who: access.Person, worry_id: str, *, catalog: catalogs.Catalog, now: datetime
) -> Raised | None:
    """Add to an open worry of the chat's, in the clinic's language, that the person would like a call; once is enough.

    None as `add`.
    """
    await people.chat(work, who, lock=True)
    clinic_id = await worries.open_of(work, who.chat_id, worry_id)
    clinic = await clinics.get(work, clinic_id) if clinic_id else None
    if clinic is None:
        return None
    wish = catalog.say_plain(catalog.match_language(clinic.languages[0]), "line.call-me")
    if wish in await worries.of(work, worry_id):
        return Raised(worry_id, contact.of_clinic(clinic, now), is_new=False)
    return await add(work, who, worry_id, wish, now=now)


async def open_list(work: works.Work, _who: access.Operator) -> list[WorryView]:
    """Return every open worry, the latest first."""
    return [_view(row) for row in await worries.open_list(work)]


async def _about(work: works.Work, who: access.Person, reminder_id: str | None, now: datetime) -> planned.Owner | None:
    """Return whose treatment a worry is about: the reminder's, else the nearest; None before the first session.

    The clinic is the one that looks after the patient now, where they have changed branch since.
    """
    found: planned.ReminderRow | treatments.TreatmentRow | None
    if reminder_id is not None:
        found = await planned.of_chat(work, who.chat_id, reminder_id)
        if found is None:
            raise errors.NotFound("refusal.not_found")
    else:
        theirs = await treatments.of_chat(work, who.chat_id)
        found = nearest.booked(theirs, now) or next(iter(theirs), None)
    if found is None:
        return None
    home = await patients.home(work, found.patient_id) or found.clinic_id
    treatment_id = found.id if isinstance(found, treatments.TreatmentRow) else found.treatment_id
    return planned.Owner(found.organisation_id, home, found.patient_id, treatment_id)


async def _added(
    work: works.Work, who: access.Person, about: planned.Owner, reminder_id: str | None, now: datetime
) -> str:
    id = await worries.add(
        work,
        organisation_id=about.organisation_id,
        clinic_id=about.clinic_id,
        patient_id=about.patient_id,
        chat_id=who.chat_id,
        reminder_id=reminder_id,
        now=now,
    )
    await cases.raise_(
        work,
        kind=cases.Kind.WORRY,
        subject=id,
        organisation_id=about.organisation_id,
        clinic_id=about.clinic_id,
        patient_id=about.patient_id,
        now=now,
    )
    return id


def _view(row: worries.WorryRow) -> WorryView:
    return WorryView(
        id=row.id,
        clinic_name="" if row.clinic_id == clinics.BUILT_IN else row.clinic_name,
        patient_name=row.patient_name,
        session_day=row.session_day,
        step_key=row.step_key,
        words=row.words,
        raised_at=row.raised_at,
    )
