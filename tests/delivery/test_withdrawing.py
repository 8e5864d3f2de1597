"""A message that was prepared in the words of an edition, and the edition is withdrawn, or another published, first."""

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.delivery import compose, courier
from reminderbot.services import access, registration
from reminderbot.simulator import client
from reminderbot.store import bots, editions, tables
from reminderbot.store.work import Store
from tests.delivery import cast

AT = editions.Scope(tables.BUILT_IN, tables.BUILT_IN)


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    return catalogs.Catalog.load()


@pytest.fixture
async def phone(house: cast.House, simulated: client.Simulated, catalog: catalogs.Catalog) -> client.Phone:
    """The phone of Ana, whose session is this afternoon."""
    house.words = compose.Composer(catalog)  # type: ignore[assignment]
    ana = await simulated.person("Ana")
    await ana.start()
    async with house.store.writing() as work:
        await bots.ensure(work, cast.BOT)
        who = access.Person(await cast.chat(work, ana.person))
        draft = registration.Draft(day=date(2026, 11, 23), at=time(15, 30), zone="UTC")
        await registration.register(work, who, draft, catalog=catalog, now=cast.NOON)
    return ana


async def published(store: Store, words: str, now: datetime) -> str:
    """Publish an edition of one text."""
    text = editions.TextRow("step.day-1", "en", words, "")
    given: dict[str, Any] = {"why": "", "staff_id": None, "reviewed_by": None, "review_on": None, "restores": None}
    async with store.writing() as work:
        return await editions.add(work, AT, book="microneedling", reach="all", texts=[text], now=now, **given)


async def withdrawn(store: Store, id: str, now: datetime) -> None:
    async with store.writing() as work:
        assert await editions.is_withdrawn(work, AT, id, staff_id=None, now=now)


async def prepared(house: cast.House) -> courier.Prepared:
    """Claim and prepare day 1 when it is due."""
    at = tables.reminders.c
    async with house.store.reading() as work:
        due = (await work.run(select(at.due_at).where(at.step_key == "day-1"))).scalar_one()
    house.clock.wind(due - house.clock.now())
    return next(each for each in await house.claim() if each.claimed.ready.step_key == "day-1")


async def said(house: cast.House, phone: client.Phone) -> tuple[str, str | None]:
    """Return the last message on the phone, and the edition that the row names."""
    at = tables.reminders.c
    async with house.store.reading() as work:
        edition = (await work.run(select(at.edition_id).where(at.step_key == "day-1"))).scalar_one()
    return (await phone.messages(by="bot"))[-1].text, edition


async def test_a_prepared_message_does_not_go_in_the_words_of_an_edition_that_was_withdrawn(
    house: cast.House, phone: client.Phone, catalog: catalogs.Catalog
) -> None:
    id = await published(house.store, "Wrong words.", house.clock.now())
    waiting = await prepared(house)
    assert waiting.message
    assert waiting.message.params["text"] == "Wrong words."

    await withdrawn(house.store, id, house.clock.now())
    await house.courier().carry(waiting)

    text, edition = await said(house, phone)
    assert edition is None
    assert text.startswith(catalog.plain(catalog.message("en", "step.day-1").text.split("\n")[0]))
    assert await cast.copies(phone.simulated, "Wrong words.") == 0


async def test_a_prepared_message_goes_in_the_words_of_what_was_published_meanwhile(
    house: cast.House, phone: client.Phone
) -> None:
    old = await published(house.store, "Old words.", house.clock.now())
    waiting = await prepared(house)

    new = await published(house.store, "New words.", house.clock.now())
    await withdrawn(house.store, old, house.clock.now())
    await house.courier().carry(waiting)

    assert await said(house, phone) == ("New words.", new)


async def test_what_was_sent_keeps_its_edition_and_is_not_sent_again(house: cast.House, phone: client.Phone) -> None:
    id = await published(house.store, "Wrong words.", house.clock.now())
    await house.courier().carry(await prepared(house))

    await withdrawn(house.store, id, house.clock.now())
    again = [each for each in await house.claim() if each.claimed.ready.step_key == "day-1"]

    assert await said(house, phone) == ("Wrong words.", id)
    assert again == []
