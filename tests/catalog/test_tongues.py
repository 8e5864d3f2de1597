"""A number takes the form that its language asks for, by CLDR, and a text says one thing a form."""

import pytest

from reminderbot.catalog import blanks, grammar, shelf, tongues, variants

MESSAGES = (
    '{% plural count %}{% when "zero" %}لا رسائل{% when "one" %}رسالة{% when "two" %}رسالتان'
    '{% when "few" %}{{ count }} رسائل{% else %}{{ count }} رسالة{% endplural %}'
)
COUNT = shelf.Blank(name="count", meaning="", sample=2, worst=1000, line=1)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "لا رسائل"),
        (1, "رسالة"),
        (2, "رسالتان"),
        (3, "3 رسائل"),
        (10, "10 رسائل"),
        (11, "11 رسالة"),
        (103, "103 رسائل"),
    ],
)
def test_arabic_counts_in_six_forms(count: int, said: str) -> None:
    assert blanks.compile(MESSAGES, "ar").fill({"count": count}) == said


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {"one"}),
        ("pt", {"one"}),
        ("ar", {"zero", "one", "two", "few", "many"}),
        ("pl", {"one", "few", "many"}),
        ("ja", set()),
        ("klingon", set()),
    ],
)
def test_a_language_has_the_forms_that_cldr_gives_it(language: str, forms: set[str]) -> None:
    assert tongues.forms(language) == forms


def test_none_counts_as_one_where_the_language_says_so() -> None:
    source = '{% plural count %}{% when "one" %}{{ count }} mensagem{% else %}{{ count }} mensagens{% endplural %}'

    assert blanks.compile(source, "pt").fill({"count": 0}) == "0 mensagem"
    assert blanks.compile(source, "en").fill({"count": 0}) == "0 mensagens"


def test_a_plural_uses_the_blank_that_it_counts() -> None:
    template = blanks.compile('{% plural count %}{% when "one" %}{{ name }}{% else %}x{% endplural %}')

    assert template.names == {"count", "name"}


def test_every_form_is_among_the_ways_in_which_a_text_can_come_out() -> None:
    ways = set(variants.fills(blanks.compile(MESSAGES, "ar"), {"count": COUNT}))

    assert ways == {"لا رسائل", "رسالة", "رسالتان", "3 رسائل", "11 رسالة", "100 رسالة", "1000 رسالة"}


@pytest.mark.parametrize(
    ("source", "language", "told"),
    [
        ('{% plural count %}{% when "few" %}a{% else %}b{% endplural %}', "en", 'write {% when "one" %}, {% else %}'),
        ("{% plural count %}{% when 1 %}a{% else %}b{% endplural %}", "en", 'write {% when "one" %}, {% else %}'),
        (
            '{% plural count %}{% when "other" %}a{% else %}b{% endplural %}',
            "ar",
            'write {% when "zero" %}, {% when "one" %}',
        ),
        ('{% plural count %}{% when "one" %}a{% else %}b{% endplural %}', "ja", "write {% else %}"),
        ('{% plural count %}{% when "one" %}a{% endplural %}', "en", "say after {% else %}"),
        ("{% plural count > 1 %}a{% endplural %}", "en", "write it like {% plural count %}"),
        ("{% plural count %}a{% endcase %}", "en", "open it with {% case"),
    ],
)
def test_a_plural_that_the_language_does_not_have_is_told_with_a_remedy(source: str, language: str, told: str) -> None:
    with pytest.raises(grammar.BlankError, match="line 1") as refused:
        blanks.compile(source, language)

    assert told in refused.value.remedy


def test_a_word_cannot_be_counted() -> None:
    with pytest.raises(grammar.BlankError, match="not a number"):
        blanks.compile(MESSAGES, "ar").fill({"count": "many"})
