"""The proof of what was sent to one patient: a page to print or to save as PDF, and a table for a spreadsheet."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from reminderbot.planning import life
from reminderbot.services import access, audit, dossier, sheets
from reminderbot.web.console import patient_words as words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
PATIENT: Final = {"patient_id": "patient"}
COLUMNS: Final = (
    *("patient", "clinic", "session", "step", "at", "zone", "utc", "outcome", "reason", "tries"),
    *("language", "version", "telegram", "text"),
)


@dataclasses.dataclass(frozen=True)
class Sent:
    """One message of the proof, in words; `at` is on the patient's clock in `zone`, both ISO 8601."""

    session: str
    step: str
    at: str
    zone: str
    utc: str
    outcome: str
    reason: str
    tries: str
    language: str
    version: str
    telegram: str
    text: str


@pages.get("/patients/{patient_id}/proof", access.Right.EXPORT, writes=True, objects=PATIENT)
async def page(visit: Visit) -> Response:
    """Show the proof, to be printed."""
    found = await dossier.read(visit.work, visit.who, visit.id("patient_id"))
    zone = found.patient.zone
    consents = [
        (
            visit.moment(each.given_at, zone=zone),
            words.language(visit, each.language),
            each.wording,
            visit.moment(each.withdrawn_at, zone=zone) if each.withdrawn_at else "",
        )
        for each in found.consents
    ]
    shown = visit.show(
        "proof.html",
        patient=found.patient,
        clinic_name=found.clinic_name,
        rows=list(_sent(visit, found)),
        consents=consents,
        made=visit.moment(visit.now, zone=zone),
        by=visit.sign_in.name if visit.sign_in else "",
    )
    await audit.note(visit.work, visit.who, "proof.seen", patient_id=found.patient.id)
    return shown


@pages.get("/patients/{patient_id}/proof.csv", access.Right.EXPORT, writes=True, objects=PATIENT)
async def table(visit: Visit) -> Response:
    """Return the proof as CSV."""
    found = await dossier.read(visit.work, visit.who, visit.id("patient_id"))
    heading = [visit.text(f"proof.{column}") for column in COLUMNS]
    who = (found.patient.name, found.clinic_name)
    rows = [[*who, *dataclasses.astuple(each)] for each in _sent(visit, found)]
    await audit.note(visit.work, visit.who, "proof.exported", patient_id=found.patient.id, rows=len(rows))
    content = sheets.csv([heading, *rows])
    return visit.download(content, name=f"proof-{found.patient.id[:8]}.csv", kind="text/csv; charset=utf-8")


def _sent(visit: Visit, found: dossier.Dossier) -> Iterator[Sent]:
    """Yield what was sent or is over, in order of time; what is still to come proves nothing."""
    reminders, zone = found.reminders, found.patient.zone
    sessions = {each.treatment.id: words.session(visit, each.treatment) for each in found.sessions}
    over = [each for each in reminders.values() if each.state not in life.OPEN]
    for each in sorted(over, key=lambda row: (row.sent_at or row.due_at, row.id)):
        bearer = reminders.get(each.merged_into or "", each) if each.state == life.State.MERGED else each
        at = bearer.sent_at or each.due_at
        yield Sent(
            session=sessions[each.treatment_id],
            step=words.title(visit, each.step_key),
            at=_iso(visit.local(at, zone).replace(tzinfo=None)),
            zone=zone,
            utc=_iso(at.astimezone(UTC).replace(tzinfo=None)) + "Z",
            outcome=each.state.upper(),
            reason=words.why(visit, each.state, each.reason),
            tries=str(len(found.attempts.get(each.id, ()))),
            language=each.language or "",
            version=each.text_hash or "",
            telegram=str(bearer.message_id or ""),
            text=dossier.plain(each.body) if each.body else "",
        )


def _iso(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")
