"""Patterns of words and how they are spelt: lists by name, words drawn out, words that are written as one."""

import pytest

from reminderbot.catalog import asking, patterns

SPELLING = patterns.Spelling.of(["please", "so", "stop"], [], {"n": ("and",)})


def test_a_pattern_may_name_a_list_and_a_list_those_above_it() -> None:
    lists = patterns.lists({"face": "cheek*|chin", "skin": "@face|skin"})

    pattern = patterns.Pattern.of(patterns.named("red @skin -sun", lists))

    assert pattern.weight(["my", "chin", "is", "red"]) == 2
    assert pattern.weight(["my", "chin", "is", "red", "from", "the", "sun"]) == 0


def test_a_list_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="skin"):
        patterns.lists({"face": "@skin|cheek"})


def test_the_longest_run_of_a_term_is_what_it_weighs() -> None:
    pattern = patterns.Pattern.of("how|how_long|*ever* work*")

    assert [pattern.weight(said.split()) for said in ("how long working", "whenever it works", "it works")] == [3, 2, 0]


@pytest.mark.parametrize(("typed", "meant"), [("yessss", "yessss"), ("soooo", "so"), ("stopppp", "stop")])
def test_a_word_that_is_drawn_out_is_the_word_we_know(typed: str, meant: str) -> None:
    assert SPELLING.mended([typed]) == [meant]


def test_a_short_word_that_joins_parts_two_questions() -> None:
    found = asking.clauses("vit c n the sun?", frozenset({"and"}), SPELLING.long)

    assert [clause.words for clause in found] == [("vit", "c"), ("the", "sun")]


def test_words_written_as_one_are_parted_unless_they_are_a_word() -> None:
    spelling = patterns.Spelling.of(["شمس", "الشمس", "ورم"], ["ورم"], {}, ["و", "ال"])

    assert spelling.long(["والشمس", "ورم", "وزير"]) == ["و", "الشمس", "ورم", "وزير"]
