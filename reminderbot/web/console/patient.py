"""One patient: who they are, every message as it was and will be, what they said, and who of the staff did what."""

import dataclasses
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from reminderbot.planning import hours, life, second_ask
from reminderbot.services import access, audit, dossier, letters
from reminderbot.web.console import patient_words as words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


@dataclasses.dataclass(frozen=True)
class Row:
    """A reminder as one row of a session's table."""

    reminder: dossier.Reminder
    when: str
    title: str
    colour: str
    state: str
    why: str
    said: str
    version: str
    language: str
    together: str
    tries: int
    note: str
    is_open: bool
    answers: list[str]


@pages.get("/patients/{patient_id}", access.Right.SEE_PATIENTS, writes=True, objects={"patient_id": "patient"})
async def page(visit: Visit) -> Response:
    """Show the patient, and note the look."""
    found = await dossier.read(visit.work, visit.who, visit.id("patient_id"))
    sees = visit.who.may(access.Right.SEE_WORDS)
    thread = await letters.thread(visit.work, visit.who, found.patient.id) if sees else None
    shown = visit.show("patient.html", thread=thread, **_values(visit, found))
    await audit.note(visit.work, visit.who, "patient.seen", patient_id=found.patient.id)
    return shown


@pages.get(
    "/patients/{patient_id}/reminders/{reminder_id}",
    access.Right.SEE_PATIENTS,
    writes=True,
    objects={"patient_id": "patient", "reminder_id": "reminder"},
)
async def story(visit: Visit) -> Response:
    """Show everything that happened to one message."""
    asked = (visit.id("patient_id"), visit.id("reminder_id"))
    found = await dossier.story(visit.work, visit.who, *asked, now=visit.now)
    zone = found.dossier.patient.zone
    shown = visit.show(
        "patient_story.html",
        patient=found.dossier.patient,
        row=row(visit, found.dossier, found.reminder),
        chain=[(visit.moment(each.at, zone=zone), words.line(visit, each, zone)) for each in found.told.chain],
        waits=[words.wait(visit, each, zone) for each in found.told.waits],
        useful=visit.moment(found.reminder.useful_until, zone=zone),
    )
    await audit.note(visit.work, visit.who, "reminder.seen", patient_id=asked[0], reminder=asked[1])
    return shown


def row(visit: Visit, found: dossier.Dossier, of: dossier.Reminder) -> Row:
    """Return a reminder in the reader's words, at the patient's time."""
    zone, is_merged = found.patient.zone, of.state == life.State.MERGED
    bearer = found.reminders.get(of.merged_into or "") if is_merged else None
    at = of.sent_at or (bearer.sent_at if bearer and bearer.sent_at else of.due_at)
    return Row(
        reminder=of,
        when=visit.moment(at, zone=zone),
        title=words.title(visit, second_ask.title_key(of.step_key, of.round)),
        colour=words.colour(of.state),
        state=words.state(visit, of.state),
        why=words.why(visit, of.state, of.reason),
        said=dossier.plain(of.body) if of.state not in life.OPEN else "",
        version=(of.text_hash or "")[:8],
        language=words.language(visit, of.language) if of.language else "",
        together=words.title(visit, bearer.step_key) if bearer else "",
        tries=len(found.attempts.get(of.id, ())),
        note=_note(visit, of, zone),
        is_open=of.state in life.OPEN,
        answers=[
            visit.text(f"patient.answered-{each.answer}", moment=visit.moment(each.answered_at, zone=zone))
            for each in found.answers.get(of.id, ())
        ],
    )


