"""What is said of a text while it is written: its grade is the one of textstat, its figures, its faults."""

import warnings

import pytest

from reminderbot.catalog import catalog, previews, readability, telegram_html
from tests.content import shipped

with warnings.catch_warnings():  # textstat 0.7.4 imports pkg_resources, which warns that it is old
    warnings.simplefilter("ignore")
    import textstat


@pytest.fixture(scope="module")
def texts() -> catalog.Catalog:
    return catalog.Catalog.load()


def look(texts: catalog.Catalog, text: str, key: str = "step.eve") -> previews.Preview:
    sample = {name: blank.sample for name, blank in texts.blanks.items()}
    known = dict(texts.blanks)
    own = texts.message("en", key).text
    return previews.look(text, key=key, language="en", shipped=own, known=known, sample=sample)


def test_the_grade_is_near_textstats_over_all_that_is_shipped() -> None:
    near = []
    for _, text in shipped.texts("en"):
        plain = shipped.fillings(text)[0]
        if (ours := readability.grade(plain)) is not None:
            near.append(ours - float(textstat.flesch_kincaid_grade(plain)))

    assert len(near) > 100
    assert abs(sum(near) / len(near)) < 1
    assert sum(abs(away) < 2 for away in near) / len(near) > 0.9


def test_a_few_words_have_no_grade() -> None:
    assert readability.grade("Photoprotection facilitates regeneration.") is None


def test_sentences_are_cut_as_the_shipped_texts_are() -> None:
    for language in shipped.LANGUAGES:
        for _, text in shipped.texts(language):
            plain = shipped.fillings(text)[0]
            assert readability.sentences(plain) == shipped.sentences(plain)


def test_figures_are_those_that_a_text_states_itself() -> None:
    text = '{% if day > 3 %}Wait 48 hours{% endif %}, {{ day }} or 1.5 or 48. <a href="https://a.example/77">Read</a>'

    assert readability.figures(text) == ("48", "1.5")


def test_figures_of_the_shipped_text_are_not_flagged(texts: catalog.Catalog) -> None:
    assert look(texts, "About 30 minutes, not 45.").measures.figures == ("45",)


def test_every_shipped_text_previews_without_a_fault_and_claims_its_facts(texts: catalog.Catalog) -> None:
    for key in texts.keys(""):
        seen = look(texts, texts.message("en", key).text, key)
        assert (seen.wrong, seen.is_own, seen.is_long) == ((), False, False), key
        assert telegram_html.problem(seen.sample) is telegram_html.problem(seen.worst) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ first_name | upcase | upcase }}" * 200,
        "{% if day %}" * 9,
        "{{" * 5000,
        "<b>" * 3000,
        "<a href=" * 1000,
        "&" * 4000,
        "{% case day %}" + "{% when 1 %}x" * 300 + "{% endcase %}",
        "{{ first_name",
        "\u202e{{ emergency }}\x00",
        "{% raw %}{{ day }}{% endraw %}",
        "{% if first_name == '<b>' %}x{% endif %}",
        "<b>{% if day %}</b>{% endif %}",
    ],
    ids=str,
)
def test_whatever_is_typed_is_previewed_and_never_shown_as_markup_that_is_not_allowed(
    texts: catalog.Catalog, hostile: str
) -> None:
    seen = look(texts, hostile)

    assert seen.wrong or seen.sample
    assert telegram_html.problem(seen.sample) is telegram_html.problem(seen.worst) is None
