"""Questions as patients write them, in both languages, against the shipped topics and against a small folder."""

import pathlib

import pytest

from reminderbot.catalog import asking, files, topics

SMALL = pathlib.Path(__file__).parent / "messages"

ENGLISH = {
    "can I wear makeup": "aftercare.makeup",
    "can i use foundation today": "aftercare.makeup",
    "is make up ok": "aftercare.makeup",
    "mekeup?": "aftercare.makeup",
    "is redness normal": "aftercare.redness",
    "my face is red": "aftercare.redness",
    "when can I go in the sun": "aftercare.sun",
    "SUN???": "aftercare.sun",
    "how long does it take to work": "how-it-works.how-long",
    "derma roller at home?": "home-or-clinic.roller",
    "what is microneedling": "what-it-is",
    "whats microneedeling": "what-it-is",
    "how does it work": "how-it-works",
    "what is it good for": "used-for",
    "does it help with acne scars": "used-for.scars",
    "stretch marks": "used-for.stretch-marks",
    "does it make hair grow": "used-for.hair",
    "large pores": "used-for.pores",
    "fine lines": "used-for.wrinkles",
    "dark spots": "used-for.pigment",
    "will it hurt": "at-the-session.numbing",
    "do they use numbing creme": "at-the-session.numbing",
    "how long does the appointment take": "at-the-session.how-long",
    "are the needles clean": "at-the-session.needles",
    "what happens at the session": "at-the-session",
    "can I exercise tomorrow": "not-said.activities",
    "can i go to the gym": "not-said.activities",
    "which sunscreen should i use": "not-said.sunscreen",
    "how many sessions do i need": "not-said.how-many",
    "what does it cost": "not-said.price",
    "can i do it while pregnant": "not-said.who-not",
    "how many days until i can wear make-up again": "not-said.how-long",
    "what should I expect now": "now",
    "what do i have to avoid": "aftercare",
}
SPANISH = {
    "¿puedo maquillarme?": "aftercare.makeup",
    "puedo usar base hoy": "aftercare.makeup",
    "es normal estar rojo": "aftercare.redness",
    "tengo la cara roja": "aftercare.redness",
    "cuando puedo tomar el sol": "aftercare.sun",
    "cuanto tarda en hacer efecto": "how-it-works.how-long",
    "que es la microaguja": "what-it-is",
    "¿Qué es microneedling?": "what-it-is",
    "como funciona": "how-it-works",
    "para que sirve": "used-for",
    "ayuda con las marcas de acne": "used-for.scars",
    "estrias": "used-for.stretch-marks",
    "poros abiertos": "used-for.pores",
    "me va a doler?": "at-the-session.numbing",
    "cuanto dura la sesion": "at-the-session.how-long",
    "que me van a hacer en la sesion": "at-the-session",
    "puedo hacer ejercicio": "not-said.activities",
    "puedo ir al gimnasio mañana": "not-said.activities",
    "que protector solar uso": "not-said.sunscreen",
    "cuantas sesiones necesito": "not-said.how-many",
    "cuanto cuesta": "not-said.price",
    "estoy embarazada": "not-said.who-not",
    "arrugas": "used-for.wrinkles",
    "manchas": "used-for.pigment",
    "caida del pelo": "used-for.hair",
    "qué debo evitar": "aftercare",
}
OFF_TOPIC = {
    "en": [
        "what's the weather like", "who won the match last night", "can you book me a table for two", "hello",
        "thanks!!", "my dog ate my homework", "do you like pizza", "tell me a joke", "bitcoin", "ok", "asdfgh",
        "can i wear a hat",
        "how old are you", "where is the nearest train station", "😀😀😀", "", "?!", "12345", "\u202e\x00",
        "run fun gun",
    ],
    "es": [
        "que tiempo hace en madrid", "cuentame un chiste", "quien gano el partido", "hola", "gracias", "😀",
        "me gusta la pizza", "donde esta la estacion", "cuantos años tienes", "ok", "", "jajaja", "¿¿??",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> topics.Matcher:
    return topics.Matcher.of(files.read(files.default_folder())[0])


@pytest.fixture(scope="module")
def small() -> topics.Matcher:
    return topics.Matcher.of(files.load(SMALL))


def first(match: topics.Match) -> str:
    return match.topics[0].topic if match.topics else ""


@pytest.mark.parametrize(("language", "questions"), [("en", ENGLISH), ("es", SPANISH)])
def test_nine_questions_in_ten_find_their_topic(
    shipped: topics.Matcher, language: str, questions: dict[str, str]
) -> None:
    missed = [asked for asked, topic in questions.items() if first(shipped.match(asked, language)) != topic]

    assert len(missed) <= len(questions) // 10, missed


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_about_the_treatment_finds_no_topic(shipped: topics.Matcher, language: str) -> None:
    found = {asked: first(shipped.match(asked, language)) for asked in OFF_TOPIC[language]}

    assert not any(found.values()), found


def test_a_question_in_another_language_is_answered_in_that_language(shipped: topics.Matcher) -> None:
    assert shipped.match("¿puedo maquillarme?", "en").language == "es"
    assert shipped.match("can I wear makeup", "es").language == "en"


def test_a_question_that_nobody_understands_stays_in_the_chats_language(shipped: topics.Matcher) -> None:
    assert shipped.match("qwertz", "es") == topics.Match((), "es")
    assert shipped.match("qwertz uiop asdf ghjk", "es") == topics.Match((), "es")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("Wo kann ich hier in der Nähe mein Auto parken?", "de"),
        ("¿dónde puedo aparcar el coche cerca de la clínica?", "es"),
        ("est-ce que je peux garer ma voiture près de chez vous ?", "fr"),
        ("onde posso estacionar o meu carro perto de vocês?", "pt"),
        ("وين ممكن اوقف السيارة قريب من عندكم", "ar"),
        ("parken wo", "en"),
    ],
)
def test_what_nothing_is_found_for_is_of_the_language_that_knows_its_words(
    shipped: topics.Matcher, asked: str, language: str
) -> None:
    match = shipped.match(asked, "en")

    assert (match.topics, match.language) == ((), language)


