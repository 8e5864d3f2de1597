"""What a typed text or a tap means to the dialogue a chat is in: the step decides who takes it."""

import dataclasses
from datetime import time
from typing import assert_never

from reminderbot.chat import (
    buttons,
    dialogues,
    hours_dialogue,
    invite,
    letter,
    pause,
    poster,
    review,
    session_dialogue,
    settings_screen,
    snooze,
    worry_more,
    zone_dialogue,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.dialogues import (
    Asks,
    Called,
    Hour,
    Letter,
    Link,
    More,
    Pause,
    Phone,
    Place,
    Proof,
    Quiet,
    Session,
    Snooze,
    Wall,
)
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import phrases


async def typed(visit: Visit, step: dialogues.Step, text: str) -> bool:
    """Take a typed answer; False when it is none, so that it may be a question."""
    match step:
        case Session():
            return await session_dialogue.typed(visit, step, text)
        case Proof():
            return await invite.proven(visit, step, text)
        case Called():
            return await poster.named(visit, step, text)
        case Place():
            await _typed_place(visit, step, text)
        case Hour():
            return await hours_dialogue.hour_typed(visit, step, text)
        case Quiet():
            return await hours_dialogue.quiet_typed(visit, step, text)
        case Phone():
            return await settings_screen.phone_typed(visit, text)
        case Pause():
            return await pause.typed(visit, text)
        case Snooze():
            return await snooze.typed(visit, step, text)
        case Letter():
            await letter.wrote(visit, step, text, is_worry=False)
        case More():
            await worry_more.wrote(visit, step, text)
        case Link() | Wall():
            return False  # consent is a tap
        case other:
            assert_never(other)
    return True


async def repeat(visit: Visit, step: dialogues.Step) -> None:
    """Ask again what the dialogue asks, after something else was answered in between."""
    match step:
        case Session():
            await session_dialogue.repeat(visit, step)
        case Proof():
            await invite.repeat(visit)
        case Called():
            await poster.ask_name(visit, step.poster_id)
        case Place():
            await settings_screen.ask_zone(visit, then_hour=step.then_hour)
        case Hour() | Quiet() | Phone():
            is_first = isinstance(step, Hour) and step.is_first
            await settings_screen.ask(
                visit, {Hour: "hour", Quiet: "quiet", Phone: "phone"}[type(step)], is_first=is_first
            )
        case Pause():
            await pause.ask(visit)
        case Snooze():
            await snooze.ask(visit, step.reminder_id, say=visit.say)
        case Link() | Letter() | More() | Wall():
            pass
        case other:
            assert_never(other)


async def day(visit: Visit, rest: str) -> None:
    """Take a tap on Today, Yesterday or Another day."""
    if step := await _session(visit):
        await session_dialogue.day_tapped(visit, step, rest)


async def calendar(visit: Visit, tapped: str) -> None:
    """Take a tap on the calendar."""
    if step := await _session(visit):
        await session_dialogue.calendar_tapped(visit, step, tapped)


async def read(visit: Visit, choice: str) -> None:
    """Take one of several readings of a typed date."""
    step = await dialogues.load(visit)
    if isinstance(step, Proof):
        await invite.proven(visit, step, choice)
    elif step := await _session(visit):
        await session_dialogue.read_tapped(visit, step, choice)


async def at(visit: Visit, rest: str) -> None:
    """Take a tap on a time of the session."""
    if step := await _session(visit):
        await session_dialogue.time_tapped(visit, step, rest)


async def zone(visit: Visit, rest: str) -> None:
    """Take a tap on a zone, or on "another one"; a forged name is told to be unknown."""
    step = await dialogues.load(visit)
    if not isinstance(step, Place) and not (isinstance(step, Session) and step.day and step.at):
        visit.toasts("toast.stale")
    elif rest == zone_dialogue.OTHER:
        html, rows = zone_dialogue.ask(visit)
        visit.turn(html, *rows)
    elif not hours.is_zone(rest):
        visit.toasts("toast.stale")
    elif isinstance(step, Session):
        await session_dialogue.zone_chosen(visit, step, rest)
    else:
        await settings_screen.zone_chosen(visit, step, rest)


async def hour(visit: Visit, rest: str) -> None:
    """Take a tap on a morning hour."""
    step = await dialogues.load(visit)
    is_session = isinstance(step, Session) and bool(step.zone) and not step.moves
    if not isinstance(step, Hour) and not is_session:
        visit.toasts("toast.stale")
    elif rest == "other":
        visit.turn(visit.text("prompt.hour-typed"), visit.button("cancel", buttons.data(Tapped.CANCEL)))
    elif isinstance(step, Hour):
        await hours_dialogue.hour_tapped(visit, step, rest)
    elif isinstance(step, Session) and (chosen := _clock(rest)):
        await session_dialogue.hour_chosen(visit, step, chosen)
    else:
        visit.toasts("toast.stale")


async def quiet(visit: Visit, rest: str) -> None:
    """Take a tap on quiet hours."""
    if await _is(visit, Quiet):
        await hours_dialogue.quiet_tapped(visit, rest)


async def phone(visit: Visit, rest: str) -> None:
    """Take a tap on "no phone"."""
    if await _is(visit, Phone):
        await settings_screen.phone_tapped(visit, rest)


async def save(visit: Visit, _rest: str) -> None:
    """Save what the review showed; a second tap finds nothing to save."""
    step = await _session(visit)
    if step and step.asks == Asks.REVIEW:
        await review.save(visit, step)
    else:
        visit.toasts("toast.stale")


async def again(visit: Visit, _rest: str) -> None:
    """Ask for the date once more."""
    if step := await _session(visit):
        await session_dialogue.again(visit, step)


async def cancel(visit: Visit, _rest: str) -> None:
    """Leave the dialogue; nothing of it was saved."""
    if await dialogues.load(visit) is None:
        visit.toasts("toast.stale")
    else:
        await leave(visit)


async def leave(visit: Visit, _rest: str = "") -> None:
    """Leave the dialogue, if there is one, and say that nothing changed; of letters, that they stay sent."""
    step = await dialogues.load(visit)
    if isinstance(step, Letter):
        await letter.leave(visit, step)
        return
    await dialogues.end(visit)
    visit.turn(visit.text("done.cancelled"))


async def _typed_place(visit: Visit, step: Place, text: str) -> None:
    guess = step.offered or (await visit.habits()).zone
    if guess and phrases.is_yes(visit.catalog, text):
        await settings_screen.zone_chosen(visit, step, guess)
        return
    zones = zone_dialogue.understood(visit, text)
    await dialogues.save(visit, dataclasses.replace(step, offered=zone_dialogue.only(zones)))
    html, rows = zone_dialogue.offer(visit, zones)
    visit.say(html, *rows)


async def _session(visit: Visit) -> Session | None:
    step = await dialogues.load(visit)
    if isinstance(step, Session):
        return step
    visit.toasts("toast.stale")
    return None


async def _is(visit: Visit, kind: type[dialogues.Step]) -> bool:
    step = await dialogues.load(visit)
    if not isinstance(step, kind):
        visit.toasts("toast.stale")
    return isinstance(step, kind)


def _clock(rest: str) -> time | None:
    try:
        return time.fromisoformat(rest).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
