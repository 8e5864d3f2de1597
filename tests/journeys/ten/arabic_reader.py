"""Layla reads Arabic: every word of the chat is Arabic, from right to left."""

import re
from datetime import time

from tests.journeys.ten import hero, stage, telling

TITLE = "The Arabic reader"
START = "2026-11-23 10:00"
ZONE = "Africa/Cairo"
COMMAND = re.compile(r"/[a-z]+")
LATIN = re.compile(r"[A-Za-z]+|, ")


async def play(on: stage.Stage) -> None:
    """Play it."""
    on.page.tell("Layla lives in Cairo, and her Telegram speaks Arabic. So does the bot.")
    layla = await hero.enters(on, "Layla", called="ليلى", city="Cairo", language="ar")
    heard = await layla.starts(brief=True)
    with layla.hurrying():
        heard = heard.and_(await layla.taps("agree"))
        heard = heard.and_(await layla.writes("24/11/2026 15:30"))
        heard = heard.and_(await layla.writes("القاهرة"))
        heard = heard.and_(await layla.taps("zone-yes"))
        heard = heard.and_(await layla.taps(layla.person.clock(time(8, 30))))
    with layla.hurrying():
        heard = heard.and_(await layla.taps("save"))
        heard = heard.and_(await layla.taps("skip"))
    heard = heard.and_(await layla.waits("2026-11-25 08:00", brief=True))
    heard = heard.and_(await layla.waits("2026-11-25 12:00"))
    heard = heard.and_(await layla.taps("as_expected"))
    heard = heard.and_(await layla.writes("هل يمكنني وضع المكياج؟"))
    assert layla.gist("topic.aftercare.makeup") in heard.text
    worry = await layla.writes("هناك ما يقلقني", brief=True)
    assert layla.gist("worry.nobody") in worry.text
    stopped = await layla.writes("توقف")
    assert layla.words("stop.done", on_the_way=0) in stopped.text
    assert _foreign(heard.and_(worry).and_(stopped)) == []


def _foreign(heard: telling.Heard) -> list[str]:
    """Return what is not Arabic, apart from commands."""
    return LATIN.findall(COMMAND.sub("", "\n".join([heard.text, *heard.buttons])))
