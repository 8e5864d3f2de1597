"""Texts out and back: nothing is lost on the way in any form, and what comes back is drafts, all or none."""

import dataclasses
import itertools

import hypothesis
import pytest
from hypothesis import strategies
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import exchange as texts
from reminderbot.services import access, books, clinics, exchange, taking_back, wording
from reminderbot.store import drafts, tables
from reminderbot.store import work as works
from tests.services import branch_cast, cast
from tests.services.lists import making

BOOK = "microneedling"
SIGNS = "'\"=+-@＝\\\n\t;,#[]{}<&é“•💆🏽\u2028\u200d\u0085\ufeff "


@pytest.fixture
async def admin(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The admin of Dr Bea's clinic."""
    return await branch_cast.employ(store, (bea, access.Role.ADMIN))


def line(draft: str) -> texts.Line:
    """Return a text with this draft."""
    return texts.Line(BOOK, "es", "step.eve", "then", "Hello.", "Hola.", draft, ("day",), ("D1",))


def name(form: exchange.Form) -> str:
    return f"texts.{form}"


def back(lines: list[texts.Line], form: exchange.Form) -> list[texts.Given]:
    """Return texts as they come back from a file; AssertionError if a line is wrong."""
    found = taking_back.read(exchange.written(lines, form), name(form))
    assert all(isinstance(each, texts.Given) for each in found), found
    return [each for each in found if isinstance(each, texts.Given)]


async def looked(
    store: works.Store, who: access.Staff, given: taking_back.Read, catalog: catalogs.Catalog, clock: clocks.Clock
) -> taking_back.Report:
    async with store.reading() as work:
        return await taking_back.look(work, who, given, "es", catalog=catalog, now=clock.now())


async def kept(
    store: works.Store, who: access.Staff, given: taking_back.Read, catalog: catalogs.Catalog, clock: clocks.Clock
) -> int:
    async with store.writing() as work:
        report = await taking_back.look(work, who, given, "es", catalog=catalog, now=clock.now())
        return await taking_back.keep(work, who, report, now=clock.now())


def given(key: str, draft: str, *, number: int = 2) -> texts.Given:
    return texts.Given(number, BOOK, "es", key, None, draft)


@pytest.mark.parametrize("form", list(exchange.Form))
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_shipped_text_comes_back_from_a_file_as_it_was(
    catalog: catalogs.Catalog, form: exchange.Form, language: str
) -> None:
    say = exchange.Saying(catalog, language)
    out = [line for book in books.listed(catalog) for line in exchange.shipped(catalog, book, language, say=say)]
    drafted = [dataclasses.replace(line, draft=line.in_force) for line in out]
    found = back(drafted, form)

    assert len(found) > 300
    assert [(each.key, each.draft) for each in found] == [(line.key, line.in_force) for line in out]
    if form is not exchange.Form.TOML:
        assert [(each.book, each.language, each.in_force) for each in found] == [
            (line.book, language, line.in_force) for line in out
        ]


@pytest.mark.parametrize("form", list(exchange.Form))
@hypothesis.given(
    drafts=strategies.lists(strategies.text(strategies.sampled_from(SIGNS + "aB1")), min_size=1, max_size=9)
)
@hypothesis.settings(max_examples=60, deadline=None)
def test_whatever_a_text_holds_it_comes_back_from_a_file(form: exchange.Form, drafts: list[str]) -> None:
    lines = [line(draft) for draft in drafts if texts.tidy(draft)]
    if form is exchange.Form.TOML:
        lines = [dataclasses.replace(each, key=f"step.n{number}") for number, each in enumerate(lines)]
    if not lines:
        return

    assert [each.draft for each in back(lines, form)] == [texts.tidy(each.draft) for each in lines]


def test_no_cell_of_a_file_is_a_formula(catalog: catalogs.Catalog) -> None:
    for sign in "=+-@":
        out = exchange.written([line(f"{sign}1+1")], exchange.Form.CSV).decode("utf-8-sig")
        assert f'"\'{sign}1+1"' in out

    sheet = making.workbook(texts.HEADINGS, (BOOK, "es", "step.eve", "", "", "", "=1+1", "", ""))
    assert taking_back.read(sheet, "texts.xlsx") == [taking_back.Wrong(2, "formula")]


async def test_what_comes_back_is_drafts_and_twice_is_once(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    new = [given("step.eve", "Hola. {{ session_day }}"), given("step.day-1", "Adiós.", number=3)]
    first = await kept(store, admin, new, catalog, clock)
    second = await kept(store, admin, new, catalog, clock)

    assert (first, second) == (2, 0)
    assert await cast.count(store, tables.drafts) == 2
    assert await cast.count(store, tables.editions) == 0
    async with store.reading() as work:
        actions = (await work.run(select(tables.audit.c.action))).scalars().all()
    assert actions.count("wording.imported") == 1


async def test_a_draft_is_handed_out_beside_what_is_in_force(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await kept(store, admin, [given("step.eve", "Hola.")], catalog, clock)
    say = exchange.Saying(catalog, "en")
    async with store.reading() as work:
        lines = await exchange.lines(work, admin, BOOK, "es", catalog=catalog, say=say, now=clock.now())
    eve = next(each for each in lines if each.key == "step.eve")

    assert (eve.draft, eve.body) == ("Hola.", "Hola.")
    assert eve.in_force == catalog.message("es", "step.eve").text
    assert eve.facts == ()
    assert (await looked(store, admin, back(lines, exchange.Form.CSV), catalog, clock)).changes == ()


async def test_one_text_that_may_not_be_sent_keeps_all_out(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    with pytest.raises(errors.Conflict) as refused:
        await kept(store, admin, [given("step.eve", "Hola."), given("step.day-1", "<b>Hola")], catalog, clock)

    assert refused.value.key == "console.exchange.not-taken"
    assert await cast.count(store, tables.drafts) == 0


async def test_a_file_is_not_kept_where_the_organisation_holds_the_texts(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.organisations).values(locks=[f"texts.{BOOK}"]))

    with pytest.raises(errors.NotAllowed, match=r"console.wording.refused-held"):
        await kept(store, admin, [given("step.eve", "Hola.")], catalog, clock)
    assert await cast.count(store, tables.drafts) == 0


async def test_what_somebody_else_had_written_is_kept_aside(
    store: works.Store, bea: clinics.ClinicView, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    eva = await branch_cast.employ(store, (bea, access.Role.ADMIN))
    await kept(store, eva, [given("step.eve", "De Eva.")], catalog, clock)
    await kept(store, admin, [given("step.eve", "Del archivo.")], catalog, clock)
    async with store.reading() as work:
        rows = await drafts.of(work, wording.scope(admin), BOOK)

    assert {(row.body, row.is_aside, row.staff_id) for row in rows} == {
        ("Del archivo.", False, admin.staff_id),
        ("De Eva.", True, eva.staff_id),
    }


async def test_a_blank_that_a_text_leaves_out_is_told_and_one_that_it_is_not_given_is_wrong(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    report = await looked(store, admin, [given("step.eve", "Hola, {{ clinic_name }}.")], catalog, clock)
    wrong = await looked(store, admin, [given("step.eve", "Hola, {{ login }}.")], catalog, clock)

    assert report.changes[0].unused == ("first_name", "session_day", "session_time")
    assert report.wrong == ()
    assert [each.name for each in wrong.wrong] == ["gate"]


async def test_only_who_may_write_keeps_drafts_and_another_clinic_sees_none(
    store: works.Store, bea: clinics.ClinicView, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await kept(store, admin, [given("step.eve", "Hola.")], catalog, clock)
    clinician = await branch_cast.employ(store, (bea, access.Role.CLINICIAN))
    async with store.writing() as work:
        other = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await branch_cast.employ(store, (other, access.Role.ADMIN))
    with pytest.raises(errors.NotAllowed):
        await kept(store, clinician, [given("step.eve", "Adiós.")], catalog, clock)
    async with store.reading() as work:
        say = exchange.Saying(catalog, "en")
        theirs = await exchange.lines(work, carl, BOOK, "es", catalog=catalog, say=say, now=clock.now())

    assert {each.draft for each in theirs} == {""}


def test_when_a_text_is_sent_is_said_in_words(catalog: catalogs.Catalog) -> None:
    said = {
        language: [
            exchange.Saying(catalog, language).when(catalog, book, key)
            for book, key in ((BOOK, "step.eve"), (BOOK, "step.ride-home"), ("words", "button.worried"))
        ]
        for language in ("en", "es")
    }

    assert said["en"] == ["1 day before the session, 19:00", "1.5 hours after the session begins", "On a button"]
    assert all(itertools.chain(said["es"]))
