"""Joining a clinic after registering alone: a code to read out there, and the way back out of it."""

from reminderbot import errors
from reminderbot.chat import buttons, reply, worry
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import claims, contact


async def show(visit: Visit, rest: str = "") -> None:
    """Say what a clinic would see, and offer the code; whoever has a clinic is told which."""
    if rest == "code" and visit.tap:
        await _code(visit)
    elif await claims.claimable(visit.work, visit.who):
        yes = visit.button("clinic-code", buttons.data(Tapped.CLINIC, "code"))
        visit.say(visit.text("claim.what"), yes, visit.button("keep", buttons.data(Tapped.KEEP)))
    else:
        await _already(visit)


async def not_mine(visit: Visit, rest: str) -> None:
    """Show the way to a person, and the way out of the clinic that has claimed somebody here."""
    found = await claims.claimer(visit.work, visit.who, now=visit.now)
    if found is None:
        visit.toasts("toast.stale")
    elif rest == "leave":
        name = await claims.undo(visit.work, visit.who, now=visit.now)
        visit.turn(visit.text("claim.left", clinic_name=name), _timeline(visit))
    else:
        html = visit.text("claim.wrong", clinic_name=found.clinic_name)
        leave = visit.button("leave-clinic", buttons.data(Tapped.NOT_MINE, "leave"))
        person = visit.button("person", buttons.data(Tapped.WORRY))
        keep = visit.button("keep", buttons.data(Tapped.KEEP))
        visit.say(f"{html.strip()}\n\n{worry.way(visit, found)}", leave, person, keep)


async def _code(visit: Visit) -> None:
    made = await claims.begin(visit.work, visit.who, now=visit.now)
    until = visit.clock(visit.local((await visit.habits()).zone) + claims.LIFE)
    visit.turn(visit.text("claim.code", code=made.code, clock=until))


async def _already(visit: Visit) -> None:
    to = await contact.of(visit.work, visit.who, now=visit.now)
    if not to.clinic_name:
        raise errors.NotFound("refusal.no_session")
    claimed = await claims.claimer(visit.work, visit.who, now=visit.now)
    wrong = [visit.button("not-mine", buttons.data(Tapped.NOT_MINE))] if claimed else []
    person = visit.button("person", buttons.data(Tapped.WORRY))
    visit.say(visit.text("claim.already", clinic_name=to.clinic_name, clinic_phone=to.phone), person, *wrong)


def _timeline(visit: Visit) -> reply.Button:
    return visit.button("timeline", buttons.data(Tapped.TIMELINE))
