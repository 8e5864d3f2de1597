"""Publishing in the console: refused with the place, mended, published with the second factor, compared, withdrawn."""

import re
from datetime import timedelta

from sqlalchemy import update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, wording
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk

BOOK = "microneedling"
HOME = f"/wording/{BOOK}"
HASH = re.compile(r'name="hash" value="([0-9a-f]{64})"')
EN = "No make-up today, please. If anything worries you, tap <b>I am worried</b>."
ES = "Hoy sin maquillaje, por favor. Si algo te preocupa, toca <b>Estoy preocupada</b>."


async def writes(
    store: works.Store,
    who: access.Staff | None,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    en: str = EN,
    es: str = ES,
) -> None:
    """Let somebody have written day 1 anew."""
    assert who
    for code, body in (("en", en), ("es", es)):
        async with store.writing() as work:
            found = await wording.texts(work, who, BOOK, catalog=catalog, now=clock.now())
            [text] = [each for each in found if (each.key, each.language) == ("step.day-1", code)]
            version = text.draft.version if text.draft else 0
            given = {"catalog": catalog, "now": clock.now()}
            await wording.save(work, who, BOOK, "step.day-1", code, body, version=version, **given)


async def form(browser: desk.Browser, **typed: str) -> dict[str, str]:
    """Return the form of the page as it stands."""
    found = HASH.search((await browser.get(f"{HOME}/publish")).text)
    return {"hash": found[1] if found else "", "reach": "all", "why": "Plainer.", "review_on": "2027-05-01", **typed}


async def publishes(browser: desk.Browser) -> str:
    """Publish what was written; return the page of the edition."""
    answer = await browser.send(f"{HOME}/publish", await form(browser))
    assert answer.status_code == 303, desk.text(answer)
    return answer.headers["location"].removeprefix("/console").partition("?")[0]


async def test_a_gate_refuses_with_the_place_and_keeps_what_was_typed_until_it_is_mended(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock, en="Hello {{ frist_name }}.\n\nTap I am worried.")

    refused = await admin.send(f"{HOME}/publish", await form(admin))
    await writes(store, admin.who, catalog, clock)
    done = await admin.client.get("/console" + await publishes(admin))

    assert refused.status_code == 422
    assert "Did you mean “first_name”?" in desk.text(refused)
    assert "English, line 1" in desk.text(refused)
    assert 'value="Plainer."' in refused.text
    assert f'href="/console{HOME}/step.day-1#body-en"' in refused.text
    assert "No make-up today, please" in desk.text(done)
    assert "in force" in desk.text(done)


async def test_a_gate_refuses_in_the_language_of_who_reads_it(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock, en="Hello <b>you. Tap I am worried.")
    async with store.writing() as work:
        await work.run(update(tables.staff).values(language="es"))

    page = desk.text(await admin.get(f"{HOME}/publish"))

    assert "<b> no se cierra nunca" in page
    assert "</b> donde termina" in page


async def test_what_changes_is_shown_in_words_and_marks_not_in_colour_alone(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)

    page = await admin.get(f"{HOME}/publish")

    assert "<ins>" in page.text
    assert "[put in:" in desk.text(page)
    assert "It reaches 0 sessions under way: 0 get the new text, 0 repeat." in desk.text(page)


async def test_publishing_asks_for_the_second_factor(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock, machine: desk.Machine
) -> None:
    await writes(store, admin.who, catalog, clock)
    machine.ahead = timedelta(minutes=30)

    answer = await admin.send(f"{HOME}/publish", await form(admin))

    assert answer.status_code == 403
    assert "second factor" in desk.text(answer)
    assert "Nothing was published here yet" in desk.text(await admin.get(f"{HOME}/editions"))


