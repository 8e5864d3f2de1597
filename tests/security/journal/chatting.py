"""Whoever has a chat: a stranger with a forwarded link, a hostile patient, somebody in a group."""

import asyncio

from sqlalchemy import select

from reminderbot.chat.buttons import Tapped
from reminderbot.simulator import client
from reminderbot.store import tables
from tests.cli import terminal
from tests.security.journal import stage
from tests.security.journal.inside import changes
from tests.security.journal.telling import Happened, tried_by
from tests.web.console import world

STRANGER, HOSTILE = "stranger with a link", "curious or hostile patient"
TOLD = ("Kanarka", "24 Nov", "Nov 24", "24 nov", "15:30", "3:30")
"""What nobody may read before the proof: the name, the day and the hour of the session."""

FORGED = (
    *((Tapped.CHECK_IN, "reminder", ":itch:yes"), (Tapped.WORRY, "reminder", ""), (Tapped.ONE, "reminder", "")),
    *((Tapped.SNOOZE, "reminder", ""), (Tapped.SNOOZE, "reminder", ":20261201"), (Tapped.UNSNOOZE, "reminder", "")),
    *((Tapped.SKIP, "reminder", ""), (Tapped.UNSKIP, "reminder", ""), (Tapped.CALL_ME, "worry", "")),
    *((Tapped.MOVE, "treatment", ""), (Tapped.DROP, "treatment", ""), (Tapped.DROPPED, "treatment", "")),
    *((Tapped.TIMELINE, "treatment", ""), (Tapped.ROWS, "treatment", ""), (Tapped.TAKE, "case", "")),
    *((Tapped.LETTER, "patient", ""), (Tapped.NOT_MINE, "clinic", ""), (Tapped.NOT_MINE, "patient", ":leave")),
)
"""Buttons that carry an id, and of which kind it is."""

QUIET = 20.0  # seconds in which an answer has come


async def agrees(phone: client.Phone, payload: str = "") -> None:
    """Begin, and consent."""
    await phone.start(payload)
    await phone.wait_for(lambda m: "I agree" in m.buttons, timeout=QUIET)
    await phone.tap("I agree")
    await phone.wait_for(lambda m: m.by == "bot", timeout=QUIET)


async def read(phone: client.Phone) -> str:
    """Return all that the bot has written to somebody."""
    return "\n".join([message.text for message in await phone.messages(by="bot")])


@tried_by(
    STRANGER, "a forwarded link: opened, agreed, six codes and dates guessed; then by the patient with the right one"
)
async def forwarded_link(on: stage.Stage) -> Happened:
    """Take over an invite that was not meant for one."""
    made = await on.invite("Kanarka Ana")
    mallory = await on.simulated.person("Mallory")
    await agrees(mallory, made.token)
    for guess in ("AAAAAA", "BBBBBB", "CCCCCC", "25/11/2026", "26/11/2026", "27/11/2026"):
        await mallory.say(guess)
        await mallory.wait_for(timeout=QUIET)
    seen = await read(mallory)
    told = [word for word in TOLD if word in seen]
    ana = await on.simulated.person("Ana")
    await agrees(ana, made.token)
    answer = await ana.last()
    is_dead = "Kanarka" not in answer.text
    return not told and is_dead, f"read before the proof: {', '.join(told) or 'nothing'}; after five the link is dead"


@tried_by(STRANGER, "one link and its right code from 20 chats at once", is_long=True)
async def race_of_claims(on: stage.Stage) -> Happened:
    """Be the patient, all at once."""
    made = await on.invite("Kanarka Race")
    phones = [await on.simulated.person(f"P{number}") for number in range(20)]
    for phone in phones:
        await agrees(phone, made.token)
    await asyncio.gather(*[phone.say(made.desk_code) for phone in phones])
    await asyncio.gather(*[phone.wait_for(timeout=60) for phone in phones])
    winners = sum(["Kanarka" in await read(phone) for phone in phones])
    return winners == 1, f"{winners} of {len(phones)} is the patient"


