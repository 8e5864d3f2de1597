"""Commands for whoever looks after what was sent: explain, attention, retry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reminderbot import app
from reminderbot.cli import inside, printed, telling
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from reminderbot.services import attention as attentions
    from reminderbot.services import stories

OPERATOR = access.Operator()
SHOWN = 100  # reminders that a terminal gets; --json writes all
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
_NUMBERED = ("update", "message")


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.command()(explain)
    commands.command()(attention)
    commands.command()(retry)


def explain(
    reminder: Annotated[str, typer.Argument(help="The reminder's id, or at least its first six digits.")],
    as_json: Json = False,
) -> None:
    """Tell the whole story of one reminder: planned, moved, tried, ended; what it waits for; where it is shown."""
    from reminderbot.services import stories

    async def ask(house: app.House) -> stories.Story:
        async with house.store.reading() as visit:
            return await stories.tell(visit, OPERATOR, reminder, now=house.clock.now())

    told = inside.house(ask)
    typer.echo(printed.as_json(_story(told), indent=2) if as_json else _written(told))


def attention(
    clinic: Annotated[str | None, typer.Option(help="Only this clinic, by its name or id.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back, in days.")] = 30,
    as_json: Json = False,
) -> None:
    """List what needs a person: reminders in trouble, parked updates and messages, how many worries are open."""
    from reminderbot.services import attention as attentions
    from reminderbot.services import clinics

    async def ask(house: app.House) -> attentions.Attention:
        async with house.store.reading() as visit:
            chosen = await clinics.find(visit, OPERATOR, clinic) if clinic is not None else None
            return await attentions.list_(
                visit,
                OPERATOR,
                now=house.clock.now(),
                back=timedelta(days=days),
                clinic_id=chosen.id if chosen else None,
            )

    found = inside.house(ask)
    typer.echo(printed.as_json(_attention(found), indent=2) if as_json else _listed(found, days))


def retry(
    what: Annotated[str, typer.Argument(help="A reminder's id (six digits are enough), update:N or message:N.")],
) -> None:
    """Put back what was parked, or waits for review, once its cause is mended."""
    from reminderbot.services import attention as attentions

    kind, _, number = what.partition(":")
    if number and (kind not in _NUMBERED or not _is_number(number)):
        raise typer.BadParameter(f"{what!r} is neither a reminder's id nor update:N nor message:N with a number N")

    async def ask(house: app.House) -> str:
        async with house.store.writing() as visit:
            if not number:
                return await attentions.retry(visit, OPERATOR, what, now=house.clock.now())
            back = attentions.retry_update if kind == "update" else attentions.retry_message
            await back(visit, OPERATOR, int(number))
            return what

    typer.echo(f"Put back: {inside.house(ask)}. A running bot takes it at once.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18  # a BIGINT holds 18 digits of any kind


def _written(told: stories.Story) -> str:
    subject = told.subject
    head = f"Reminder {subject.id}: step {subject.step_key} of treatment {subject.treatment_id}"
    chain = [f"  {telling.moment(each.at, subject.zone)}  {telling.line(each, subject.zone)}" for each in told.chain]
    foot = (
        f"Now:    {telling.stands(told)}",
        f"Next:   {telling.comes_next(told)}",
        f"Shown:  {telling.shown(told)}",
    )
    return "\n".join((head, f"Times are those of {subject.zone}.", "", *chain, "", *foot))


def _story(told: stories.Story) -> dict[str, Any]:
    subject = told.subject
    return {
        "id": subject.id,
        "clinic": subject.clinic_id,
        "treatment": subject.treatment_id,
        "step": subject.step_key,
        "round": subject.round,
        "state": subject.state,
        "reason": subject.reason,
        "zone": subject.zone,
        "due": _utc(subject.due_at),
        "useful_until": _utc(subject.useful_until),
        "attempts": subject.attempts,
        "resends": subject.resends,
        "budget": subject.budget,
        "chain": [_line(each, subject.zone) for each in told.chain],
        "waits": [{"for": each.what, "until": _utc(each.until)} for each in told.waits],
        "now": telling.stands(told),
        "next": telling.comes_next(told),
        "shown": telling.shown(told),
    }


def _line(of: stories.Line, zone: str) -> dict[str, Any]:
    return {
        "at": _utc(of.at),
        "local": app.local(of.at, zone).replace(tzinfo=None).isoformat(timespec="seconds"),
        "kind": of.kind,
        "reason": of.reason,
        "attempt": of.number,
        "due_before": _utc(of.due_before),
        "due_after": _utc(of.due_after),
        "words": telling.line(of, zone),
    }


def _listed(found: attentions.Attention, days: int) -> str:
    lines = [
        f"{each.id}  {each.state.upper():11}  since {each.since:%Y-%m-%d %H:%M}Z  session {each.day}  "
        f"{each.step_key:10}  {each.clinic_name or '(no clinic)'}"
        for each in found.reminders[:SHOWN]
    ]
    if len(found.reminders) > SHOWN:
        lines.append(f"… and {len(found.reminders) - SHOWN} more; --json writes all.")
    lines += [
        f"update:{each.id}  PARKED since {each.parked_at:%Y-%m-%d %H:%M}Z after {each.tries} tries  [{each.fault}]"
        for each in found.updates
    ]
    lines += [f"message:{each.id}  PARKED  {each.kind} of {each.created_at:%Y-%m-%d %H:%M}Z" for each in found.messages]
    if found.worries:
        lines.append(f"{found.worries} open worries; `reminderbot worries` lists them.")
    if not lines:
        return f"Nothing of the last {days} days needs a look."
    if found.reminders:
        lines.append("`reminderbot explain ID` tells a story; `reminderbot retry ID` puts what is parked back.")
    return "\n".join(lines)


def _attention(found: attentions.Attention) -> dict[str, Any]:
    return {
        "reminders": [
            {
                "id": each.id,
                "state": each.state,
                "reason": each.reason,
                "since": _utc(each.since),
                "due": _utc(each.due_at),
                "clinic": each.clinic_id,
                "clinic_name": each.clinic_name,
                "treatment": each.treatment_id,
                "session": each.day.isoformat(),
                "step": each.step_key,
            }
            for each in found.reminders
        ],
        "updates": [
            {
                "id": each.id,
                "received_at": _utc(each.received_at),
                "parked_at": _utc(each.parked_at),
                "tries": each.tries,
                "fault": each.fault,
            }
            for each in found.updates
        ],
        "messages": [
            {"id": each.id, "kind": each.kind, "created_at": _utc(each.created_at)} for each in found.messages
        ],
        "open_worries": found.worries,
    }


def _utc(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()
