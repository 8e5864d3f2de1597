"""The catalog: what it says under a key, and how wording from elsewhere lies over it."""

import pathlib
import shutil
from datetime import date, datetime, time, timedelta

import pytest

from reminderbot.catalog import blanks, catalog, files, shelf
from reminderbot.planning import plans

GOOD = pathlib.Path(__file__).parent / "messages"
STANDARD: dict[str, blanks.Value] = {"first_name": "Ana", "clinic_phone": "600 000 000", "day": 1}


@pytest.fixture(scope="module")
def shipped() -> catalog.Catalog:
    return catalog.Catalog.load(GOOD)


def test_a_text_is_said_in_its_language_with_its_blanks_filled(shipped: catalog.Catalog) -> None:
    said = shipped.say("es", "step.eve", first_name="Ana")

    assert said == "Hola, Ana.\n\nHasta <b>mañana</b>."


def test_a_hostile_name_stays_a_name(shipped: catalog.Catalog) -> None:
    said = shipped.say("en", "step.eve", first_name='<a href="https://evil.example">Ana</a>{{ day }}')

    assert "&lt;a href=&quot;https://evil.example&quot;&gt;Ana&lt;/a&gt;{{ day }}" in said


def test_a_folder_is_read_again_once_a_file_of_it_has_changed(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(shutil.copytree(GOOD, tmp_path / "messages"))
    before = catalog.Catalog.load(folder)
    same = catalog.Catalog.load(folder)
    refusals = folder / "en/refusals.toml"
    refusals.write_text(refusals.read_text("utf-8").replace("That day is past.", "That day is gone."), "utf-8")

    after = catalog.Catalog.load(folder)

    assert same is before
    assert "gone" in after.say("en", "refusal.past")


def test_english_stands_in_for_a_text_that_a_language_lacks(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(shutil.copytree(GOOD, tmp_path / "messages"))
    (folder / "es/refusals.toml").write_text("", encoding="utf-8")

    assert catalog.Catalog.load(folder).say("es", "refusal.past") == "That day is past."


def test_a_key_that_does_not_exist_is_a_bug_and_told_as_one(shipped: catalog.Catalog) -> None:
    with pytest.raises(KeyError, match=r"step\.nowhere"):
        shipped.say("en", "step.nowhere")


def test_a_text_without_markup_is_for_buttons_and_terminals(shipped: catalog.Catalog) -> None:
    assert shipped.say_plain("en", "step.eve", first_name="A & B") == "Hello A & B.\n\nSee you tomorrow."
    assert shipped.plain("<b>A</b> &amp; B") == "A & B"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("ES_mx", "es"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("-", "en"),
    ],
)
def test_a_telegram_language_code_becomes_a_language_we_speak(
    shipped: catalog.Catalog, code: str | None, language: str
) -> None:
    assert shipped.match_language(code) == language


def test_languages_are_listed_with_english_first(shipped: catalog.Catalog) -> None:
    assert shipped.languages == ("en", "es")
    assert shipped.language("es").name == "Español"
    assert shipped.language("es").reviewed_by == "not yet"


def test_the_plan_is_read_with_its_times(shipped: catalog.Catalog) -> None:
    plan = shipped.plan("small")

    assert shipped.plan_keys == ("small",)
    assert plan.step("eve").when == plans.OnDay(-1, time(19))
    assert plan.step("day-1") == plans.Step(
        key="day-1",
        message="step.day-1",
        when=plans.OnDay(1, None),
        until=plans.OnDay(1, time(20)),
        asks=(plans.Ask.SKIN,),
    )


def test_the_texts_of_a_plan_are_those_of_its_steps_in_every_language(shipped: catalog.Catalog) -> None:
    texts = shipped.texts_of(shipped.plan("small"))

    assert [(text.language, text.key) for text in texts] == [
        ("en", "step.eve"), ("es", "step.eve"), ("en", "step.day-1"), ("es", "step.day-1"),
    ]  # fmt: skip


def test_a_wording_is_known_by_its_language_key_and_text_alone() -> None:
    message = shelf.Message(key="a.b", language="en", text="c", file="here", line=3)

    assert message.hash == shelf.Message(key="a.b", language="en", text="c", file="there", line=9).hash
    assert message.hash != shelf.Message(key="a.b", language="es", text="c").hash
    assert message.hash != shelf.Message(key="a.b", language="en", text="c ").hash
    assert len(message.hash) == 64


def test_a_copy_of_a_folder_says_the_same(shipped: catalog.Catalog, tmp_path: pathlib.Path) -> None:
    again = catalog.Catalog.load(pathlib.Path(shutil.copytree(GOOD, tmp_path / "messages")))

    for key in shipped.keys("step."):
        assert again.message("en", key).hash == shipped.message("en", key).hash
    assert again.say("en", "step.day-1", **STANDARD) == shipped.say("en", "step.day-1", **STANDARD)


def test_wording_laid_over_is_said_instead_and_has_a_hash_of_its_own(shipped: catalog.Catalog) -> None:
    over = shipped.overlaid({("en", "step.eve"): "Dr Bea says hello, {{ first_name }}."})

    assert over.say("en", "step.eve", first_name="Ana") == "Dr Bea says hello, Ana."
    assert over.message("en", "step.eve").hash != shipped.message("en", "step.eve").hash
    assert over.say("en", "button.yes") == "Yes"


def test_wording_laid_over_leaves_the_catalog_below_as_it_was(shipped: catalog.Catalog) -> None:
    shipped.overlaid({("en", "button.yes"): "Aye"})

    assert shipped.say("en", "button.yes") == "Yes"


def test_wording_outside_the_grammar_is_not_laid_over(shipped: catalog.Catalog) -> None:
    with pytest.raises(blanks.BlankError):
        shipped.overlaid({("en", "button.yes"): "{{ patient.name }}"})


def test_the_menu_holds_the_topics_with_a_command_in_their_order(shipped: catalog.Catalog) -> None:
    assert [topic.key for topic in shipped.menu] == ["sun"]
    assert shipped.topic("sun.hat").said is False


def test_commands_are_listed_as_the_file_lists_them(shipped: catalog.Catalog) -> None:
    assert shipped.commands("es") == (("start", "Empezar"), ("sun", "El sol"))


def test_a_near_moment_is_said_with_the_word_of_the_language(shipped: catalog.Catalog) -> None:
    today = date(2026, 11, 23)
    local = datetime(2026, 11, 23, 15, 30) + timedelta(days=1)  # noqa: DTZ001 - wall time of the reader

    assert shipped.moment("es", local, today=today) == "mañana, martes 24 de noviembre, 15:30"
    assert shipped.moment("en", local, today=today) == "tomorrow, Tuesday 24 November, 15:30"


def test_the_shipped_folder_is_found_beside_the_package() -> None:
    assert (files.default_folder() / "en").is_dir()
