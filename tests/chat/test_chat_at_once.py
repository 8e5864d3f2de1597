"""The slowest replies: each is worked out in far less than the second after which a chat would have to say "typing"."""

import time

import pytest

from reminderbot.services import invites
from tests.chat.conftest import Phone

SECOND = 1.0
"""Processor time of one reply, loosely: all but the longest texts take a tenth of it (decision 27)."""

LONG = "May I wear makeup two days after the session, and when can I go out in the sun again? " * 20
"""More questions than anybody asks at once."""


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, a patient of Dr Bea's clinic, who has written letters. All languages are learnt, as after the start."""
    ana.catalog.learn(ana.catalog.languages)
    await ana.joins(invited.token)
    await ana.taps("letter")
    for page in range(5):
        await ana.writes(f"{page}: " + "a long letter to the clinic " * 120)
    await ana.taps("cancel")
    return ana


@pytest.mark.parametrize(
    "words", [LONG, "/mydata", "/start", "/timeline", "wo kann ich hier in der Nähe mein Auto parken?"]
)
async def test_what_is_written_is_answered_within_a_second(patient: Phone, words: str) -> None:
    before = time.process_time()

    answered = await patient.writes(words)

    assert answered
    assert time.process_time() - before < SECOND


@pytest.mark.parametrize("data", ["ics", "forget:yes", "topics"])
async def test_what_is_tapped_is_answered_within_a_second(patient: Phone, data: str) -> None:
    before = time.process_time()

    answered = await patient.taps(data)

    assert answered
    assert time.process_time() - before < SECOND
