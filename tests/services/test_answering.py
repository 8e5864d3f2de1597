"""Questions in plain words: what a text is taken for, what it is answered, and what stands on the question before."""

from datetime import UTC, datetime, timedelta

import pytest

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import worrying
from reminderbot.services import answering, asking, phrases

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    return catalogs.Catalog.load()


@pytest.mark.parametrize(
    "words",
    [
        "my cheek hurts so much",
        "there is pus",
        "no fever but it burns",
        "I still have a fever, can I wear makeup?",
        "me sangra la cara",
    ],
)
def test_what_is_happening_to_who_writes_is_a_worry(catalog: catalogs.Catalog, words: str) -> None:
    assert answering.read(catalog, words, language="en").kind is answering.Kind.WORRY


@pytest.mark.parametrize(
    "words",
    [
        "does it hurt?",
        "will it bleed",
        "is it normal to be red",
        "no pain at all",
        "I am scared of needles",
        "what if I get a fever",
        "¿duele?",
    ],
)
def test_what_is_denied_asked_ahead_or_in_general_is_none(catalog: catalogs.Catalog, words: str) -> None:
    assert answering.read(catalog, words, language="en").kind is not answering.Kind.WORRY


def test_a_clinics_own_words_are_heard_too(catalog: catalogs.Catalog) -> None:
    own = worrying.Own(("cheek purple",))

    heard = [
        answering.read(catalog, text, language="en", worries=own).kind for text in ("the cheek went purpel", "a cheek")
    ]

    assert heard == [answering.Kind.WORRY, answering.Kind.UNKNOWN]


@pytest.mark.parametrize("fragment", ["and for how long?", "and tomorrow?", "why?", "until when"])
def test_a_fragment_asks_the_last_topic_again(catalog: catalogs.Catalog, fragment: str) -> None:
    found = answering.read(catalog, fragment, language="en", last="aftercare.makeup")

    assert found.topics == ("aftercare.makeup",)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["and for how long?", "what about tomorrow", "why is that", "how often", "next week", "so when?"]),
        ("es", ["¿y por cuánto tiempo?", "¿y mañana?", "¿por qué?", "hasta cuándo", "próxima semana"]),
        ("de", ["und wie lange?", "und morgen?", "warum", "bis wann?", "wie oft denn", "nächste Woche"]),
        ("fr", ["et pendant combien de temps ?", "et demain ?", "pourquoi ?", "jusqu'à quand", "la semaine prochaine"]),
        ("pt", ["e por quanto tempo?", "e amanhã?", "por quê?", "até quando", "semana que vem"]),
        ("ar", ["وإلى متى؟", "وبعد أسبوع؟", "ليش", "لحد امتى", "كم مرة", "الأسبوع القادم"]),
    ],
)
def test_what_leans_on_the_question_before_asks_it_again(
    catalog: catalogs.Catalog, language: str, said: list[str]
) -> None:
    found = {each: answering.read(catalog, each, language=language, last="aftercare.makeup") for each in said}

    assert [each for each, read in found.items() if read.topics != ("aftercare.makeup",)] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["who are you", "and who are you?", "are you a robot", "skip", "how are you", "yes", "no", "ok"]),
        ("es", ["quién eres", "¿y tú quién eres?", "¿eres un robot?", "saltar", "sí", "no", "vale"]),
        ("de", ["wer bist du", "und wer bist du?", "bist du ein Roboter", "überspringen", "ja", "nein", "ok"]),
        ("fr", ["qui es-tu", "et vous, qui êtes-vous ?", "es-tu un robot ?", "passer", "oui", "non", "ok"]),
        ("pt", ["quem é você", "e você?", "você é um robô?", "pular", "sim", "não", "ok"]),
        ("ar", ["من انت", "وانت؟", "هل انت روبوت", "تخطي", "نعم", "لا", "طيب"]),
    ],
)
def test_a_few_small_words_that_lean_on_nothing_do_not(
    catalog: catalogs.Catalog, language: str, said: list[str]
) -> None:
    found = {each: answering.read(catalog, each, language=language, last="aftercare.makeup") for each in said}

    assert [each for each, read in found.items() if read.fragment or read.topics] == []


