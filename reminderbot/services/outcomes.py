"""The end of a worry: the clinic closes its case, and whoever was worried is told so, once."""

from datetime import datetime

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, cases, replying
from reminderbot.store import cases as rows
from reminderbot.store import work as works

WORRY = "worry"
"""What a tap on "I am worried" sends back; `chat.buttons` knows the same."""


async def close(
    work: works.Work,
    who: access.Staff,
    case_id: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    machine_now: datetime,
) -> None:
    """Close a case as `cases.close` does; of a worry the patient is told. Closed before, nothing is said again."""
    before = await rows.get(work, who.clinic_id, case_id)
    await cases.close(work, who, case_id, now=now)
    if before is not None and before.kind is cases.Kind.WORRY and before.closed_at is None:
        await _tell(work, catalog, before, now=now, machine_now=machine_now)


async def _tell(
    work: works.Work, catalog: catalogs.Catalog, row: rows.CaseRow, *, now: datetime, machine_now: datetime
) -> None:
    """Owe the word of it to the patient's chat; one that is gone or blocks us hears nothing."""
    to = await replying.listener(work, catalog, row)
    if to is None:
        return
    local, today = hours.to_local(row.raised_at, to.clinic.zone), hours.to_local(now, to.clinic.zone).date()
    html = to.said.say(
        to.chat.language,
        "worry.closed-by-clinic",
        clinic_name=to.clinic.name,
        clinic_phone=to.clinic.phone,
        moment=to.said.moment(to.chat.language, local.replace(tzinfo=None), today=today),
    )
    button = {"text": to.said.say_plain(to.chat.language, "button.worried"), "callback_data": WORRY}
    await replying.owe(work, row, to, html, machine_now=machine_now, button=button)
