"""Questions that the bot could not answer, and the clinic's own answers."""

import dataclasses
from typing import Any, Final

from starlette.responses import Response

from reminderbot.services import access, audit, own_answers, questions
from reminderbot.services.access import Right
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

ANSWER: Final = {"answer_id": "answer"}


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the list: what is asked about, in words."""

    group: questions.Group
    about: str
    language: str


@pages.get("/questions", Right.ANSWER, writes=True)
async def listed(visit: Visit) -> Response:
    """Show what is asked and not answered, and the clinic's own answers."""
    asked = await questions.groups(visit.work, visit.who, catalog=visit.console.catalog, now=visit.now)
    own = await own_answers.list_(visit.work, visit.who)
    await audit.note(visit.work, visit.who, "questions.listed", groups=len(asked.groups))
    return visit.show(
        "questions.html", rows=[_row(visit, each) for each in asked.groups], asked=asked, zone=asked.zone, own=own
    )


@pages.get("/questions/new", Right.ANSWER)
async def new(visit: Visit) -> Response:
    """Show the form for an answer; `from` is a question that it begins with."""
    group = await _group(visit)
    said = group.patients_said if group else ()
    phrases = "\n".join(line for words in said for line in [" ".join(words.split())] if len(line) <= own_answers.PHRASE)
    return await _form(visit, group=group, phrases=phrases, language=group.language if group else "")


@pages.post("/questions/new", Right.ANSWER, again=new)
async def add(visit: Visit) -> Response:
    """Put an answer in force, or show first what it would do."""
    if visit.form.get("act") == "preview":
        return await _form(visit, shown=await _preview(visit))
    await own_answers.add(visit.work, visit.who, _draft(visit), catalog=visit.console.catalog, now=visit.now)
    return visit.go("/questions", done="answer-added")


@pages.get("/questions/answers/{answer_id}", Right.ANSWER, objects=ANSWER)
async def edit(visit: Visit) -> Response:
    """Show an answer as it stands, to be changed."""
    row = await own_answers.get(visit.work, visit.who, visit.id("answer_id"))
    return await _form(visit, row=row, phrases="\n".join(row.phrases), language=row.language)


@pages.post("/questions/answers/{answer_id}", Right.ANSWER, again=edit, objects=ANSWER)
async def change(visit: Visit) -> Response:
    """Change an answer, or show first what it would do."""
    answer_id, version = visit.id("answer_id"), visit.form.get("version", "")
    if visit.form.get("act") == "preview":
        row = await own_answers.get(visit.work, visit.who, answer_id)
        return await _form(visit, row=row, shown=await _preview(visit, answer_id))
    await own_answers.change(
        visit.work,
        visit.who,
        answer_id,
        _draft(visit),
        version=int(version) if version.isascii() and version.isdigit() else 0,
        catalog=visit.console.catalog,
        now=visit.now,
    )
    return visit.go("/questions", done="answer-changed")


@pages.post("/questions/answers/{answer_id}/end", Right.ANSWER, objects=ANSWER)
async def end(visit: Visit) -> Response:
    """End an answer."""
    await own_answers.end(visit.work, visit.who, visit.id("answer_id"), now=visit.now)
    return visit.go("/questions", done="answer-ended")


async def _form(
    visit: Visit,
    *,
    row: own_answers.AnswerRow | None = None,
    group: questions.Group | None = None,
    shown: own_answers.Preview | None = None,
    phrases: str = "",
    language: str = "",
) -> Response:
    codes = await own_answers.languages(visit.work, visit.who, visit.console.catalog)
    given: dict[str, Any] = {
        "row": row,
        "version": _version(visit, row),
        "group": group,
        "shown": shown,
        "phrases": phrases,
        "language": language or codes[0],
        "languages": [(code, visit.console.catalog.language(code).name) for code in codes],
        "may_mark": visit.who.may(access.Right.SET_CLINIC),
    }
    return visit.show("answer.html", **given)


async def _preview(visit: Visit, answer_id: str | None = None) -> own_answers.Preview:
    catalog = visit.console.catalog
    return await own_answers.preview(
        visit.work, visit.who, _draft(visit), catalog=catalog, now=visit.now, answer_id=answer_id
    )


async def _group(visit: Visit) -> questions.Group | None:
    asked = visit.query("from")
    if not asked:
        return None
    return await questions.group_of(visit.work, visit.who, asked, catalog=visit.console.catalog, now=visit.now)


def _version(visit: Visit, row: own_answers.AnswerRow | None) -> int | str:
    """Return the version that the form changes: the one it was opened with, once others' change was shown the new."""
    stands = row.version if row else 0
    return stands if visit.status == 409 else visit.form.get("version", stands)


def _draft(visit: Visit) -> own_answers.Draft:
    typed = visit.form.get
    return own_answers.Draft(typed("title", ""), typed("language", ""), typed("phrases", ""), typed("body", ""))


def _row(visit: Visit, group: questions.Group) -> Row:
    catalog = visit.console.catalog
    about = catalog.called(visit.language, group.topic) if group.topic else visit.text("console.questions.no-topic")
    return Row(group, about, catalog.language(group.language).name)
