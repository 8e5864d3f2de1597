"""All messages of a session: sent, coming, not sent and why; the next one; and what can be done about a session."""

from reminderbot.chat import buttons, reply, rows
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import treatments

MOST = 4
"""Sessions shown; one message each, the latest first."""

LONGEST = 4096
"""Characters of a message: a list that notes make longer is shown without them; each message has its own."""

BOOKED = "booked"


async def show(visit: Visit) -> None:
    """Show every session with its messages, each in a message of its own."""
    found = await treatments.timeline(visit.work, visit.who, now=visit.now)
    if not found:
        visit.say(visit.text("timeline.none"), visit.button("session", buttons.data(Tapped.SESSION)))
    names = len({each.treatment.patient_id for each in found}) > 1
    for each in found[:MOST]:
        visit.say(_text(visit, each, names=names), *_rows(visit, each.treatment), protect=True)


async def show_next(visit: Visit) -> None:
    """Show the message that comes next."""
    visit.say(await next_text(visit), visit.button("timeline", buttons.data(Tapped.TIMELINE)))


async def next_text(visit: Visit) -> str:
    """Return what comes next and when, or that nothing does."""
    found = await treatments.next_up(visit.work, visit.who, now=visit.now)
    if found is None:
        return visit.text("next.none")
    zone = found.treatment.patient_zone
    moment = visit.moment(found.reminder.local.replace(tzinfo=None), zone=zone)
    views = await treatments.of_chat(visit.work, visit.who, booked_only=True)
    name = found.treatment.patient_name if len({view.patient_id for view in views}) > 1 else ""
    title = rows.title(visit, found.reminder.step_key)
    session = rows.session(visit, found.treatment)
    return visit.text("next.one", moment=moment, title=title, session=session, patient_name=name)


async def choose_move(visit: Visit) -> list[treatments.TreatmentView]:
    """Return the sessions that can be moved; with several, ask which; with none, offer to tell one."""
    views = await treatments.of_chat(visit.work, visit.who, booked_only=True)
    if not views:
        visit.say(visit.text("timeline.none"), visit.button("session", buttons.data(Tapped.SESSION)))
    elif len(views) > 1:
        keys = [_named(visit, view) for view in views]
        visit.say(visit.text("prompt.which-session"), *keys)
    return views


async def drop(visit: Visit, treatment_id: str) -> None:
    """Ask whether a session will really not take place."""
    view = await treatments.get(visit.work, visit.who, treatment_id)
    yes = visit.button("drop-yes", buttons.data(Tapped.DROPPED, view.id))
    visit.say(visit.text("prompt.drop", session=rows.session(visit, view)), yes, _keep(visit))


async def dropped(visit: Visit, treatment_id: str) -> None:
    """End a session that will not take place."""
    ended = await treatments.cancel(visit.work, visit.who, treatment_id, now=visit.now)
    session = rows.session(visit, ended.treatment)
    html = visit.text("done.dropped", session=session, on_the_way=ended.on_the_way)
    visit.turn(html, visit.button("session", buttons.data(Tapped.SESSION)))


def _keep(visit: Visit) -> reply.Button:
    return visit.button("keep", buttons.data(Tapped.KEEP))


def _named(visit: Visit, view: treatments.TreatmentView) -> reply.Button:
    name = f"{view.patient_name} · " if view.patient_name else ""
    return reply.Button(f"{name}{rows.session(visit, view)}", buttons.data(Tapped.MOVE, view.id))


def _text(visit: Visit, of: treatments.TreatmentTimeline, *, names: bool) -> str:
    view = of.treatment
    head = visit.text(
        "timeline.head" if view.state == BOOKED else "timeline.head-cancelled",
        session=rows.session(visit, view),
        patient_name=view.patient_name if names else "",
        clinic_name=view.clinic_name,
    )
    text = _listed(visit, head, of, notes=True)
    return text if len(visit.catalog.plain(text)) <= LONGEST else _listed(visit, head, of, notes=False)


def _listed(visit: Visit, head: str, of: treatments.TreatmentTimeline, *, notes: bool) -> str:
    lines = []
    for row in of.rows:
        lines.append(rows.reminder(visit, row, of.treatment.patient_zone))
        if notes and row.note:
            lines.append(visit.text("row.note", note=row.note, clinic_name=of.treatment.clinic_name))
    return "\n".join([head, "", *lines]).strip()


def _rows(visit: Visit, view: treatments.TreatmentView) -> list[reply.Row]:
    if view.state != BOOKED:
        return [visit.button("session", buttons.data(Tapped.SESSION))]
    return [
        visit.button("expect", buttons.data(Tapped.EXPECT)),
        visit.button("move", buttons.data(Tapped.MOVE, view.id)),
        visit.button("drop", buttons.data(Tapped.DROP, view.id)),
    ]
