"""The way to a person, with a clinic and without one; and the clinic's link, for whom it is and for whom it is not."""

import pytest

from tests.journeys import acting
from tests.journeys.acting import LANGUAGES, Operator, Person
from tests.journeys.conftest import Story

PHONE = "+34 600 000 000"


async def claims(ana: Person, invited: dict[str, str], answer: str) -> None:
    """Open the link, consent, prove it, and take zone and hour as offered."""
    await ana.phone.start(acting.payload(invited))
    await ana.asked("agree")
    await ana.taps("agree")
    await ana.told("prompt.proof")
    await ana.says(answer, "zone-yes")
    await ana.taps("zone-yes")
    await ana.asked("hour-other")
    await ana.phone.tap(ana.clock(acting.time(8, 30)))
    await ana.phone.wait_for(lambda m: m.edited is not None)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_worries_without_a_clinic_hears_of_the_emergency_number(
    story: Story, operator: Operator, language: str
) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, "eve", "ride-home", "day-1")

    await ana.taps("worried")
    way = await ana.told("worry.nobody")
    await ana.told("answered.skin-worried")
    listed = await operator.asks("worries")

    assert ana.words("contact.emergency") in way.text
    assert ana.words("worry.read-by-nobody") in way.text
    assert [(each["clinic"], each["step"]) for each in listed] == [("", "day-1")]


async def test_the_phone_of_who_treated_her_is_shown_once_she_gave_it(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.agrees()
    await ana.tells()
    await ana.taps("save")
    await ana.asked("skip")
    await ana.hears("qwertz asdf", "help.not-an-answer")
    refused = await ana.asked("no-phone")
    await ana.hears("+34 600 111 222", "done.phone", clinic_phone="+34 600 111 222")

    way = await ana.hears("I am worried, it hurts", "worry.phone", clinic_phone="+34 600 111 222")

    assert ana.gist("prompt.phone") in refused.text
    assert ana.words("contact.emergency") in way.text
    assert ana.button("add-phone") not in way.buttons


async def test_a_phone_can_be_added_from_the_worry_itself(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await ana.says("/worried", "add-phone")

    await ana.taps("add-phone")
    await ana.told("prompt.phone")
    await ana.hears("600111222", "done.phone", clinic_phone="600111222")

    assert await ana.hears("/worried", "worry.phone", clinic_phone="600111222")


async def test_a_worry_before_any_session_is_answered_too(story: Story, operator: Operator) -> None:
    ana = await story.person("Ana")
    await ana.phone.start()
    await ana.asked("agree")

    way = await ana.hears("my skin is bleeding", "worry.nobody")

    assert ana.words("contact.emergency") in way.text
    assert await operator.asks("worries") == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_clinics_patient_finds_the_date_entered_and_the_clinic_two_taps_away(
    clinic_story: Story, operator: Operator, language: str
) -> None:
    ana = await clinic_story.person("Ana", language=language)
    invited = await operator.invites(lang=language)
    await claims(ana, invited, invited["desk_code"].lower())
    await clinic_story.brings(ana, "eve", "ride-home", "day-1")

    await ana.taps("worried")
    way = await ana.told("worry.clinic", clinic_name="Dr Bea", clinic_phone=PHONE)
    await ana.hears("it is very red and hurts a lot", "worry.clinic", clinic_name="Dr Bea", clinic_phone=PHONE)
    listed = await operator.asks("worries")

    assert "+34 600 000 112" in way.text
    assert ana.gist("worry.read-later") in way.text  # it is half past eight, and they open at nine
    assert {(each["clinic"], each["patient"]) for each in listed} == {("Dr Bea", "Ana")}
    assert ("day-1", "2026-11-24") in {(each["step"], each["session"]) for each in listed}
    assert "it is very red and hurts a lot" in {each["words"] for each in listed}


async def test_the_clinic_is_two_taps_from_any_reminder(clinic_story: Story, operator: Operator) -> None:
    ana = await clinic_story.person("Ana")
    await claims(ana, await operator.invites(), "24 Nov")
    await clinic_story.brings(ana, "eve")

    await ana.taps("person")
    way = await ana.told("worry.clinic", clinic_name="Dr Bea", clinic_phone=PHONE)

    assert PHONE in way.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_of_the_patient_is_shown_before_the_proof(
    clinic_story: Story, operator: Operator, language: str
) -> None:
    carl = await clinic_story.person("Carl", language=language)
    invited = await operator.invites("Anastasia")
    await carl.phone.start(acting.payload(invited))
    await carl.asked("agree")
    await carl.taps("agree")
    await carl.told("prompt.proof")

    left = [await carl.hears(guess, "invite.wrong", count=count) for guess, count in guesses()]
    await carl.phone.start(acting.payload(invited))
    dead = await carl.told("refusal.invite")

    seen = "\n".join([*await carl.bot_texts(), await carl.timeline()])
    assert [
        word for word in ("Anastasia", "15:30", "24", "Dr Bea", PHONE) if word in without_examples(carl, seen)
    ] == []
    assert carl.button("by-myself") in left[-1].buttons
    assert dead.text == carl.words("refusal.invite")


def guesses() -> list[tuple[str, int]]:
    return [("AAAAA", 4), ("23 Nov", 3), ("2026-11-26", 2), ("hello", 1), ("ZZZZZ", 0)]


def without_examples(person: Person, seen: str) -> str:
    """Leave out the questions, whose example happens to be the day of every story."""
    examples = [person.words(key) for key in ("prompt.day", "timeline.none", "help.fallback")]
    for example in examples:
        seen = seen.replace(example, "")
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_used_unknown_and_expired_links_are_refused_in_the_same_words(
    clinic_story: Story, operator: Operator, language: str
) -> None:
    ana = await clinic_story.person("Ana", language=language)
    used, expired = await operator.invites(), await operator.invites("Eva", at="2026-11-25T10:00")
    await claims(ana, used, "24.11.2026")
    carl = await clinic_story.person("Carl", language=language)
    await carl.agrees()

    said = [await refusal(carl, acting.payload(used)), await refusal(carl, "A" * 43)]
    clinic_story.wind(acting.timedelta(days=60))
    said.append(await refusal(carl, acting.payload(expired)))

    assert said == [carl.words("refusal.invite")] * 3


async def refusal(person: Person, payload: str) -> str:
    """Open a link that cannot be used; return what is said."""
    await person.phone.start(payload)
    return (await person.asked("by-myself")).text


async def test_a_link_opened_again_by_whose_it_is_shows_the_timeline(clinic_story: Story, operator: Operator) -> None:
    ana = await clinic_story.person("Ana")
    invited = await operator.invites()
    await claims(ana, invited, "24.11.2026")

    await ana.phone.start(acting.payload(invited))
    shown = await ana.asked("move", "drop")

    assert "Dr Bea" in shown.text


async def test_a_race_for_one_link_has_one_winner(clinic_story: Story, operator: Operator) -> None:
    ana, carl = await clinic_story.person("Ana"), await clinic_story.person("Carl")
    invited = await operator.invites()
    for person in (ana, carl):
        await person.agrees()
        await person.phone.start(acting.payload(invited))
        await person.told("prompt.proof")

    await acting.asyncio.gather(ana.phone.say(invited["desk_code"]), carl.phone.say(invited["desk_code"]))
    answered = [
        await person.phone.wait_for(
            lambda m: ana.button("zone-yes") in m.buttons or m.text == ana.words("refusal.invite")
        )
        for person in (ana, carl)
    ]

    assert sorted(ana.words("refusal.invite") == each.text for each in answered) == [False, True]
