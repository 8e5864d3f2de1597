"""What is stored, for how long, what Telegram can see, and how all of it is erased."""

from reminderbot.chat import buttons
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import clinic_words, mydata_page, privacy
from reminderbot.store import outbox


async def show(visit: Visit, _rest: str = "") -> None:
    """Say what is stored about this chat, figure by figure."""
    stored = await privacy.stored(visit.work, visit.who)
    parts = [visit.text("privacy.what")]
    parts += [mydata_page.patient(visit, each) for each in stored.patients]
    parts += [_clinic(visit, each) for each in await clinic_words.privacy(visit.work, visit.who, visit.language)]
    parts.append(visit.text("privacy.how"))
    copy = [visit.button("my-data", buttons.data(Tapped.MY_DATA))] if stored.patients else []
    forget = visit.button("forget", buttons.data(Tapped.FORGET))
    agree = [] if stored.consented_at else [visit.button("agree", buttons.data(Tapped.AGREE))]
    visit.say("\n\n".join(parts), *agree, *copy, forget)


async def forget(visit: Visit, rest: str = "") -> None:
    """Ask once, then erase."""
    if rest == "yes":
        await _erase(visit)
    else:
        yes = visit.button("forget-yes", buttons.data(Tapped.FORGET, "yes"))
        visit.say(visit.text("prompt.forget"), yes, visit.button("keep", buttons.data(Tapped.KEEP)))


async def _erase(visit: Visit) -> None:
    """Say farewell and erase. The words are owed first: afterwards nobody can read the chat's number any more."""
    stored = await privacy.stored(visit.work, visit.who)
    names = dict.fromkeys(name for each in stored.patients for name in each.clinic_names)
    sessions = sum(each.treatments for each in stored.patients)
    visit.turn(visit.text("done.forgotten", clinic_name=", ".join(names), sessions=sessions))
    await visit.owe(outbox.Kind.FAREWELL)
    visit.tap = None
    await privacy.erase(visit.work, visit.who, now=visit.now)


def _clinic(visit: Visit, said: clinic_words.Privacy) -> str:
    """What a clinic says of its own, and for how long it keeps what it knows."""
    days = said.retention_days or 0
    return visit.text("privacy.clinic", clinic_name=said.clinic_name, words=said.words, count=days)
