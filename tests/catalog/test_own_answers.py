"""A clinic's own answers beside the shipped topics: given first, and never instead of a topic that fits better."""

import pytest

from reminderbot.catalog import files, grouping, topics

OWN = (
    topics.Own("parking", "en", ("is there parking", "where can i park", "how much do i have to pay for parking")),
    topics.Own("dog", "en", ("can i bring my dog", "are dogs allowed")),
    topics.Own("party", "en", ("can i wear make-up at your party",)),
    topics.Own("gym", "en", ("can i go to the gym",)),
    topics.Own("aparcar", "es", ("hay parking", "donde puedo aparcar")),
)


@pytest.fixture(scope="module")
def matcher() -> topics.Matcher:
    return topics.Matcher.of(files.read(files.default_folder())[0]).before(OWN)


def found(match: topics.Match) -> dict[str, bool]:
    return {each.topic: each.is_own for each in match.topics}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("Is there PARKING?", "parking"),
        ("where can I prak", "parking"),
        ("are dogs allowed", "dog"),
        ("can I go to the gym", "gym"),  # the article does not say; the clinic does
        ("¿Dónde puedo aparcar?", "aparcar"),
    ],
)
def test_the_clinics_own_answer_is_found(matcher: topics.Matcher, asked: str, key: str) -> None:
    assert found(matcher.match(asked, "en")) == {key: True}


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("can I wear makeup", "aftercare.makeup"),
        ("when can I go in the sun", "aftercare.sun"),
        ("how much do I have to pay for botox", "not-said.price"),
        ("can I exercise", "not-said.activities"),
    ],
)
def test_a_far_phrase_does_not_take_a_topics_question(matcher: topics.Matcher, asked: str, topic: str) -> None:
    assert found(matcher.match(asked, "en")) == {topic: False}


@pytest.mark.parametrize("asked", ["can I bring my mother", "hello", "thanks!!", "asdfgh", "", "?!"])
def test_what_the_clinic_does_not_answer_stays_unanswered(matcher: topics.Matcher, asked: str) -> None:
    assert found(matcher.match(asked, "en")) == {}


def test_two_questions_get_the_clinics_answer_and_a_topic(matcher: topics.Matcher) -> None:
    assert found(matcher.match("Is there parking? And can I wear makeup?", "en")) == {
        "parking": True,
        "aftercare.makeup": False,
    }


def test_without_own_answers_nothing_changes(matcher: topics.Matcher) -> None:
    bare = matcher.before(())

    assert found(bare.match("can I go to the gym", "en")) == {"not-said.activities": False}
    assert found(bare.match("is there parking", "en")) == {}


def test_questions_that_ask_the_same_stand_together() -> None:
    texts = ["is there parking", "dogs?", "Is there PARKING?", "parkin", "the", "do you take dogs"]
    common = frozenset({"is", "there", "the", "do", "you", "take"})

    assert grouping.alike(texts, common) == [[0, 2, 3], [1, 5], [4]]