@pytest.mark.parametrize(
    ("said", "chat", "language"),
    [
        ("meine Wange blutet und hört nicht auf", "en", "de"),
        ("me sangra la cara", "en", "es"),
        ("Blut!", "en", "de"),
        ("pus!!", "ar", "ar"),
        ("my cheek is bleeding", "de", "en"),
        ("can I wear makeup", "de", ""),
    ],
)
def test_a_worry_is_of_the_language_it_is_heard_in(
    shipped: topics.Matcher, said: str, chat: str, language: str
) -> None:
    assert shipped.worried_in(said, chat) == language


def test_two_questions_in_one_text_find_two_topics(shipped: topics.Matcher) -> None:
    match = shipped.match("Hi! Can I put on makeup and when can I go in the sun?", "en")

    assert {found.topic for found in match.topics} == {"aftercare.makeup", "aftercare.sun"}


def test_topics_are_ranked_with_the_surest_first(shipped: topics.Matcher) -> None:
    scores = [found.score for found in shipped.match("makeup? sun? scars? pores?", "en").topics]

    assert scores == sorted(scores, reverse=True)
    assert len(scores) == topics.MOST


def test_the_same_question_finds_the_same_each_time(shipped: topics.Matcher) -> None:
    asked = "can i wear makeup or go out in the sun"

    assert shipped.match(asked, "en") == shipped.match(asked, "en")


@pytest.mark.parametrize(
    "asked", ["can i go in the sun", "Can I go in the SUN?!", "sunbatihng", "sun bathing", "sunbathin"]
)
def test_capitals_marks_and_slips_make_no_difference(small: topics.Matcher, asked: str) -> None:
    assert first(small.match(asked, "en")) == "sun"


def test_a_letter_of_four_thousand_signs_is_read_in_part(shipped: topics.Matcher) -> None:
    assert shipped.match("😀" * 4000, "en").topics == ()
    assert first(shipped.match("can i wear makeup? " + "bla " * 1000, "en")) == "aftercare.makeup"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("¿Qué DEBO evitar?", "que debo evitar"),
        ("what's  up…", "whats up"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("make-up 💄", "make up"),
        ("الشَّمْس", "الشمس"),
        ("Straße", "strasse"),
    ],
)
def test_words_are_folded(typed: str, folded: str) -> None:
    assert asking.fold(typed) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("sun", "run"), ("hello", "vello"), ("face", "fake news"), ("red", "read"), ("scar", "scary movie")],
)
def test_different_words_are_not_taken_for_slips(one: str, other: str) -> None:
    assert asking.likeness(one, other) == 0
