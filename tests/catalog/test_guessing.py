"""What a text is like by what people have asked before, and what is decided from it and from cues."""

from reminderbot.catalog import deciding, guessing

GUESSER = guessing.Guesser.of(
    (topic, line.split())
    for topic, lines in {
        "sun": ["can i go in the sun", "is sunshine bad", "when can i sunbathe"],
        "makeup": ["can i wear makeup", "is mascara ok", "when can i wear lipstick"],
        "off": ["where can i park", "tell me a joke"],
    }.items()
    for line in lines
)
UNSAID = frozenset({"off"})


def shown(*, strong: dict[str, int], like: dict[str, float], asks: bool = True) -> deciding.Shown:
    return deciding.Shown(asks, 3, strong, frozenset(), like)


def test_a_text_is_most_like_the_topic_whose_words_it_has() -> None:
    scores = GUESSER.scores(["sunny", "sunshine", "today"])

    assert max(scores, key=lambda topic: scores[topic]) == "sun"


def test_a_text_of_unknown_words_is_like_nothing() -> None:
    scores = GUESSER.scores(["qqq", "zzz"])

    assert set(scores.values()) == {0.0}


def test_what_is_likely_enough_is_asked_for() -> None:
    assert deciding.decided([], {"sun": 4.0, "makeup": 1.0}, UNSAID) == [("sun", 4.0)]


def test_what_is_not_likely_enough_is_not_answered() -> None:
    assert deciding.decided([], {"sun": 2.0, "makeup": 1.0}, UNSAID) == []


def test_a_cue_speaks_for_its_topic() -> None:
    clauses = [shown(strong={"sun": 2}, like={})]

    assert deciding.decided(clauses, {"sun": 2.0, "makeup": 2.5}, UNSAID)[0][0] == "sun"


def test_two_answers_that_are_nearly_as_likely_are_both_given() -> None:
    found = deciding.decided([], {"sun": 4.0, "makeup": 3.9}, UNSAID)

    assert [topic for topic, _ in found] == ["sun", "makeup"]


def test_where_it_is_unsure_whether_there_is_an_answer_none_is_given() -> None:
    assert deciding.decided([], {"sun": 4.4, "off": 3.9}, UNSAID) == []


def test_each_clause_may_ask_for_a_topic_of_its_own() -> None:
    clauses = [
        shown(strong={"sun": 1}, like={"sun": 5.0, "makeup": 0.0}),
        shown(strong={"makeup": 1}, like={"sun": 0.0, "makeup": 5.0}),
    ]

    found = deciding.decided(clauses, {"sun": 3.0, "makeup": 2.0}, UNSAID)

    assert [topic for topic, _ in found] == ["sun", "makeup"]


def test_the_wider_topic_does_not_stand_beside_the_nearer_one() -> None:
    clauses = [
        shown(strong={"care.sun": 1}, like={"care": 0.0, "care.sun": 5.0}),
        shown(strong={"care": 1}, like={"care": 5.0, "care.sun": 0.0}),
    ]

    found = deciding.decided(clauses, {"care": 2.0, "care.sun": 4.0}, UNSAID)

    assert [topic for topic, _ in found] == ["care.sun"]


def test_a_word_is_known_whole_or_not_at_all_and_a_letter_is_none() -> None:
    guesser = guessing.Guesser.of([("who-not", ["hepatitis", "b"]), ("sun", ["sunbathing"])])

    assert guesser.knows_any(["zzz", "hepatitis"])
    assert not guesser.knows_any(["b", "sunbath"])
