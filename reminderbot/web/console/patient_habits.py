"""What staff sets for a patient as a whole: name, language, zone and hours, a pause, a note to one message."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.catalog import places
from reminderbot.planning import hours, life
from reminderbot.services import access, changes, dossier, notes, preferences
from reminderbot.services import clinics as clinics_
from reminderbot.web.console import patient_words as words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.patient_changes import PATIENT, RIGHT, clock, day, looking, moment, number, typed
from reminderbot.web.console.visit import Visit

pages = Pages()
REMINDER: Final = {**PATIENT, "reminder_id": "reminder"}
FIELDS: Final = ("name", "language", "zone", "morning", "quiet_from", "quiet_to")


@pages.get("/patients/{patient_id}/habits", RIGHT, objects=PATIENT, seen="habits")
async def habits(visit: Visit) -> Response:
    """Show what is set, and a form to set it."""
    return await _habits(visit, ())


@pages.post("/patients/{patient_id}/habits/seen", RIGHT, objects=PATIENT, again=habits)
async def previewed(visit: Visit) -> Response:
    """Show what the new hours would change; the form goes by POST, since a name stands in it."""
    asked = (visit.work, visit.who, visit.id("patient_id"), _read(visit))
    more = {"name": visit.form.get("name", ""), "version": number(visit.form.get("version", ""))}
    found = await changes.preview_habits(*asked, **more, moment=moment(visit))  # type: ignore[arg-type]
    return await _habits(visit, words.counts(visit, found))


@pages.post("/patients/{patient_id}/habits", RIGHT, objects=PATIENT, again=habits)
async def set_habits(visit: Visit) -> Response:
    """Set them."""
    await changes.set_habits(
        visit.work,
        visit.who,
        visit.id("patient_id"),
        _read(visit),
        name=visit.form.get("name", ""),
        version=number(visit.form.get("version", "")),
        moment=moment(visit),
    )
    return visit.go(f"/patients/{visit.id('patient_id')}", done="habits-saved")


@pages.get("/patients/{patient_id}/pause", RIGHT, objects=PATIENT, seen="pause")
async def pause(visit: Visit) -> Response:
    """Ask until when; once there is a day, show what the pause holds."""
    found = await dossier.head(visit.work, visit.who, visit.id("patient_id"))
    patient, lines = found.patient, list[str]()
    if typed(visit, "until"):
        with looking(visit):
            asked = (visit.work, visit.who, patient.id, day(typed(visit, "until")))
            held = await changes.preview_pause(*asked, now=visit.now)
            told = {"later": held.later, "lost": held.lost}
            said = [visit.text(f"pause.{what}", count=count) for what, count in told.items() if count]
            on = visit.day(day(typed(visit, "until")), zone=patient.zone)
            lines = [visit.text("pause.is-on-then", date=on), *(said or [visit.text("change.nothing")])]
    until = None
    if patient.paused_until is not None and patient.paused_until > visit.now:
        until = hours.to_local(patient.paused_until, patient.zone).date()
    given = typed(visit, "until") or (until.isoformat() if until else "")
    ends = visit.day(until, zone=patient.zone) if until else ""
    return visit.show("pause.html", found=found, patient=patient, lines=lines, given=given, ends=ends)


@pages.post("/patients/{patient_id}/pause", RIGHT, objects=PATIENT, again=pause)
async def paused(visit: Visit) -> Response:
    """Pause."""
    asked = (visit.work, visit.who, visit.id("patient_id"), day(visit.form.get("until", "")))
    await changes.pause(*asked, version=number(visit.form.get("version", "")), moment=moment(visit))
    return visit.go(f"/patients/{visit.id('patient_id')}", done="paused")


@pages.post("/patients/{patient_id}/resume", RIGHT, objects=PATIENT)
async def resumed(visit: Visit) -> Response:
    """End a pause."""
    await changes.resume(visit.work, visit.who, visit.id("patient_id"), moment=moment(visit))
    return visit.go(f"/patients/{visit.id('patient_id')}", done="resumed")


@pages.get("/patients/{patient_id}/reminders/{reminder_id}/note", access.Right.WRITE, objects=REMINDER, seen="note")
async def note(visit: Visit) -> Response:
    """Show the note to one message, and a form to write it."""
    noted = await notes.read(visit.work, visit.who, visit.id("patient_id"), visit.id("reminder_id"))
    found, clinic = (
        await dossier.head(visit.work, visit.who, noted.patient_id),
        await clinics_.own(visit.work, visit.who),
    )
    return visit.show(
        "note.html",
        patient=found.patient,
        noted=noted,
        shown=notes.mark(noted),
        title=words.title(visit, noted.step_key),
        clinic_name=clinic.name,
        last=notes.last_day(noted).isoformat(),
        due=visit.moment(noted.due, zone=noted.zone),
        is_open=noted.state in life.OPEN,
        longest=notes.LONGEST,
    )


@pages.post("/patients/{patient_id}/reminders/{reminder_id}/note", access.Right.WRITE, objects=REMINDER, again=note)
async def noted(visit: Visit) -> Response:
    """Keep it."""
    asked = (visit.work, visit.who, visit.id("patient_id"), visit.id("reminder_id"))
    await notes.write(
        *asked,
        words=visit.form.get("words", ""),
        until=day(visit.form.get("until", "")),
        shown=visit.form.get("shown", ""),
        now=visit.now,
    )
    return visit.go(f"/patients/{visit.id('patient_id')}", done="note-saved")


def _read(visit: Visit) -> preferences.Habits:
    """Return the habits that were typed; Invalid `console.habits.refused-zone`, `refused-time`."""
    given = {name: visit.form.get(name, "").strip() for name in FIELDS}
    zones = places.near(given["zone"][:64], visit.language, most=1) if given["zone"] else ()
    if not zones:
        raise errors.Invalid("console.habits.refused-zone")
    start, end, morning = (
        clock(given[name], "console.habits.refused-time") for name in ("quiet_from", "quiet_to", "morning")
    )
    return preferences.Habits(given["language"], zones[0], morning, hours.Quiet(start, end))


async def _habits(visit: Visit, lines: Sequence[str]) -> Response:
    found = await dossier.head(visit.work, visit.who, visit.id("patient_id"))
    patient, console = found.patient, visit.console
    near = [zone for code in console.words.languages for zone in console.words.message(code, "words.zones").phrases]
    clinic = await clinics_.own(visit.work, visit.who)
    return visit.show(
        "habits.html",
        found=found,
        patient=patient,
        lines=lines,
        languages=[(code, words.language(visit, code)) for code in console.catalog.languages],
        zones=sorted({*near, patient.zone, clinic.zone}),
        given={
            "name": patient.name,
            "language": patient.language,
            "zone": patient.zone,
            "morning": f"{patient.morning:%H:%M}",
            "quiet_from": f"{patient.quiet.start:%H:%M}",
            "quiet_to": f"{patient.quiet.end:%H:%M}",
        },
    )
