"""Forgets what serves nobody any more: codes, links and sign-ins that are over, counts, what a chat has asked last."""

from datetime import datetime

from sqlalchemy import delete, or_, select

from reminderbot.store import tables
from reminderbot.store.work import Work


async def forget_codes(work: Work, *, before: datetime) -> None:
    """Forget the codes that nobody has claimed by, and whose time was over before an instant of the product's."""
    c = tables.claims.c
    await work.run(delete(tables.claims).where(c.used_at.is_(None), c.expires_at < before))


async def forget_asked(work: Work, *, before: datetime) -> None:
    """Forget what chats have asked last before an instant of the product's."""
    await work.run(delete(tables.asked).where(tables.asked.c.at < before))


async def forget_sign_ins(work: Work, *, before: datetime) -> None:
    """Forget the sign-ins and the staff's links that were over before an instant of the machine's."""
    s, k = tables.sign_ins.c, tables.staff_links.c
    await work.run(delete(tables.sign_ins).where(or_(s.ended_at < before, s.ends_at < before)))
    await work.run(delete(tables.staff_links).where(or_(k.used_at < before, k.expires_at < before)))


async def forget_counts(work: Work, *, before: datetime) -> None:
    """Forget what was last tried before an instant of the machine's, but for what somebody is trying just now."""
    t = tables.throttles.c
    idle = select(t.id).where(t.last_at < before).with_for_update(skip_locked=True)
    await work.run(delete(tables.throttles).where(t.id.in_(idle)))
