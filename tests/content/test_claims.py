"""What our source does not say stays unsaid: no number of days, no product, no judgement, no comfort."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.content import shipped

NUMBER = r"(?:\d+|one|two|three|four|five|seven|ten|un|uno|dos|tres|cuatro|cinco|siete|diez)"
SPAN = r"(?:hours?|days?|weeks?|months?|horas?|días?|semanas?|mes(?:es)?)"
KEPT_AWAY = r"(?:sun|make-?up|harsh|avoid|skip|leave|sol|maquillaje|agresivos?|evita|deja)"
AMOUNT = rf"{NUMBER} (?:(?:or|to|o|a) {NUMBER} )?"

UNSAID: dict[str, tuple[str, ...]] = {
    "how long to keep away": (rf"\b{KEPT_AWAY}\b[^.!?\n]*\b{AMOUNT}{SPAN}\b",),
    "how long, said first": (rf"\b{NUMBER} {SPAN}\b[^.!?\n]*\b{KEPT_AWAY}\b",),
    "any number of days": (rf"\b\d+[- ]?{SPAN}\b",),
    "when to start again": (
        r"\b(?:from|by|on) day \w+[^.!?\n]*\b(?:again|can|may)\b",
        r"\bdesde el día \w+[^.!?\n]*\bpuedes\b",
    ),
    "which sunscreen": (
        r"\bSPF\b|\bFPS\b|\bfactor \d+|\bbroad.spectrum|\bamplio espectro",
        r"\b(?:use|wear|apply) (?:a )?(?:sun ?screen|sun cream)",
        r"\b(?:usa|ponte) (?:crema|protector) solar",
    ),
    "a product": (
        r"retin(?:ol|oid)|tretinoin|vitamin|glycolic|salicyl|salicíl|hyaluron|hialur|peptid",
        r"aloe|vaseline|vaselina|bepanthen",
    ),
    "a drug": (
        r"ibuprofen|paracetamol|acetaminophen|aspirin|\d+ ?mg\b",
        r"lidoca|hydrocort|antibiot|acyclovir|aciclovir",
    ),
    "heat and sport": (
        r"\b(?:avoid|skip|no|leave out)\b[^.!?\n]*\b(?:sauna|exercise|gym|sweat|alcohol|pool)",
        r"\b(?:evita|deja|sin)\b[^.!?\n]*\b(?:sauna|ejercicio|gimnasio|sudar|alcohol|piscina)",
    ),
    "how many sessions": (rf"\b{AMOUNT}(?:sessions|treatments|sesiones|tratamientos)\b",),
    "who should not": (
        r"\b(?:not (?:suitable|safe)|unsuitable|contraindicat)",
        r"\b(?:no (?:apto|apta|recomendad)|contraindicad)",
    ),
    "a judgement": (
        r"\b(?:normal|harmless|fine so far|looks? (?:good|fine|healthy)|perfectly)",
        r"\b(?:inofensiv|va bien|se ve bien)",
    ),
    "comfort": (
        r"\bdon[’']?t worry|\bdo not worry|\bno(?:thing| need) to worry|\brelax\b",
        r"\bno te preocupes|\btranquil[oa]\b",
    ),
    "an end to redness": (
        r"\b(?:redness|swelling|red)\b[^.!?\n]*\b(?:fades?|goes|go|disappears?|settles?|subsides?)\b",
        r"\b(?:rojez|hinchazón|roja)\b[^.!?\n]*\b(?:desaparece|se va|baja)\b",
    ),
    "a promise": (
        r"\b(?:guarantee|proven|painless|will (?:look|be) (?:better|younger))",
        r"\b(?:garantiza|demostrado|indolor|sin dolor)",
    ),
    "hair growth as settled": (
        r"\b(?:grows|restores?|regrows?)\b[^.!?\n]*\bhair\b",
        r"\b(?:hace crecer|recupera)\b[^.!?\n]*\b(?:pelo|cabello)\b",
    ),
}
PLANTED = {
    "how long to keep away": "Leave make-up off for three days.",
    "how long, said first": "For 2 days, stay out of the sun.",
    "any number of days": "Come back after 48 hours.",
    "when to start again": "From day 4 you can start again.",
    "which sunscreen": "Use SPF 50.",
    "a product": "No retinol for now.",
    "a drug": "Take paracetamol if it hurts.",
    "heat and sport": "Avoid the gym and the sauna.",
    "how many sessions": "Most people need 3 to 6 sessions.",
    "who should not": "It is not suitable in pregnancy.",
    "a judgement": "Redness is normal today.",
    "comfort": "Don't worry about it.",
    "an end to redness": "The redness fades by tomorrow.",
    "a promise": "Your skin will look better.",
    "hair growth as settled": "It regrows lost hair.",
}
PLANTED_SPANISH = {
    "how long to keep away": "Deja el maquillaje durante tres días.",
    "how long, said first": "Durante 2 días, evita el sol.",
    "any number of days": "Vuelve a las 48 horas.",
    "when to start again": "Desde el día 4 puedes maquillarte.",
    "which sunscreen": "Ponte crema solar.",
    "a product": "Usa ácido hialurónico.",
    "a drug": "Toma paracetamol.",
    "heat and sport": "Evita el gimnasio.",
    "how many sessions": "Hacen falta 3 a 6 sesiones.",
    "who should not": "No apto en el embarazo.",
    "a judgement": "Hoy es normal.",
    "comfort": "No te preocupes.",
    "an end to redness": "La rojez desaparece mañana.",
    "a promise": "Es indolor.",
    "hair growth as settled": "Hace crecer el pelo.",
}
REDNESS = re.compile(r"\b(?:common|común|sunburn|quemas)\b", re.IGNORECASE)
RIGHT_AFTER = re.compile(r"\b(?:right after|justo después)\b", re.IGNORECASE)
LATER_DAYS = re.compile(r"^(?:step|expect)\.(?:day-|days|weeks|months)")


FURTHER: dict[str, dict[str, Any]] = {
    file.suffixes[0][1:]: tomllib.loads(file.read_text(encoding="utf-8"))
    for file in sorted(Path(__file__).parent.glob("unsaid.*.toml"))
}
"""The same rules for the languages beside English and Spanish, one file each."""

PLANTED_IN = {"en": PLANTED, "es": PLANTED_SPANISH} | {code: file["planted"] for code, file in FURTHER.items()}
ENGLISH_AND_SPANISH = {
    "common": r"\b(?:common|común)\b",
    "hair": r"\bhair\b|\bpelo\b",
    "explored": r"\bexplor(?:ed|ado)\b",
}
ENGLISH_AND_SPANISH |= {"redness": REDNESS.pattern, "right_after": RIGHT_AFTER.pattern}
NO_RULE = {"en": ("I have no rule", "<b>I am worried</b>"), "es": ("No tengo una regla", "<b>Me preocupa algo</b>")}
NO_RULE |= {code: tuple(file["needed"]) for code, file in FURTHER.items()}


def found(rule: str, text: str, language: str) -> bool:
    patterns = FURTHER[language]["rules"][rule] if language in FURTHER else UNSAID[rule]
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def says(what: str, text: str, language: str) -> bool:
    patterns = FURTHER[language]["words"] if language in FURTHER else ENGLISH_AND_SPANISH
    return re.search(patterns[what], text, re.IGNORECASE) is not None


def spoken(language: str) -> Iterator[tuple[str, str]]:
    """Each text that speaks of the treatment, filled."""
    for key, entry in shipped.entries(language, *shipped.CONTENT).items():
        for filled in shipped.fillings(entry["text"]):
            yield key, filled


@pytest.mark.parametrize("rule", UNSAID)
@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_what_the_source_leaves_out_stays_unsaid(language: str, rule: str) -> None:
    assert [(key, text) for key, text in spoken(language) if found(rule, text, language)] == []


@pytest.mark.parametrize("rule", UNSAID)
@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_each_rule_finds_what_it_forbids(language: str, rule: str) -> None:
    assert found(rule, PLANTED_IN[language][rule], language)


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_from_the_next_day_on_nothing_calls_redness_common(language: str) -> None:
    assert [key for key, text in spoken(language) if LATER_DAYS.match(key) and says("redness", text, language)] == []


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_redness_is_called_common_right_after_the_session_alone(language: str) -> None:
    common = [
        (key, sentence)
        for key, text in spoken(language)
        for sentence in shipped.sentences(text)
        if says("common", sentence, language)
    ]

    assert common
    assert [pair for pair in common if not says("right_after", pair[1], language)] == []


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_hair_growth_is_said_to_be_explored_wherever_it_is_said(language: str) -> None:
    hair = [text for _, text in spoken(language) if says("hair", text, language)]

    assert hair
    assert [text for text in hair if not says("explored", text, language)] == []


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_days_1_to_3_give_no_rule_for_the_skin_and_a_way_to_a_person(language: str) -> None:
    texts = shipped.entries(language, "steps.toml", "expect.toml")
    days = [f"{kind}.day-{day}" for kind in ("step", "expect") for day in (1, 2, 3)]

    assert [day for day in days if not all(words in texts[day]["text"] for words in NO_RULE[language])] == []
