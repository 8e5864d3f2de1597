"""Rosa's link reaches her brother: he learns nothing from it, not even whether it is a link of hers."""

from datetime import date, time

from tests.journeys.ten import hero, stage

TITLE = "A relative with a forwarded link"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"
SECRETS = ("Rosa", "Dr Bea", "15:30", "25 November", "+34")
GUESSES = ("AAAAA", "23 Nov", "26 Nov", "27 Nov", "1 Dec")


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell(
        "Dr Bea's desk has sent Rosa a link for her session of 25 November. By mistake Rosa forwards it to the "
        "family's group. Her brother Iván is curious."
    )
    bea = await on.adds_a_clinic()
    invited = await on.invites(bea, "Rosa", date(2026, 11, 25), time(15, 30))
    ivan = await hero.enters(on, "Iván")
    with ivan.hurrying(brief=True):
        heard = await ivan.opens(invited.token)
        heard = heard.and_(await ivan.taps("agree"))
    heard = heard.and_(await ivan.writes("Whose session is it?", brief=True))
    with ivan.hurrying():
        for guess in GUESSES:
            heard = heard.and_(await ivan.writes(guess))
    assert ivan.words("invite.wrong", count=0) in heard.text
    on.page.tell("He tries it once more, and looks around.")
    locked = await ivan.opens(invited.token)
    assert ivan.words("refusal.invite") in locked.text
    heard = heard.and_(locked).and_(await ivan.writes("/timeline"))
    example = ivan.words("prompt.proof")
    assert [secret for secret in SECRETS if secret in heard.text.replace(example, "")] == []

    on.page.tell("Whoever opens a link that never was reads the same words. Rosa gets a new one at the desk.")
    unknown = await ivan.opens("A" * 43)
    assert unknown.text == locked.text
    rosa = await hero.enters(on, "Rosa")
    again = await on.invites(bea, "Rosa", date(2026, 11, 25), time(15, 30))
    with rosa.hurrying(brief=True):
        await rosa.opens(again.token)
        await rosa.taps("agree")
        joined = await rosa.writes(again.desk_code, shown="the code of the desk")
    assert rosa.words("invite.confirmed", first_name="Rosa") in joined.text