def test_a_fragment_with_a_topic_of_its_own_has_that_one(catalog: catalogs.Catalog) -> None:
    assert answering.read(catalog, "and the sun?", language="en", last="aftercare.makeup").topics == ("aftercare.sun",)


def test_an_answer_names_its_facts_the_hour_and_that_it_is_general(catalog: catalogs.Catalog) -> None:
    answer = asking.ask(catalog, "can i wear makeup", language="en", now=NOW, since=timedelta(hours=30))

    assert (answer["kind"], answer["topics"], answer["facts"]) == ("answer", ["aftercare.makeup"], ["E4", "E5"])
    assert all(words in str(answer["says"]) for words in ("Your session was yesterday", "general information"))


def test_before_the_session_the_time_after_it_is_said_to_be_ahead(catalog: catalogs.Catalog) -> None:
    answer = asking.ask(catalog, "can i wear makeup", language="en", now=NOW, since=timedelta(hours=-30))

    assert "still ahead" in str(answer["says"])


def test_what_to_expect_now_is_answered_by_the_hour(catalog: catalogs.Catalog) -> None:
    answer = asking.ask(catalog, "what should i expect now", language="en", now=NOW, since=timedelta(hours=30))

    assert "day after your session" in str(answer["says"])
    assert answer["facts"] == ["E1", "E2", "E3", "E4", "E5"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Wo kann ich hier in der Nähe mein Auto parken?", "Das weiß ich nicht."),
        ("meine Wange blutet und hört nicht auf", "Ein Mensch kann es."),
        ("parken wo", "I do not know that."),
    ],
)
def test_what_is_asked_in_another_language_is_printed_in_it(catalog: catalogs.Catalog, text: str, says: str) -> None:
    assert says in str(asking.ask(catalog, text, language="en", now=NOW)["says"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("can i go to the gym", "unknown"),
        ("is botox better", "unknown"),
        ("STOP", "command"),
        ("/help", "command"),
        ("pause until friday", "command"),
        ("pausa hasta el viernes", "command"),
        ("pause please", "command"),
        ("too many messages", "command"),
        ("All my messages", "command"),
        ("Ajustes", "command"),
        ("pause makeup", "answer"),
        ("thanks!", "unknown"),
        ("24 Nov 15:30", "command"),
        ("i want to talk to a real person", "command"),
        ("my eye is swollen shut", "worry"),
    ],
)
def test_every_text_is_of_one_kind(catalog: catalogs.Catalog, text: str, kind: str) -> None:
    answer = asking.ask(catalog, text, language="en", now=NOW)

    assert answer["kind"] == kind
    assert answer["says"]


@pytest.mark.parametrize("button", phrases.Button)
@pytest.mark.parametrize("language", ["en", "es", "de", "fr", "pt", "ar"])
def test_a_buttons_words_are_its_command(catalog: catalogs.Catalog, button: phrases.Button, language: str) -> None:
    words = catalog.say_plain(language, f"button.{button}")

    kind = asking.ask(catalog, words, language=language, now=NOW)["kind"]

    assert kind == ("worry" if words == "Hilfe" else "command")  # which is what one cries


def test_a_worry_without_a_sign_is_heard_by_what_it_is_like(catalog: catalogs.Catalog) -> None:
    assert answering.read(catalog, "pretty sure this has gone septic", language="en").kind is answering.Kind.WORRY


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("not my day, change it", "dates"),
        ("wanna talk to a human", "person"),
        ("delete my stuff", "erase"),
        ("show me all my dates please", "timeline"),
        ("8pm would be better than the morning", "hours"),
        ("oh just stop it with the reminders", "stop"),
    ],
)
def test_what_the_bot_is_told_in_plain_words_is_a_command(catalog: catalogs.Catalog, said: str, command: str) -> None:
    assert answering.read(catalog, said, language="en").command == command
