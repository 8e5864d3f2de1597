"""What to expect now: the text for the hour since the session, or for the day before it."""

from reminderbot.chat import buttons
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import expectations, values


async def show(visit: Visit, *, treatment_id: str | None = None) -> None:
    """Say what matters now, and offer a person."""
    found = await expectations.phase(visit.work, visit.who, now=visit.now, treatment_id=treatment_id)
    view = found.treatment
    filled = await values.of_chat(
        visit.work,
        visit.who,
        visit.language,
        catalog=visit.catalog,
        now=visit.now,
        treatment_id=view.id if view else None,
    )
    rows = [visit.button("worried", buttons.data(Tapped.WORRY))]
    rows += [] if view else [visit.button("session", buttons.data(Tapped.SESSION))]
    rows += [visit.button("topics", buttons.data(Tapped.TOPICS))]
    visit.say(visit.text(f"expect.{found.phase}", **filled), *rows, protect=True)
