"""A clinic's own answers: written once by its staff, given to every patient of the clinic who asks."""

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import asking, blanks, telegram_html, topics
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit, names, questions
from reminderbot.store import clinics, own_answers
from reminderbot.store import questions as kept
from reminderbot.store import work as works

TITLE: Final = 80  # characters
LONGEST: Final = 1000  # characters that a reader sees of an answer
PHRASES: Final = 20  # ways to ask for one answer
PHRASE: Final = 120  # characters of one of them
MOST: Final = 100
"""Answers of a clinic: with their phrases, what is matched in a few hundredths of a second."""

_TAG = re.compile(r"</?(?:b|i|u|a)(?:\s[^<>]*)?>")
"""Whoever writes one of these means markup; any other sign is a sign."""

AnswerRow = own_answers.AnswerRow


@dataclasses.dataclass(frozen=True)
class Draft:
    """An answer as it is typed: its title, its language, the phrases one a line, and the words."""

    title: str
    language: str
    phrases: str = dataclasses.field(repr=False)
    body: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class InForce:
    """What a clinic answers by itself: how it is asked for, and its words as Telegram's HTML by key."""

    clinic_name: str
    asked: tuple[topics.Own, ...] = ()
    html: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a draft would do: its words as a patient sees them, and which of the kept questions it would answer."""

    html: str
    plain: str
    would_serve: int
    waiting: int


async def in_force(work: works.Work, clinic_id: str, *, clinic_name: str) -> InForce:
    """Return what a clinic answers by itself, for the chat of one of its patients."""
    rows = await own_answers.in_force(work, clinic_id)
    asked = tuple(topics.Own(id, language, phrases) for id, language, phrases, _ in rows)
    return InForce(clinic_name, asked, {id: html(body) for id, _, _, body in rows})


async def list_(work: works.Work, who: access.Staff) -> list[tuple[AnswerRow, int]]:
    """Return the clinic's answers in force, by title, each with the number of kept questions that it serves."""
    access.require(who, access.Right.ANSWER)
    served = await own_answers.served(work, who.clinic_id)
    return [(row, served.get(row.id, 0)) for row in await own_answers.of_clinic(work, who.clinic_id)]


async def get(work: works.Work, who: access.Staff, answer_id: str) -> AnswerRow:
    """Return one answer of the clinic that is in force; NotFound for any other."""
    access.require(who, access.Right.ANSWER)
    found = await own_answers.of_clinic(work, who.clinic_id, answer_id=answer_id)
    if not found:
        raise errors.NotFound("console.sorry.not-found")
    return found[0]


async def languages(work: works.Work, who: access.Staff, catalog: catalogs.Catalog) -> tuple[str, ...]:
    """Return the languages that an answer may be in: the clinic's first, then the others that we speak."""
    clinic = await clinics.get(work, who.clinic_id)
    spoken = tuple(code for code in (clinic.languages if clinic else ()) if code in catalog.languages)
    return tuple(dict.fromkeys((*spoken, *catalog.languages)))


async def add(work: works.Work, who: access.Staff, draft: Draft, *, catalog: catalogs.Catalog, now: datetime) -> str:
    """Put an answer in force; the kept questions that it answers are served by it. Returns its id.

    Raises Invalid `console.questions.refused-…` (title, language, phrases, phrase, body, long, markup, admin, many).
    """
    access.require(who, access.Right.ANSWER)
    checked = _checked(who, draft, catalog, before="")
    if len(await own_answers.in_force(work, who.clinic_id)) >= MOST:
        raise errors.Invalid("console.questions.refused-many", count=str(MOST))
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id, "staff_id": who.staff_id}
    id = await own_answers.add(
        work,
        **whose,
        title=checked.title,
        language=checked.language,
        phrases=_lines(checked.phrases),
        body=checked.body,
        now=now,
    )
    await _serve(work, who, id, catalog, now)
    await audit.note(work, who, "answer.added", answer=id, version=1)
    return id


