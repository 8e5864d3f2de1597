"""A clinic's own words: read before the consent by whoever comes by its link, hashed with it, and shown in /privacy."""

import hashlib

from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import invites
from reminderbot.store import tables
from tests.chat.conftest import Phone

OWN = "We keep what you tell us <in> your file & nowhere else."
SHOWN = "We keep what you tell us &lt;in&gt; your file &amp; nowhere else."
OTHER = "Other words, since Monday."


async def says(phone: Phone, **columns: object) -> None:
    """Set columns of the one clinic there is."""
    async with phone.store.writing() as work:
        chosen = tables.clinics.c.id != tables.BUILT_IN
        await work.run(update(tables.clinics).where(chosen).values(**columns))


async def agreed_to(phone: Phone) -> list[str]:
    """Return the hashes of what was agreed to."""
    async with phone.store.reading() as work:
        return sorted((await work.run(select(tables.consents.c.wording))).scalars())


def hashed(catalog: catalogs.Catalog, words: str, language: str = "en") -> str:
    shipped = catalog.message(language, "start.welcome").hash
    return hashlib.sha256(f"{shipped}\n{words}".encode()).hexdigest()


async def test_the_clinics_words_stand_above_the_shipped_ones_and_cannot_bring_markup(
    ana: Phone, invited: invites.Created
) -> None:
    await says(ana, consent_words={"en": OWN})

    (welcome,) = await ana.writes(f"/start {invited.token}")

    assert welcome.text.startswith(SHOWN)
    assert "I am a bot" in welcome.text
    assert "agree" in welcome.keys.values()


async def test_what_was_agreed_to_is_kept_with_the_clinics_words_in_its_hash(
    ana: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await says(ana, consent_words={"en": OWN})
    await ana.writes(f"/start {invited.token}")

    await ana.taps("agree")

    assert await agreed_to(ana) == [hashed(catalog, OWN)]


async def test_words_that_change_between_reading_and_the_tap_were_not_agreed_to(
    ana: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await says(ana, consent_words={"en": OWN})
    await ana.writes(f"/start {invited.token}")
    await says(ana, consent_words={"en": OTHER})

    await ana.taps("agree")

    assert hashed(catalog, OWN) in await agreed_to(ana)
    assert OTHER in await ana.said(f"/start {invited.token}")


async def test_who_comes_by_no_link_reads_no_clinics_words(
    ana: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await says(ana, consent_words={"en": OWN})

    assert "your file" not in await ana.said("/start")
    await ana.taps("agree")
    assert await agreed_to(ana) == [catalog.message("en", "start.welcome").hash]


async def test_a_forged_link_shows_no_clinics_words(ana: Phone, invited: invites.Created) -> None:
    await says(ana, consent_words={"en": OWN})

    assert "your file" not in await ana.said("/start " + "x" * 43)


async def test_words_in_another_language_are_not_agreed_to_by_who_cannot_read_them(
    ana_es: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await says(ana_es, consent_words={"en": OWN})

    assert "your file" not in await ana_es.said(f"/start {invited.token}")
    await ana_es.taps("agree")
    assert await agreed_to(ana_es) == [catalog.message("es", "start.welcome").hash]


async def test_who_had_agreed_alone_is_asked_for_the_clinics_words_once(
    ana: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await ana.agrees()
    await says(ana, consent_words={"en": OWN})

    read = await ana.said(f"/start {invited.token}")
    asked = await ana.tapped("agree")
    again = await ana.said(f"/start {invited.token}")

    assert (SHOWN in read, "code you got at the desk" in asked) == (True, True)
    assert ("your file" in again, "code you got at the desk" in again) == (False, True)
    assert await agreed_to(ana) == sorted([catalog.message("en", "start.welcome").hash, hashed(catalog, OWN)])


async def test_a_clinic_without_words_of_its_own_asks_nobody_again(ana: Phone, invited: invites.Created) -> None:
    await ana.agrees()

    assert "code you got at the desk" in await ana.said(f"/start {invited.token}")


async def test_privacy_tells_the_clinics_words_and_for_how_long_it_keeps_what_it_knows(
    ana: Phone, invited: invites.Created
) -> None:
    await says(ana, privacy_words={"en": OWN}, retention_days=365)
    before = await ana.said("/privacy")
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes(invited.desk_code)

    after = await ana.said("/privacy")

    assert "your file" not in before
    assert SHOWN in after
    assert "365 days after your last session" in after


async def test_privacy_says_nothing_of_a_clinic_that_says_nothing(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes(invited.desk_code)

    assert "Your clinic keeps this" not in await ana.said("/privacy")
