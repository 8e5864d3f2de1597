"""A clinic's link: consent first, then the desk code or the session's date, then the timeline that waits there."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import assert_never

from reminderbot import errors
from reminderbot.catalog import reading
from reminderbot.chat import (
    buttons,
    consent_words,
    dialogues,
    expect_screen,
    reads,
    reply,
    timeline_screen,
    zone_dialogue,
)
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import invites


async def opened(visit: Visit, token: str, *, welcome: Callable[..., Awaitable[None]]) -> None:
    """Look at a link; whoever has not agreed yet is asked to first, and nothing about the patient is said.

    So is whoever has agreed, but not to what the clinic of this link says of its own.
    """
    if visit.chat.consented_at is not None and not await consent_words.are_new(visit, token):
        await ask_proof(visit, token)
        return
    try:
        await invites.open_(visit.work, visit.who, token, now=visit.now)
    except errors.NotFound as refusal:
        _refused(visit, refusal)
        await welcome(visit)
    else:
        await dialogues.save(visit, dialogues.Link(token))
        await welcome(visit, no_thanks(visit))


async def ask_proof(visit: Visit, token: str) -> None:
    """Ask for what only the patient and the clinic know; a link that this chat has used shows its timeline.

    A link that has died since it was opened is only told: the consent that was given for it stands.
    """
    try:
        link = await invites.open_(visit.work, visit.who, token, now=visit.now)
    except errors.NotFound as refusal:
        if isinstance(await dialogues.load(visit), dialogues.Link):
            await dialogues.end(visit)
        _refused(visit, refusal)
        return
    if link.is_yours:
        await dialogues.end(visit)
        await timeline_screen.show(visit)
        return
    await dialogues.save(visit, dialogues.Proof(link.invite_id))
    await repeat(visit)


async def proven(visit: Visit, step: dialogues.Proof, text: str) -> bool:
    """Take the desk code or the date; of a date that may be two, ask which. False for what can be neither:

    a question costs no try.
    """
    found = reads.read(visit, text, zone=None)
    if found.kind is reading.Kind.ASK and found.choices and not invites.is_code(text):
        visit.say(reads.sentence(visit, found), *reads.choices(visit, found))
        return True
    day = _day(found)
    if day is None and not _may_be_code(text):
        return False
    await _answered(visit, step, text, day)
    return True


async def _answered(visit: Visit, step: dialogues.Proof, text: str, day: date | None) -> None:
    try:
        answered = await invites.confirm(visit.work, visit.who, step.invite_id, text, day=day, now=visit.now)
    except errors.NotFound as refusal:  # used or expired meanwhile: nobody is asked for its proof any more
        await dialogues.end(visit)
        _refused(visit, refusal)
        return
    match answered:
        case invites.WrongAnswer(tries_left=left):
            if not left:
                await dialogues.end(visit)
            visit.say(visit.text("invite.wrong", count=left), *_way_out(visit))
        case invites.Confirmed() as confirmed:
            await _confirmed(visit, confirmed)
        case other:
            assert_never(other)


async def repeat(visit: Visit) -> None:
    """Ask for the proof."""
    visit.say(visit.text("prompt.proof"), *_way_out(visit), no_thanks(visit))


async def declined(visit: Visit, _rest: str) -> None:
    """Take a no to a link or a poster: nothing more comes of it, and the clinic of the link sees it."""
    step = await dialogues.load(visit)
    if not isinstance(step, dialogues.Link | dialogues.Proof | dialogues.Wall | dialogues.Called):
        visit.toasts("toast.stale")
        return
    await dialogues.end(visit)
    try:
        if isinstance(step, dialogues.Link):
            await invites.decline(visit.work, visit.who, token=step.token, now=visit.now)
        elif isinstance(step, dialogues.Proof):
            await invites.decline(visit.work, visit.who, invite_id=step.invite_id, now=visit.now)
    except errors.NotFound as refusal:
        _refused(visit, refusal)
        return
    visit.turn(visit.text("invite.declined"))


def no_thanks(visit: Visit) -> reply.Button:
    """Return the button that says no."""
    return visit.button("no-thanks", buttons.data(Tapped.DECLINE))


async def _confirmed(visit: Visit, confirmed: invites.Confirmed) -> None:
    visit.say(visit.text("invite.confirmed", first_name=confirmed.patient_name.split(" ")[0]))
    await timeline_screen.show(visit)
    await expect_screen.show(visit, treatment_id=confirmed.timeline.treatment.id)
    await dialogues.save(visit, dialogues.Place(then_hour=True))
    html, rows = zone_dialogue.check(visit, confirmed.timeline.treatment.patient_zone)
    visit.say(html, *rows)


def _refused(visit: Visit, refusal: errors.NotFound) -> None:
    visit.say(visit.text(refusal.key, **refusal.values), *_way_out(visit))


def _way_out(visit: Visit) -> list[reply.Row]:
    return [visit.button("by-myself", buttons.data(Tapped.SESSION))]


def _may_be_code(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) == invites.CODE


def _day(found: reading.Read) -> date | None:
    if isinstance(found.value, datetime):
        return found.value.date()
    return found.value
