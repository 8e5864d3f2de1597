"""Erasure: keys destroyed, indexes and sealed columns emptied; rows without a name stay."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from reminderbot.planning import life
from reminderbot.store import erasure_list, tables
from reminderbot.store.work import Work


async def erase_patients(work: Work, ids: Sequence[str], *, now: datetime) -> None:
    """Destroy the patients' keys and empty all that was sealed with them; end their bindings and invites."""
    patients = tables.patients
    keys = (await work.run(select(patients.c.key_id).where(patients.c.id.in_(ids)))).scalars().all()
    for key_id in keys:
        await work.destroy_key(key_id)
    work.erased += [erasure_list.Erasure(erasure_list.Kind.PATIENT, id) for id in ids]
    empty = {"name": None, "treated_by": None, "key_id": None, "external_index": None, "erased_at": now}
    await work.run(update(patients).where(patients.c.id.in_(ids)).values(**empty))
    await work.run(delete(tables.search_tokens).where(tables.search_tokens.c.patient_id.in_(ids)))
    await work.run(update(tables.worries).where(tables.worries.c.patient_id.in_(ids)).values(words=None))
    await work.run(update(tables.reminders).where(tables.reminders.c.patient_id.in_(ids)).values(body=None, note=None))
    await _empty_letters(work, ids)
    bound = (tables.bindings.c.patient_id.in_(ids)) & tables.bindings.c.ended_at.is_(None)
    await work.run(update(tables.bindings).where(bound).values(ended_at=now))
    theirs = tables.invites.c.patient_id.in_(ids)
    await work.run(update(tables.invites).where(theirs).values(token=None, code=None))
    waiting = theirs & tables.invites.c.redeemed_at.is_(None)
    await work.run(update(tables.invites).where(waiting).values(revoked_at=now))
    await _empty_between(work, ids, now)


async def is_of_staff(work: Work, chat_id: str) -> bool:
    """Tell whether somebody of the staff is alerted in a chat."""
    query = select(tables.staff.c.id).where(tables.staff.c.chat_id == chat_id, tables.staff.c.left_at.is_(None))
    return (await work.run(query.limit(1))).first() is not None


async def _empty_between(work: Work, ids: Sequence[str], now: datetime) -> None:
    """Empty what has passed between patients and their clinic; nobody is asked any more to do something about it."""
    letters, questions, cases = tables.letters, tables.questions, tables.cases
    await work.run(update(letters).where(letters.c.patient_id.in_(ids)).values(words=None))
    await work.run(update(questions).where(questions.c.patient_id.in_(ids)).values(words=None))
    await work.run(update(cases).where(cases.c.patient_id.in_(ids)).values(note=None))
    waiting = cases.c.patient_id.in_(ids) & cases.c.closed_at.is_(None)
    await work.run(update(cases).where(waiting).values(closed_at=now, version=cases.c.version + 1))
    treated = select(tables.treatments.c.id).where(tables.treatments.c.patient_id.in_(ids))
    await work.run(delete(tables.listed).where(tables.listed.c.treatment_id.in_(treated)))
    await work.run(delete(tables.claims).where(tables.claims.c.patient_id.in_(ids)))


async def erase_chat(work: Work, chat_id: str, key_id: str | None, *, index: bytes | None, now: datetime) -> None:
    """Destroy the chat's key and index and all that was sealed with it.

    A farewell owed in this visit is sealed with the system's key and takes the Telegram id along: it stays.
    """
    await work.destroy_key(key_id)
    work.erased.append(erasure_list.Erasure(erasure_list.Kind.CHAT, chat_id))
    empty = {"telegram_index": None, "telegram_id": None, "key_id": None, "erased_at": now}
    await work.run(update(tables.chats).where(tables.chats.c.id == chat_id).values(**empty))
    await work.run(delete(tables.dialogues).where(tables.dialogues.c.chat_id == chat_id))
    await work.run(delete(tables.asked).where(tables.asked.c.chat_id == chat_id))
    agreed = (tables.consents.c.chat_id == chat_id) & tables.consents.c.withdrawn_at.is_(None)
    await work.run(update(tables.consents).where(agreed).values(withdrawn_at=now))
    if index is not None:
        await _empty_inbox(work, index)
    await _empty_outbox(work, chat_id)


async def _empty_letters(work: Work, ids: Sequence[str]) -> None:
    """Empty letters and questions; an answer of the clinic's that is not on its way yet stays unsaid."""
    letters, outbox = tables.letters.c, tables.outbox
    owed = select(letters.outbox_id).where(letters.patient_id.in_(ids), letters.outbox_id.is_not(None))
    ended = {"state": life.State.CANCELLED, "reason": life.Reason.ERASED, "lease_owner": None, "lease_until": None}
    await work.run(update(outbox).where(outbox.c.id.in_(owed), outbox.c.state.in_(life.OPEN)).values(**ended))
    await work.run(update(outbox).where(outbox.c.id.in_(owed)).values(payload=None))
    await work.run(update(tables.letters).where(letters.patient_id.in_(ids)).values(words=None))
    await work.run(update(tables.questions).where(tables.questions.c.patient_id.in_(ids)).values(words=None))


async def _empty_inbox(work: Work, index: bytes) -> None:
    """Forget who wrote; what is not served yet keeps its payload until it is, and loses it then."""
    inbox = tables.inbox
    served = inbox.c.processed_at.is_not(None) | inbox.c.parked_at.is_not(None)
    await work.run(update(inbox).where(inbox.c.chat_index == index, served).values(payload=None))
    await work.run(update(inbox).where(inbox.c.chat_index == index).values(chat_index=None))


async def _empty_outbox(work: Work, chat_id: str) -> None:
    outbox = tables.outbox
    ours = (outbox.c.chat_id == chat_id) & (outbox.c.kind != "farewell")
    ended = {"state": life.State.CANCELLED, "reason": life.Reason.ERASED, "lease_owner": None, "lease_until": None}
    await work.run(update(outbox).where(ours, outbox.c.state.in_(life.OPEN)).values(**ended))
    await work.run(update(outbox).where(ours).values(payload=None))
