"""Names, numbers and commands keep their order in a text that is read from the right."""

import pytest

from reminderbot.catalog import blanks, catalog, isolates

FIRST, LEFT, END = "\u2068", "\u2066", "\u2069"


def filled(source: str, language: str = "ar", **values: blanks.Value) -> str:
    return blanks.compile(source, language).fill(values)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Clínica Sol", f"{FIRST}Clínica Sol{END}"),
        ("+34 600 000 000", f"{FIRST}+34 600 000 000{END}"),
        ("Mon-Fri 9:00-18:00", f"{FIRST}Mon-Fri 9:00-18:00{END}"),
        ("عيادة Sun", f"{FIRST}عيادة Sun{END}"),
        ("الثلاثاء، 24 نوفمبر، 3:30 م", "الثلاثاء، 24 نوفمبر، 3:30 م"),
        ("محمد", "محمد"),
        ("محمد\nAna", f"محمد\n{FIRST}Ana{END}"),
        ("💆", "💆"),
    ],
)
def test_a_value_is_set_apart_where_it_is_not_read_from_the_right_alone(value: str, said: str) -> None:
    assert filled("اتصل: {{ name }}.", name=value) == f"اتصل: {said}."


def test_a_text_that_is_read_from_the_left_is_filled_as_it_is() -> None:
    assert filled("Call {{ name }}: /session", "en", name="عيادة Sun") == "Call عيادة Sun: /session"


def test_a_command_and_a_phone_number_of_the_text_itself_are_set_apart() -> None:
    said = filled("أرسل /session أو اتصل: +34 600 000 000. <b>غدا</b> 24/11")

    assert said == f"أرسل {LEFT}/session{END} أو اتصل: {LEFT}+34 600 000 000{END}. <b>غدا</b> 24/11"


def test_a_link_and_a_condition_stay_as_they_are() -> None:
    source = '{% if name == "x /session" %}أ{% else %}<a href="https://a.example/session">ب</a>{% endif %}'

    assert filled(source, name="y") == '<a href="https://a.example/session">ب</a>'


def test_the_sign_before_a_user_name_stays_with_it_so_that_it_can_be_tapped() -> None:
    assert filled("اكتب هناك: @{{ name }}", name="aftercare_bot") == f"اكتب هناك: {FIRST}@aftercare_bot{END}"


def test_what_is_set_apart_is_escaped_still() -> None:
    assert filled("{{ name }}", name="<b>Ana") == f"{FIRST}&lt;b&gt;Ana{END}"


def test_every_shipped_text_that_is_read_from_the_right_closes_what_it_sets_apart() -> None:
    shipped = catalog.Catalog.load()
    for language in shipped.languages:
        for key in shipped.keys() if shipped.language(language).direction == "rtl" else ():
            if shipped.has(language, key):
                source = isolates.of_source(shipped.message(language, key).text)
                assert source.count(LEFT) == source.count(END), key


def test_a_folders_direction_is_that_of_its_language() -> None:
    shipped = catalog.Catalog.load()

    for language in shipped.languages:
        assert (shipped.language(language).direction == "rtl") == (filled("{{ a }}", language, a="x") != "x")