@tried_by(
    HOSTILE,
    "every kind of button with the ids of another clinic's reminder, session, case, worry, patient",
    is_long=True,
)
async def forged_buttons(on: stage.Stage) -> Happened:
    """Press what one was never shown."""
    mallory = await on.simulated.person("Mallory")
    await agrees(mallory)
    before = await world.rows_of(on.store, on.bea.organisation_id)
    pressed = [f"{prefix}:{on.own[kind]}{rest}" for prefix, kind, rest in FORGED]
    for data in pressed:
        await mallory.press(data[:64])
    await _served(on)
    changed = changes(before, await world.rows_of(on.store, on.bea.organisation_id))
    seen = await read(mallory)
    told = [word for word in ("Kanarka", "Your session is tomorrow", "sauna") if word in seen]
    return (
        not changed and not told,
        f"{len(pressed)} presses; rows changed: {changed or 'none'}; told of others: {told or 'nothing'}",
    )


@tried_by(
    HOSTILE,
    "links of other kinds: a colleague's, the id of an invite, of a poster and of a patient, its longest",
    is_long=True,
)
async def odd_payloads(on: stage.Stage) -> Happened:
    """Begin with what is no invite."""
    mallory = await on.simulated.person("Mallory")
    payloads = ["staff_" + "0" * 32, *(on.own[kind] for kind in ("poster", "invite", "patient", "staff")), "x" * 64]
    answers = set()
    for payload in payloads:
        await mallory.start(payload)
        answers.add((await mallory.wait_for(timeout=QUIET)).text[:20] != "")
    await _served(on)
    seen = await read(mallory)
    return answers == {True} and "Kanarka" not in seen, f"{len(payloads)} answered like any unknown link"


@tried_by(
    "somebody in a Telegram group",
    "every command and forged buttons in a group with the bot, by a patient's own hand",
    is_long=True,
)
async def group(on: stage.Stage) -> Happened:
    """Let others read along."""
    made = await on.invite("Kanarka Grupo")
    ana = await on.simulated.person("Ana")
    await agrees(ana, made.token)
    await ana.say(made.desk_code)
    await ana.wait_for(lambda m: "Kanarka" in m.text, timeout=QUIET)
    number = await on.simulated.group(ana, "Friends")
    there = ana.in_group(number)
    for word in ("/start", "/timeline", "/mydata", "/settings", "/forget", "/next", f"/start {made.token}"):
        await there.say(word)
    await _served(on)
    seen = await read(there)
    told = [word for word in TOLD if word in seen]
    return not told, f"told in the group: {', '.join(told) or 'nothing of a patient'}"


@tried_by(
    HOSTILE,
    "a name with markup, a link, direction marks, 600 signs, a template; then what the bot says with it",
    is_long=True,
)
async def hostile_name(on: stage.Stage) -> Happened:
    """Let the bot say what one is called."""
    names = ('<a href="https://evil.example">x</a>', "\u202eevil\u2066", "{{ 7*7 }}{% raw %}", "a" * 600, "\x00\r\nx")
    wrong = []
    for name in names:
        phone = await on.simulated.person(name)
        await agrees(phone)
        for message in await phone.messages(by="bot"):
            if "evil.example" in str(message.entities) or "\u202e" in message.text or "49" in message.text:
                wrong.append(name[:8])
    return not wrong, f"{len(names)} names; markup, direction or arithmetic in an answer: {wrong or 'none'}"


async def _served(on: stage.Stage) -> None:
    """Wait until nothing is left to be served."""
    o, bot = tables.outbox.c, int(terminal.TOKEN.partition(":")[0])
    owed = select(o.id).where(o.bot_id == bot, o.state.in_(("planned", "claimed", "sending"))).limit(1)
    for _ in range(600):
        text = await asyncio.to_thread(on.bot.metrics)
        async with on.store.reading() as work:
            is_owed = (await work.run(owed)).first() is not None
        if "reminderbot_inbox_waiting 0.0" in text and not is_owed:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the bot does not come to rest")
