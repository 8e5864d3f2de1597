"""What patients write to the clinic, and what the clinic answers."""

from typing import Any, Final

from starlette.responses import Response

from reminderbot.services import audit, letters
from reminderbot.services.access import Right
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

PATIENT: Final = {"patient_id": "patient"}


@pages.get("/letters", Right.SEE_WORDS, writes=True)
async def listed(visit: Visit) -> Response:
    """Show the threads, those that wait first."""
    found = await letters.list_(visit.work, visit.who, page=_page(visit))
    await audit.note(visit.work, visit.who, "letters.listed", threads=len(found.threads))
    return visit.show("letters.html", listed=found)


@pages.get("/letters/live", Right.SEE_WORDS, is_part=True)
async def listed_live(visit: Visit) -> Response:
    """Show the threads anew in a page that is open; the look at that page is in the audit."""
    if not visit.is_part:
        return visit.go("/letters")
    found = await letters.list_(visit.work, visit.who, page=_page(visit))
    return visit.show("_letters.html", listed=found)


@pages.get("/letters/{patient_id}", Right.SEE_WORDS, writes=True, objects=PATIENT)
async def thread(visit: Visit) -> Response:
    """Show one thread; what is shown is then read, and its case acknowledged."""
    return visit.show("letter.html", **await _opened(visit))


@pages.get("/letters/{patient_id}/live", Right.SEE_WORDS, objects=PATIENT, is_part=True)
async def thread_live(visit: Visit) -> Response:
    """Show a thread anew in a page that is open: nobody may be looking, so that nothing is marked as read."""
    found = await letters.thread(visit.work, visit.who, visit.id("patient_id"))
    if not visit.is_part:
        return visit.go(f"/letters/{found.patient_id}")
    return visit.show("_letters_of.html", thread=found)


@pages.post("/letters/{patient_id}/read", Right.SEE_WORDS, objects=PATIENT)
async def read(visit: Visit) -> Response:
    """Mark what came in meanwhile as read; the answer that is being typed stays as it is."""
    found = await _opened(visit)
    if visit.is_part:
        shown = await letters.thread(visit.work, visit.who, visit.id("patient_id"))
        return visit.show("_letters_of.html", thread=shown)
    return visit.go(f"/letters/{found['thread'].patient_id}")


async def _again(visit: Visit) -> Response:
    """Show the thread and what was typed, which was not sent."""
    found = await letters.thread(visit.work, visit.who, visit.id("patient_id"))
    return visit.show("letter.html", thread=found)


@pages.post("/letters/{patient_id}", Right.WRITE, again=_again, objects=PATIENT)
async def answer(visit: Visit) -> Response:
    """Send an answer to the patient's chat."""
    await letters.answer(
        visit.work,
        visit.who,
        visit.id("patient_id"),
        visit.form.get("letter_words", ""),
        catalog=visit.console.catalog,
        now=visit.now,
        machine_now=visit.machine_now,
    )
    return visit.go(f"/letters/{visit.id('patient_id')}", done="letter-sent")


async def _opened(visit: Visit) -> dict[str, Any]:
    return {"thread": await letters.opened(visit.work, visit.who, visit.id("patient_id"), now=visit.now)}


def _page(visit: Visit) -> int:
    """Return the page of the list that is asked for; anything that is no number is the first."""
    asked = visit.query("page")
    return min(int(asked), 10_000) if asked.isascii() and asked.isdigit() else 0
