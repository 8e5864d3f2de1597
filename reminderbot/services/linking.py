"""How somebody of the staff links a chat of their own: by a one-time link, and out again."""

import dataclasses
import io
import secrets
from datetime import datetime, timedelta

import segno

from reminderbot.services import access, audit, handover
from reminderbot.store import bots, colleagues, staff_links
from reminderbot.store import work as works

PREFIX = "s-"
"""What a link of the staff begins with after `?start=`; an invite's token never does by more than chance."""

LIFE = timedelta(hours=1)
"""How long a link may be used, by the machine's clock."""

Standing = colleagues.Linked


@dataclasses.dataclass(frozen=True)
class Link:
    """A new link, shown once: its address, what to type instead, and its QR code as SVG."""

    address: str = dataclasses.field(repr=False)
    typed: str = dataclasses.field(repr=False)
    picture: str = dataclasses.field(repr=False)


async def standing(work: works.Work, who: access.Staff) -> Standing:
    """Return whether a chat is linked, and whether it hears alerts."""
    return await colleagues.standing(work, who.staff_id)


async def make(work: works.Work, who: access.Staff, *, bot_id: int, machine_now: datetime) -> Link:
    """Make a link to a chat; those made before are dead."""
    token = secrets.token_urlsafe(32)
    await staff_links.end_chats(work, who.staff_id, now=machine_now)
    await staff_links.add(
        work,
        token=token,
        purpose=staff_links.Purpose.TELEGRAM,
        staff_id=who.staff_id,
        organisation_id=who.organisation_id,
        now=machine_now,
        expires_at=machine_now + LIFE,
    )
    address = handover.link(await bots.username(work, bot_id) or "", PREFIX + token)
    await audit.note(work, who, "alerts.link-made")
    return Link(address, f"/start {PREFIX}{token}", _picture(address))


async def linked(work: works.Work, chat: access.Person, token: str, *, machine_now: datetime) -> bool:
    """Let the alerts of a link's owner go to the chat; False for a link that is unknown, used or expired."""
    staff_id = await staff_links.used_by_chat(work, token, now=machine_now)
    if staff_id is None:
        return False
    await colleagues.set_chat(work, staff_id, chat.chat_id)
    return True


async def unlink(work: works.Work, who: access.Staff) -> None:
    """Let no chat hear alerts for somebody."""
    await colleagues.set_chat(work, who.staff_id, None)
    await audit.note(work, who, "alerts.unlinked")


async def set_on_alert(work: works.Work, who: access.Staff, *, is_on: bool) -> None:
    """Let somebody hear alerts, or rest from them."""
    await colleagues.set_on_alert(work, who.staff_id, is_on)
    await audit.note(work, who, "alerts.on" if is_on else "alerts.off")


def _picture(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, lineclass=None, svgclass=None
    )
    return drawn.getvalue().decode()
