"""Ruth listens to her phone and types: she never taps, and every button makes sense by its words alone."""

from tests.journeys.ten import hero, stage, telling

TITLE = "By words alone, with a screen reader"
START = "2026-11-23 10:00"
ZONE = "Europe/London"
SHORTEST = 4  # letters of a button's words, "Save" and "Skip"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell(
        "Ruth does not see. Her phone reads to her, and what a button says she types: she taps nothing in all of this."
    )
    ruth = await hero.enters(on, "Ruth", city="London")
    with ruth.hurrying(brief=True):
        heard = await ruth.starts()
        heard = heard.and_(await ruth.writes("I agree"))
    heard = heard.and_(await ruth.writes("tomorrow at 3:30 pm", brief=True))
    heard = heard.and_(await ruth.writes("London", brief=True))
    heard = heard.and_(await ruth.writes("yes", brief=True))
    heard = heard.and_(await ruth.writes("half past eight", brief=True))
    saved = await ruth.writes("yes", brief=True)
    assert ruth.words("done.saved", session="Tuesday 24 November, 15:30") in saved.text
    skipped = await ruth.writes("skip")
    assert ruth.gist("done.no-phone") in skipped.text
    heard = heard.and_(saved).and_(skipped).and_(await ruth.waits("2026-11-25 12:00", brief=True))

    answered = await ruth.writes("as expected")
    assert ruth.words("answered.skin-ok", date="Wednesday 25 November", clock="12:00") in answered.text
    worry = await ruth.writes("I am worried")
    assert ruth.gist("worry.nobody") in worry.text
    coming = await ruth.writes("/next", brief=True)
    assert "Thursday 26 November, 08:30" in coming.text
    stopped = await ruth.writes("stop", brief=True)
    back = await ruth.writes("undo", brief=True)
    assert ruth.words("stop.resumed", count=6, count_late=0) in back.text
    for said in (heard, answered, worry, coming, stopped, back):
        assert _unclear(said) == []


def _unclear(heard: telling.Heard) -> list[str]:
    """Return the buttons whose words say nothing to who only hears them, or that stand twice in a message."""
    short = [words for words in heard.buttons if sum(letter.isalnum() for letter in words) < SHORTEST]
    twice = [each.buttons for each in heard.messages if len(set(each.buttons)) < len(each.buttons)]
    return [*short, *(words for buttons in twice for words in buttons)]
