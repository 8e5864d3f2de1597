"""Ben only asks: a topic, two in one, a fragment, what no topic knows; and the clinic is offered."""

from datetime import date, time

from tests.journeys.ten import hero, stage

TITLE = "The curious one"
START = "2026-11-23 10:00"
ZONE = "Europe/Madrid"


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Ben has a session at Dr Bea's the next day. He has questions, and wants nothing else.")
    bea = await on.adds_a_clinic()
    ben = await hero.enters(on, "Ben")
    await ben.claims(await on.invites(bea, "Ben", date(2026, 11, 24), time(15, 30)))
    topic = await ben.writes("does it hurt?")
    assert ben.gist("worry.clinic") not in topic.text

    two = await ben.writes("can i wear makup and how long does it take to work")
    assert ben.gist("topic.aftercare.makeup") in two.text
    assert ben.gist("topic.how-it-works.how-long") in two.text
    fragment = await ben.writes("and the sun?")
    assert ben.gist("topic.aftercare.sun") in fragment.text

    first = await ben.writes("may I drink wine tonight?")
    assert ben.button("send-questions") not in first.buttons
    second = await ben.writes("is there a car park")
    assert ben.button("send-questions") in second.buttons
    sent = await ben.taps("send-questions")
    assert ben.gist("thread.received") in sent.text
