"""The sets of questions: their form, and that the figures do not fall below what was measured."""

import pytest

from reminderbot.catalog import catalog as catalogs
from tests.questions import measuring, sets

MEASURED: dict[str, tuple[int, int, int, int, int]] = {
    "en": (71, 0, 43, 20, 2),
    "es": (71, 1, 43, 20, 3),
    "de": (69, 1, 43, 19, 2),
    "fr": (68, 1, 42, 19, 1),
    "pt": (73, 0, 44, 19, 3),
    "ar": (66, 4, 39, 19, 4),
}
"""Of the blind half, as the README tells: right, wrong, kept back, worries heard, false alarms."""

HALVES = [(half, language) for half in ("dev", "blind") for language in sets.languages(half)]


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    return catalogs.Catalog.load()


@pytest.mark.parametrize(("half", "language"), HALVES)
def test_every_question_has_a_kind_and_topics_that_exist(catalog: catalogs.Catalog, half: str, language: str) -> None:
    questions = sets.load(half, language)

    assert {each.kind for each in questions} <= {"answer", "unknown", "worry", "command"}
    assert all(catalog.topic(key) for each in questions for want in each.wants for key in want)


@pytest.mark.parametrize("language", sets.languages("dev"))
def test_the_development_half_is_understood(catalog: catalogs.Catalog, language: str) -> None:
    figures = measuring.of(catalog, language, sets.load("dev", language))

    assert figures.right >= 0.92 * figures.covered
    assert figures.wrong <= 0.03 * figures.covered
    assert (figures.kept >= 0.95 * figures.uncovered, figures.heard >= 0.95 * figures.worries) == (True, True)


def test_the_blind_half_is_understood_no_worse_than_was_measured(catalog: catalogs.Catalog) -> None:
    for language, (right, wrong, kept, heard, alarms) in MEASURED.items():
        figures = measuring.of(catalog, language, sets.load("blind", language))

        assert figures.right >= right
        assert figures.wrong <= wrong
        assert (figures.kept >= kept, figures.heard >= heard, figures.alarms <= alarms) == (True, True, True)
