"""What the wording editor tells staff: who holds the texts, and what is wrong in the language that they read."""

import pytest
from sqlalchemy import update

from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk
from tests.web.console.test_wording import EVE, draft, previewed


async def test_texts_that_the_organisation_holds_are_read_and_not_written_and_it_is_named(
    store: works.Store, admin: desk.Browser
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.organisations).values(locks=["texts.microneedling"], name="Sun Clinics"))

    shown, refused = await admin.get(EVE), await draft(admin, "Hello.")
    assert "Sun Clinics holds these texts for all its clinics." in desk.text(shown)
    assert "<textarea" not in shown.text
    assert refused.status_code == 403
    assert "so nothing was kept" in desk.text(refused)


async def test_each_language_of_the_shipped_texts_says_who_has_read_them(admin: desk.Browser) -> None:
    shown = desk.text(await admin.get("/wording"))

    assert "English: reviewed by: not yet" in shown
    assert "Español: reviewed by: not yet" in shown


@pytest.fixture
async def spanish(store: works.Store, admin: desk.Browser) -> desk.Browser:
    """The admin, who reads Spanish."""
    async with store.writing() as work:
        await work.run(update(tables.staff).values(language="es"))
    return admin


async def test_who_reads_spanish_is_told_in_spanish_what_is_wrong_what_blanks_mean_and_what_a_text_rests_on(
    spanish: desk.Browser,
) -> None:
    wrong = desk.text(await previewed(spanish, "One.\n<b>Two {{ day"))
    editor = desk.text(await spanish.get(EVE))

    assert "«{{» no se cierra. Qué hacer: escriba }} justo después del nombre del hueco" in wrong
    assert "El nombre de pila del paciente tal como lo dio" in editor
    assert "D1 Primero una consulta; después se limpia la piel a fondo." in editor