async def change(
    work: works.Work,
    who: access.Staff,
    answer_id: str,
    draft: Draft,
    *,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Change an answer that stands in `version`. Raises as `add` does; NotFound; Conflict `console.refusal.old`."""
    before = await get(work, who, answer_id)
    checked = _checked(who, draft, catalog, before=before.body)
    is_changed = await own_answers.is_changed(
        work,
        who.clinic_id,
        answer_id,
        version=version,
        title=checked.title,
        language=checked.language,
        phrases=_lines(checked.phrases),
        body=checked.body,
        staff_id=who.staff_id,
    )
    if not is_changed:
        raise errors.Conflict("console.refusal.old")
    await kept.release(work, answer_id)
    await _serve(work, who, answer_id, catalog, now)
    await audit.note(work, who, "answer.changed", answer=answer_id, version=version + 1)


async def end(work: works.Work, who: access.Staff, answer_id: str, *, now: datetime) -> None:
    """End an answer; the questions that it served wait again. NotFound if it is not the clinic's, or has ended."""
    access.require(who, access.Right.ANSWER)
    if not await own_answers.is_ended(work, who.clinic_id, answer_id, now=now):
        raise errors.NotFound("console.sorry.not-found")
    await kept.release(work, answer_id)
    await audit.note(work, who, "answer.ended", answer=answer_id)


async def preview(
    work: works.Work,
    who: access.Staff,
    draft: Draft,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    answer_id: str | None = None,
) -> Preview:
    """Return what a draft would do, refusing what `add` does. Writes nothing."""
    before = (await get(work, who, answer_id)).body if answer_id else ""
    checked = _checked(who, draft, catalog, before=before)
    own = topics.Own("draft", checked.language, _lines(checked.phrases))
    waiting = await questions.waiting(work, who, now=now)
    served = [row for row in waiting if _answers(catalog, own, row)]
    clinic = await clinics.get(work, who.clinic_id)
    whole = said(catalog, checked.language, clinic.name if clinic else "", html(checked.body))
    return Preview(whole, telegram_html.plain(whole), len(served), len(waiting))


def said(catalog: catalogs.Catalog, language: str, clinic_name: str, words: str) -> str:
    """Return an answer (HTML) as the chat says it: marked as the clinic's own."""
    return f"{catalog.say(language, 'own.says', clinic_name=clinic_name)}\n\n{words}"


def html(body: str) -> str:
    """Return an answer as Telegram's HTML: as it stands where it has markup, else every sign as itself."""
    return body if _TAG.search(body) else blanks.escape(body)


async def _serve(work: works.Work, who: access.Staff, answer_id: str, catalog: catalogs.Catalog, now: datetime) -> None:
    """Take the kept questions that the answer answers off the list of those that wait."""
    row = await get(work, who, answer_id)
    own = topics.Own(row.id, row.language, row.phrases)
    waiting = await questions.waiting(work, who, now=now)
    await kept.set_answer(work, [each.id for each in waiting if _answers(catalog, own, each)], answer_id)


def _answers(catalog: catalogs.Catalog, own: topics.Own, question: kept.QuestionRow) -> bool:
    found = catalog.match(question.language, question.words, own=[own])
    return any(each.is_own for each in found.topics)


def _checked(who: access.Staff, draft: Draft, catalog: catalogs.Catalog, *, before: str) -> Draft:
    """Return a draft cleaned; `before` are the words that stand, which may hold markup that others wrote."""
    title, body = names.clean(draft.title), names.lines(draft.body)
    if not 1 <= len(title) <= TITLE:
        raise errors.Invalid("console.questions.refused-title", count=str(TITLE))
    if draft.language not in catalog.languages:
        raise errors.Invalid("console.questions.refused-language")
    _check_phrases(_lines(draft.phrases))
    _check_body(who, body, before)
    return Draft(title, draft.language, draft.phrases, body)


def _check_phrases(phrases: Sequence[str]) -> None:
    if not 1 <= len(phrases) <= PHRASES:
        raise errors.Invalid("console.questions.refused-phrases", count=str(PHRASES))
    for phrase in phrases:
        if len(phrase) > PHRASE or not asking.words(phrase):
            raise errors.Invalid("console.questions.refused-phrase", text=phrase[:40])


def _check_body(who: access.Staff, body: str, before: str) -> None:
    if not body:
        raise errors.Invalid("console.questions.refused-body")
    if _TAG.search(body):
        if body != before and not who.may(access.Right.SET_CLINIC):
            raise errors.Invalid("console.questions.refused-admin")
        if wrong := telegram_html.problem(body):
            raise errors.Invalid("console.questions.refused-markup", text=wrong.what, remedy=wrong.remedy)
    length = telegram_html.visible_length(html(body))
    if length > LONGEST:
        raise errors.Invalid("console.questions.refused-long", count=str(length))


def _lines(phrases: str) -> tuple[str, ...]:
    lines = (names.clean(line) for line in names.lines(phrases).split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))
