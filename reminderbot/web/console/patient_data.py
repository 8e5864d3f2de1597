"""All that is kept about one patient: shown to be printed, downloaded, erased for good."""

from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from reminderbot.services import access, audit, dossier, erasing, mydata, mydata_page, own_titles, voices
from reminderbot.services import clinics as clinics_
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
PATIENT: Final = {"patient_id": "patient"}


@pages.get("/patients/{patient_id}/copy", access.Right.EXPORT, writes=True, objects=PATIENT)
async def page(visit: Visit) -> Response:
    """Show all of it in the patient's language."""
    found = await dossier.head(visit.work, visit.who, visit.id("patient_id"))
    copy = await mydata.of_patient(visit.work, visit.who, found.patient.id, now=visit.now)
    voice = voices.Reader(visit.console.catalog, visit.now, found.patient.language)
    titles = await own_titles.of_patient(
        visit.work, visit.who, found.patient.id, catalog=voice.catalog, language=voice.language
    )
    shown = visit.show(
        "copy.html",
        patient=found.patient,
        clinic_name=(await clinics_.own(visit.work, visit.who)).name,
        made=visit.moment(visit.now, zone=found.patient.zone),
        by=visit.sign_in.name if visit.sign_in else "",
        is_shared=bool(found.patient.via) and not copy.rows["chats"],
        language=voice.language,
        direction=voice.catalog.language(voice.language).direction,
        heading=voice.catalog.say_plain(voice.language, "mydata.title"),
        body=Markup(mydata_page.body(voice, copy, titles)),  # noqa: S704 # nosec B704 - escaped as the chat sends it
    )
    await audit.note(visit.work, visit.who, "copy.seen", patient_id=found.patient.id)
    return shown


@pages.get("/patients/{patient_id}/copy.json", access.Right.EXPORT, writes=True, objects=PATIENT)
async def entries(visit: Visit) -> Response:
    """Return every entry as JSON."""
    patient_id = visit.id("patient_id")
    copy = await mydata.of_patient(visit.work, visit.who, patient_id, now=visit.now)
    await audit.note(visit.work, visit.who, "copy.exported", patient_id=patient_id)
    return visit.download(copy.json.encode(), name=f"copy-{patient_id[:8]}.json", kind="application/json")


@pages.get("/patients/{patient_id}/erase", access.Right.ERASE, objects=PATIENT, seen="erase")
async def erase(visit: Visit) -> Response:
    """Show what goes and what stays, and ask for the name."""
    found = await erasing.ahead(visit.work, visit.who, visit.id("patient_id"))
    return visit.show("erase.html", found=found, patient=found.patient)


@pages.post("/patients/{patient_id}/erase", access.Right.ERASE, objects=PATIENT, again=erase, proves=True)
async def erased(visit: Visit) -> Response:
    """Erase the patient."""
    is_told = await erasing.erase(
        visit.work,
        visit.who,
        visit.id("patient_id"),
        named=visit.form.get("name", ""),
        catalog=visit.console.catalog,
        now=visit.now,
    )
    return visit.go("/patients", done="patient-erased-told" if is_told else "patient-erased")
