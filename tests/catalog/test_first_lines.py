"""How a text begins, in a list."""

import pytest

from reminderbot.catalog import first_lines


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("<b>Your peel</b>\n\nCall us.", "Your peel"),
        ("Hello {{ first_name }}, your peel &amp; you", "Hello, your peel & you"),
        ("{% if first_name %}{{ first_name }}, {% endif %}good morning!", "good morning!"),
        ("\n  \n{{ clinic_name }}\nSecond line", "Second line"),
        ("{{ clinic_name }}", ""),
        ("", ""),
    ],
)
def test_a_text_begins_without_markup_and_blanks(text: str, begins: str) -> None:
    assert first_lines.of(text) == begins


@pytest.mark.parametrize("text", ["word " * 40, "x" * 200])
def test_a_long_line_is_cut_to_sixty_characters(text: str) -> None:
    found = first_lines.of(text)

    assert len(found) <= first_lines.LONG
    assert found.endswith("…")
