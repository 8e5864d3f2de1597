"""Alerts: what the staff of a clinic is told in Telegram at once, owed in the transaction of its cause."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, worries
from reminderbot.store import alerting, cases, colleagues, outbox
from reminderbot.store import work as works

TAKE: Final = "take"
"""What the button "I take it" sends back, before a colon and the case; `chat.buttons` names the same."""

SAID: Final = 1000  # characters of a patient's words that go into an alert
USEFUL: Final = timedelta(hours=12)


@dataclasses.dataclass(frozen=True)
class Means:
    """What alerts are made of: the console's words, and where people reach it ("" where they cannot)."""

    words: catalogs.Catalog
    address: str


async def worried(work: works.Work, means: Means, kept: worries.Raised, *, machine_now: datetime) -> None:
    """Tell whoever is on alert of a worry that was raised, and again of words that are added to it later.

    Once somebody has taken it, words that are added go to them alone.
    """
    if kept.worry_id is None or not (kept.is_new or kept.words):
        return
    row = await cases.raised(work, cases.Kind.WORRY, kept.worry_id)
    clinic = await alerting.clinic(work, row.clinic_id) if row else None
    if row is None or clinic is None:
        return
    for to in await _hearers(work, row):
        may_read = clinic.alert_words and _may_read(to)
        if kept.is_new or may_read:
            text = await _worry(work, means, row, clinic, to, said=kept.words if may_read else "")
            await _tell(work, means, to, text, row, machine_now)


async def late(
    work: works.Work, means: Means, row: cases.CaseRow, clinic: alerting.ClinicFacts, *, machine_now: datetime
) -> None:
    """Tell the next person on alert that nobody has taken a case; `row` counts how often it was passed on."""
    people = await colleagues.listeners(work, clinic.id)
    if not people:
        return
    to = people[row.escalations % len(people)]
    key = "console.alerts.late-worry" if row.kind is cases.Kind.WORRY else "console.alerts.late-letter"
    name = await cases.patient_name(work, row) if clinic.alert_words else ""
    text = means.words.say(to.language, key, clinic_name=clinic.name, patient_name=name, case_link=_link(means, row.id))
    await _tell(work, means, to, text, row, machine_now)


async def handed(work: works.Work, means: Means, who: access.Staff, case_id: str, *, machine_now: datetime) -> None:
    """Tell a colleague that a case was handed to them."""
    row = await cases.get(work, who.clinic_id, case_id)
    to = await colleagues.listener(work, row.owner_id, who.clinic_id) if row and row.owner_id else None
    clinic = await alerting.clinic(work, who.clinic_id)
    if row is None or to is None or clinic is None or to.staff_id == who.staff_id:
        return
    by = (await colleagues.names(work, [who.staff_id])).get(who.staff_id, "")
    link = _link(means, row.id)
    text = means.words.say(to.language, "console.alerts.handed", staff_name=by, clinic_name=clinic.name, case_link=link)
    await _tell(work, means, to, text, row, machine_now, may_take=row.acknowledged_at is None)


async def digest(
    work: works.Work,
    means: Means,
    clinic: alerting.ClinicFacts,
    lines: Sequence[tuple[str, int]],
    *,
    machine_now: datetime,
) -> None:
    """Tell admins and clinicians on alert what the day begins with: of each line its text and its figure."""
    for to in await colleagues.listeners(work, clinic.id):
        if _may_read(to):
            said = [means.words.say(to.language, f"console.alerts.{key}", count=count) for key, count in lines]
            head = means.words.say(to.language, "console.alerts.digest", clinic_name=clinic.name)
            link = [f"{means.address}/console/today"] if means.address else []
            await owe(work, to, "\n".join([head, *said, *link]), machine_now=machine_now)


async def owe(
    work: works.Work, to: colleagues.Listener, html: str, *, machine_now: datetime, markup: dict[str, Any] | None = None
) -> None:
    """Owe one message to a colleague's chat."""
    params: dict[str, Any] = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    await outbox.owe(
        work,
        bot_id=to.bot_id,
        organisation_id=to.organisation_id,
        chat_id=to.chat_id,
        kind=outbox.Kind.ALERT,
        method="sendMessage",
        params=params | ({"reply_markup": markup} if markup else {}),
        now=machine_now,
        useful_for=USEFUL,
    )


async def _hearers(work: works.Work, row: cases.CaseRow) -> list[colleagues.Listener]:
    people = await colleagues.listeners(work, row.clinic_id)
    if row.acknowledged_at is None:
        return people
    return [to for to in people if to.staff_id == row.owner_id] or people


async def _worry(
    work: works.Work,
    means: Means,
    row: cases.CaseRow,
    clinic: alerting.ClinicFacts,
    to: colleagues.Listener,
    *,
    said: str,
) -> str:
    link = _link(means, row.id)
    if not clinic.alert_words:
        return means.words.say(to.language, "console.alerts.worry-plain", clinic_name=clinic.name, case_link=link)
    name = await cases.patient_name(work, row)
    return means.words.say(
        to.language,
        "console.alerts.worry",
        clinic_name=clinic.name,
        patient_name=name,
        said=said[:SAID],
        case_link=link,
    )


async def _tell(
    work: works.Work,
    means: Means,
    to: colleagues.Listener,
    html: str,
    row: cases.CaseRow,
    machine_now: datetime,
    *,
    may_take: bool = True,
) -> None:
    label = means.words.say_plain(to.language, "console.alerts.take")
    keys = {"inline_keyboard": [[{"text": label, "callback_data": f"{TAKE}:{row.id}"}]]}
    is_free = row.acknowledged_at is None and may_take
    await owe(work, to, html, machine_now=machine_now, markup=keys if is_free else None)


def _may_read(to: colleagues.Listener) -> bool:
    """Tell whether a colleague's role lets them read what patients write."""
    return access.Right.SEE_WORDS in access.RIGHTS[access.Role(to.role)]


def _link(means: Means, case_id: str) -> str:
    return f"{means.address}/console/cases/{case_id}" if means.address else ""