async def test_a_clinician_reads_and_approves_and_publishes_nothing(
    store: works.Store,
    admin: desk.Browser,
    clinician: desk.Browser,
    front: desk.Browser,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await admin.send(f"{HOME}/second-reader", {"asked": "yes"}, seen=f"{HOME}/publish")
    await writes(store, admin.who, catalog, clock)
    unread = await admin.send(f"{HOME}/publish", await form(admin))

    own = await admin.send(f"{HOME}/approve", await form(admin), seen=f"{HOME}/publish")
    denied = await clinician.send(f"{HOME}/publish", await form(clinician))
    approved = await clinician.send(f"{HOME}/approve", await form(clinician), seen=f"{HOME}/publish")

    assert "No second person has read it" in desk.text(unread)
    assert [own.status_code, denied.status_code, approved.status_code] == [403, 403, 303]
    assert "Read by Dana clinician" in desk.text(await admin.get(await publishes(admin)))
    assert (await front.get(f"{HOME}/publish")).status_code == 403


async def test_two_editions_are_compared_the_older_one_left_and_one_is_published_anew(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)
    first = await publishes(admin)
    await writes(
        store, admin.who, catalog, clock, en=EN.replace("today", "tonight"), es=ES.replace("Hoy", "Esta noche")
    )
    second = await publishes(admin)

    page = await admin.get(f"{second}/diff/{first.rsplit('/', 1)[1]}")
    again = await admin.send(f"{first}/restore", {"reach": "all", "review_on": "2027-05-01"}, seen=first)

    assert "[taken out: today ]" in desk.text(page)
    assert "[put in: tonight ]" in desk.text(page)
    assert page.text.index("<del>") < page.text.index("<ins>")
    assert again.status_code == 303
    assert "Edition 3" in desk.text(await admin.get(f"{HOME}/editions"))


async def test_an_edition_is_compared_with_the_shipped_texts(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)
    page = await publishes(admin)

    linked, compared = await admin.get(page), await admin.get(f"{page}/shipped")

    assert f'href="/console{page}/shipped"' in linked.text
    assert "The shipped texts and edition 1" in desk.text(compared)
    assert compared.text.count("<h3>") == 2  # English and Spanish of the one text that differs
    assert "[put in:" in desk.text(compared)


async def test_an_edition_is_withdrawn_with_its_replacement_in_one_form(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)
    page = await publishes(admin)

    refused = await admin.send(f"{page}/withdraw", {"why": "Wrong."}, seen=page)
    done = await admin.send(f"{page}/withdraw", {"replacement": "shipped", "why": "Wrong."}, seen=page)

    assert "Nothing was withdrawn" in desk.text(refused)
    assert done.status_code == 303
    assert "withdrawn" in desk.text(await admin.get(page))


async def test_an_overdue_review_is_shown_where_the_books_are_and_where_the_editions_are(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)
    await publishes(admin)
    before = desk.text(await admin.get("/wording"))

    clock.wind(timedelta(days=200))

    assert "to be read again" not in before
    assert "to be read again" in desk.text(await admin.get("/wording"))
    assert "It still goes out" in desk.text(await admin.get(f"{HOME}/editions"))


async def test_today_tells_what_is_to_be_read_again_and_reading_it_again_ends_that(
    store: works.Store, admin: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await writes(store, admin.who, catalog, clock)
    page = await publishes(admin)
    clock.wind(timedelta(days=200))
    told = await admin.get("/today")

    answer = await admin.send(f"{page}/read", {"review_on": "2027-12-01"}, seen=page)

    assert f'<a href="/console{page}"><span class="state bad">' in told.text
    assert "its texts were to be read again by Saturday 1 May" in desk.text(told)
    assert answer.status_code == 303
    assert "to be read again" not in desk.text(await admin.get("/today"))


async def test_another_clinics_editions_are_not_there(
    store: works.Store,
    admin: desk.Browser,
    carl: desk.Browser,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    carls: clinics.ClinicView,
) -> None:
    await writes(store, admin.who, catalog, clock)
    page = await publishes(admin)

    assert (await carl.get(page)).status_code == 404
    assert (await carl.post(f"{page}/withdraw", {"replacement": "shipped"})).status_code == 404
    assert "Nothing was published here yet" in desk.text(await carl.get(f"{HOME}/editions"))
    assert carls.id
