"""What goes into a spreadsheet is text, whatever was typed (S12)."""

import csv
import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminderbot.services import sheets

DANGER = "=+-@\t\r\n\0"
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.builds(
    lambda start, rest: start + rest, st.sampled_from([*DANGER, " =", "\u00a0+", "\0=", " \t@"]), st.text(max_size=20)
)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "  =1", "＝1"])
def test_what_could_be_a_formula_is_quoted_away(text: str) -> None:
    assert sheets.cell(text).startswith("'")


@pytest.mark.parametrize("text", ["Ana García", "", "1 - 2", "a@b.example", "2026-11-24 15:30"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert sheets.cell(text) == text


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(TYPED, min_size=1, max_size=5), min_size=1, max_size=5))
def test_every_cell_comes_back_whole_and_none_begins_like_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(sheets.csv(rows).decode("utf-8-sig", "strict"), newline="")))

    assert [len(row) for row in read] == [len(row) for row in rows]
    for found, typed in zip(itertools.chain(*read), itertools.chain(*rows), strict=True):
        assert not found or found[0] not in DANGER
        assert found in (typed.replace("\0", ""), "'" + typed.replace("\0", ""))


def test_a_spreadsheet_knows_the_letters() -> None:
    assert sheets.csv([["José", 'a "b", c']]) == b'\xef\xbb\xbf"Jos\xc3\xa9","a ""b"", c"\r\n'
