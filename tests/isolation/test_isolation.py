"""Whatever A's staff ask, nothing of B's is changed nor said; and a leak that is planted is found."""

import pytest
from sqlalchemy import JSON, String, Text, select

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.store import cases, tables, verifying
from reminderbot.store import work as works
from tests import canaries, sizes
from tests.conftest import MONDAY
from tests.isolation import __main__ as isolation
from tests.isolation import full, rows

SEED = 20261127
SHORT = sizes.of(250, whole=2_000)
LINKS = {"invites.token", "invites.code", "posters.token"}
"""What is sealed and drawn by us: the run looks for the links themselves; six letters may stand in any text."""

SHIPPED = {"texts.body", "texts.facts", "texts.key", "texts.language"}
CHOSEN = SHIPPED | {
    *("approvals.book", "approvals.detail", "editions.book", "editions.reach", "plan_editions.reach"),
    *("clinic_answers.language", "clinics.default_plan", "clinics.hours", "clinics.languages", "clinics.zone"),
    *("drafts.book", "drafts.key", "drafts.language", "edition_texts.key", "edition_texts.language"),
    "plan_drafts.steps",
}
"""What of the clinic's own is chosen and not typed: keys, languages, hours; and its copies of what is shipped."""


@pytest.fixture(scope="session")
def catalog() -> catalogs.Catalog:
    """The texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


async def test_random_operations_of_one_organisation_leave_the_other_as_it_was_and_say_nothing_of_it(
    store: works.Store, catalog: catalogs.Catalog
) -> None:
    played = await isolation.play(store, catalog, operations=SHORT, seed=SEED)

    assert played.broken == [], "\n".join(played.lines())
    assert played.operations >= SHORT


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_the_other_organisation_has_rows_in_every_table_and_its_mark_in_all_that_is_typed(
    store: works.Store, catalog: catalogs.Catalog
) -> None:
    two = await full.both(store, catalog, now=MONDAY)
    foreign = two.foreign[0].organisation_id

    has = {table for table, _ in await rows.snapshot(store, foreign)}
    owned = [table for table in tables.metadata.sorted_tables if "organisation_id" in table.c]
    async with store.reading() as work:
        sealed = await canaries.kept(work, foreign)
        plain = {
            f"{table.name}.{column.name}": repr(
                (await work.run(select(column).where(table.c.organisation_id == foreign))).all()
            )
            for table in owned
            for column in table.columns
            if column.info["holds"] is tables.Holds.OWN and isinstance(column.type, JSON | Text | String)
        }
    typed = {f"{table.name}.{name}" for table in owned for name in verifying.SEALED[table.name]}
    assert {table.name for table in owned} - has == set()
    assert {name for name in typed if not is_marked(" ".join(sealed.get(name, ())))} == LINKS
    assert {name for name, said in plain.items() if not is_marked(said)} == CHOSEN


def is_marked(said: str) -> bool:
    """Tell whether a text would be known as the other organisation's."""
    return full.MARK.casefold() in said.casefold() or full.PHONE in said


async def _any_case(work: works.Work, _clinic_id: str, case_id: str) -> cases.CaseRow | None:
    return await cases._one(work, tables.cases.c.id == case_id)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_query_without_its_clinic_is_found(
    store: works.Store, catalog: catalogs.Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "get", _any_case)

    played = await isolation.play(store, catalog, operations=4 * SHORT, seed=SEED)

    assert played.broken