def _values(visit: Visit, found: dossier.Dossier) -> dict[str, Any]:
    zone = found.patient.zone
    return {
        "patient": found.patient,
        "patient_id": found.patient.id,
        "found": found,
        "badges": _badges(visit, found),
        "language": words.language(visit, found.patient.language),
        "clock": visit.clock(visit.local(visit.now, zone).time()),
        "is_paused": _is_paused(visit, found),
        "chats": [_chat(visit, found, number) for number in range(len(found.chats))],
        "consents": [_consent(visit, found, number) for number in range(len(found.consents))],
        "invites": [(each.id, *_invite(visit, found, number)) for number, each in enumerate(found.invites)],
        "sessions": [
            (each.treatment, words.session(visit, each.treatment), [row(visit, found, one) for one in each.reminders])
            for each in found.sessions
        ],
        "worries": [(each, visit.moment(each.raised_at, zone=zone)) for each in found.worries],
        "deeds": [
            (visit.moment(each.at, zone=zone), words.doer(visit, each), words.deed(visit, each)) for each in found.deeds
        ],
        "quiet": _quiet(visit, found.patient.quiet),
        "city": words.city(visit, zone),
    }


def _badges(visit: Visit, found: dossier.Dossier) -> list[tuple[str, str]]:
    """Return how the patient stands: colours and words, the worst first."""
    chat, patient, zone = found.chat, found.patient, found.patient.zone
    told = []
    if patient.stopped_at is not None:
        told.append(("bad", visit.text("patient.is-stopped")))
    if chat is not None and chat.blocked_at is not None:
        told.append(("bad", visit.text("patient.is-blocked")))
    if _is_paused(visit, found) and patient.paused_until is not None:
        until = visit.day(hours.to_local(patient.paused_until, zone).date(), zone=zone)
        told.append(("wait", visit.text("patient.is-paused", date=until)))
    if chat is None:
        told.append(("wait", visit.text("patient.is-never")))
    elif chat.consented_at is None:
        told.append(("wait", visit.text("patient.is-silent")))
    return told or [("good", visit.text("patient.is-joined"))]


def _is_paused(visit: Visit, found: dossier.Dossier) -> bool:
    return found.patient.paused_until is not None and found.patient.paused_until > visit.now


def _chat(visit: Visit, found: dossier.Dossier, number: int) -> str:
    each = found.chats[number]
    key = "patient.joined" if each.ended_at is None else "patient.was-joined"
    return visit.text(key, moment=visit.moment(each.bound_at, zone=found.patient.zone))


def _consent(visit: Visit, found: dossier.Dossier, number: int) -> str:
    each = found.consents[number]
    key = "patient.consented" if each.withdrawn_at is None else "patient.withdrawn"
    at = visit.moment(each.withdrawn_at or each.given_at, zone=found.patient.zone)
    return visit.text(key, moment=at, language_name=words.language(visit, each.language))


def _invite(visit: Visit, found: dossier.Dossier, number: int) -> tuple[str, str]:
    each = found.invites[number]
    stands = (
        ("joined", each.redeemed_at is not None),
        ("revoked", each.revoked_at is not None),
        ("declined", each.declined_at is not None),
        ("expired", each.expires_at <= visit.now),
        ("opened", each.opened_at is not None),
    )
    how = next((word for word, holds in stands if holds), "waiting")
    made = visit.moment(each.created_at, zone=found.patient.zone)
    return visit.text("patient.invite-made", moment=made), visit.text(f"patient.invite-{how}")


def _note(visit: Visit, of: dossier.Reminder, zone: str) -> str:
    """Return until when a note stands, or that it ends before its message comes."""
    if of.note_until is None or (of.note_until <= visit.now and of.state in life.OPEN):
        return ""
    last = visit.day(hours.to_local(of.note_until - timedelta(minutes=1), zone).date(), zone=zone)
    is_over = of.state in life.OPEN and of.note_until <= of.due_at
    return visit.text("patient.note-over" if is_over else "patient.noted", date=last)


def _quiet(visit: Visit, quiet: hours.Quiet) -> str:
    if quiet.start == quiet.end:
        return visit.text("patient.no-quiet")
    return f"{visit.clock(quiet.start)}–{visit.clock(quiet.end)}"
