"""The time machine: a plan as somebody invented would get it, worded by any texts, before anybody real does."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import blanks, editions, telegram_html
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, life, plans, playing, timeline
from reminderbot.services import access, books, contact, in_force, keyboards, values
from reminderbot.services import wording as wordings
from reminderbot.store import clinics, plan_editions
from reminderbot.store import editions as rows
from reminderbot.store import work as works

SHIPPED: Final = "shipped"
IN_FORCE: Final = "in-force"
DRAFTS: Final = "drafts"
"""Which texts are played, besides those of an edition, which go by its id."""

_EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclasses.dataclass(frozen=True)
class Invented:
    """Somebody who does not exist: their name, language, session and habits."""

    first_name: str
    language: str
    anchor: timeline.Anchor
    habits: timeline.Habits


@dataclasses.dataclass(frozen=True)
class Stage:
    """What a play stands on: the texts, the plan, the clinic that is named in them, and when the session is entered."""

    catalog: catalogs.Catalog
    wording: editions.Wording
    plan: plans.Plan
    reach: contact.Contact
    booked_at: datetime


@dataclasses.dataclass(frozen=True)
class Line:
    """One step of the play: sent at `local` on the patient's clock, or not, for `reason`.

    `html` is the message as Telegram gets it; `fault` says that it could not be sent as it is written. Of what is not
    sent `local` is when it was meant to be.
    """

    step_key: str
    key: str
    language: str
    at: datetime
    local: datetime
    state: life.State
    reason: life.Reason | None
    html: str = ""
    buttons: tuple[str, ...] = ()
    is_silent: bool = False
    edition_id: str | None = None
    fault: bool = False

    @property
    def is_sent(self) -> bool:
        """Tell whether the patient gets it."""
        return self.state is life.State.SENT


@dataclasses.dataclass(frozen=True)
class Play:
    """All steps in order of time, and what happened between them."""

    lines: tuple[Line, ...]
    happened: tuple[playing.Happening, ...]

    @property
    def sent(self) -> tuple[Line, ...]:
        """What the patient gets."""
        return tuple(line for line in self.lines if line.is_sent)


def play(stage: Stage, invented: Invented, script: playing.Script) -> Play:
    """Return every message as it would be sent, and every one that would not with its reason. Pure."""
    played = playing.play(stage.plan, invented.anchor, invented.habits, script)
    return Play(tuple(_line(stage, invented, each) for each in played.outcomes), played.happened)


async def staged(
    work: works.Work, who: access.Staff, book: str, source: str, *, catalog: catalogs.Catalog, now: datetime
) -> Stage:
    """Return what a book is played on; `source` is SHIPPED, IN_FORCE, DRAFTS or the id of an edition.

    Raises NotAllowed without the right, NotFound for what is no plan's book and for an edition of another clinic.
    """
    access.require(who, access.Right.READ_WORDING)
    clinic = await clinics.get(work, who.clinic_id)
    if clinic is None:
        raise errors.NotFound("console.sorry.not-found")
    plan = await _plan(work, who, book, source, catalog)
    wording = await _wording(work, who, book, source, catalog=catalog, now=now)
    said = wording.said if source == IN_FORCE else catalog
    return Stage(said, wording, plan, contact.of_clinic(clinic, now), now)


async def published(work: works.Work, who: access.Staff, book: str) -> list[rows.EditionRow]:
    """Return every edition of a book that the clinic and its organisation have published, the newest first."""
    access.require(who, access.Right.READ_WORDING)
    return [row for scope in _scopes(who) for row in await rows.of(work, scope, book)]


async def _plan(work: works.Work, who: access.Staff, book: str, source: str, catalog: catalogs.Catalog) -> plans.Plan:
    """Return the steps that are played: the draft's for drafts, else those in force, which a new plan has not yet."""
    if source == SHIPPED and book in catalog.plan_keys:
        return catalog.plan(book)
    drafted = await plan_editions.draft(work, wordings.scope(who), book) if source != SHIPPED else None
    published = (await plan_editions.in_force(work, who.clinic_id)).get(book)
    if drafted and (source == DRAFTS or not (published or book in catalog.plan_keys)):
        return plans.Plan(book, drafted.steps)
    if source == SHIPPED or not (published or book in catalog.plan_keys):
        raise errors.NotFound("console.sorry.not-found")
    return published.plan if published else catalog.plan(book)


async def _wording(
    work: works.Work, who: access.Staff, book: str, source: str, *, catalog: catalogs.Catalog, now: datetime
) -> editions.Wording:
    if source == IN_FORCE:
        return await in_force.wording(work, catalog, organisation_id=who.organisation_id, clinic_id=who.clinic_id)
    if source == SHIPPED:
        return editions.Wording(catalog, (), locked=frozenset())
    if source == DRAFTS:
        known = await books.catalog(work, who, catalog)
        found = await wordings.texts(work, who, book, catalog=known, now=now)
        own: Mapping[editions.At, str] = {(text.language, text.key): text.body for text in found if text.is_own}
        return _alone(catalog, DRAFTS, book, own)
    row = await _edition(work, who, book, source)
    texts = (await rows.texts(work, [row.id]))[row.id]
    return _alone(catalog, row.id, book, {(text.language, text.key): text.body for text in texts})


async def _edition(work: works.Work, who: access.Staff, book: str, id: str) -> rows.EditionRow:
    for scope in _scopes(who):
        row = await rows.get(work, scope, id)
        if row is not None and row.book == book:
            return row
    raise errors.NotFound("console.sorry.not-found")


def _scopes(who: access.Staff) -> tuple[rows.Scope, rows.Scope]:
    return wordings.scope(who), rows.Scope(who.organisation_id, None)


def _alone(catalog: catalogs.Catalog, id: str, book: str, texts: Mapping[editions.At, str]) -> editions.Wording:
    """Return the wording in which one set of texts is in force for everybody."""
    only = editions.Edition(id, book, 1, is_clinics=True, reach=editions.Reach.ALL, published_at=_EVER, texts=texts)
    return editions.Wording(catalog, [only], locked=frozenset())


def _line(stage: Stage, invented: Invented, outcome: playing.Outcome) -> Line:
    step, zone = outcome.step, invented.habits.zone
    line = Line(
        step_key=step.key,
        key=step.message,
        language=invented.language,
        at=outcome.at,
        local=hours.to_local(outcome.at, zone),
        state=outcome.state,
        reason=outcome.reason,
        is_silent=step.silent,
    )
    return _worded(stage, invented, outcome, line) if line.is_sent else line


def _worded(stage: Stage, invented: Invented, outcome: playing.Outcome, line: Line) -> Line:
    catalog, plan = stage.catalog, stage.plan
    filled = values.of_anchor(
        catalog,
        line.language,
        outcome.anchor,
        now=outcome.at,
        zone=invented.habits.zone,
        name=invented.first_name,
        reach=stage.reach,
    )
    try:
        found = stage.wording.worded(line.language, line.key, book=plan.key, booked_at=stage.booked_at)
        html = found.template.fill(filled)
    except (blanks.BlankError, KeyError):  # a draft may hold anything, and a step may have no text yet
        return dataclasses.replace(line, fault=True)
    asked = dict.fromkeys(outcome.step.asks, "")
    buttons = keyboards.buttons(catalog, line.language, asked, html, of="")
    return dataclasses.replace(
        line,
        html=html,
        buttons=tuple(words for words, _ in buttons),
        edition_id=found.edition_id,
        fault=telegram_html.problem(html) is not None or telegram_html.visible_length(html) > telegram_html.MAX_VISIBLE,
    )
