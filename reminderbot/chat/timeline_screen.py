"""All messages of a session: sent, coming, not sent and why; the next one; and what can be done about a session."""

from reminderbot import errors
from reminderbot.chat import buttons, holds, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import life
from reminderbot.services import own_titles, pausing, rows, treatments

MOST = 8
"""Other sessions that are offered, the latest first."""

LONGEST = 4096
"""Characters of a message: a list that notes make longer is shown without them; each message has its own."""

BOOKED = "booked"


async def show(visit: Visit, treatment_id: str = "") -> None:
    """Show a session with its messages in one message: that one, or the one whose message comes next.

    The tapped message turns into it where a button names the session; the others are a tap away.
    """
    found = await treatments.timeline(visit.work, visit.who, now=visit.now)
    if not found:
        visit.say(visit.text("timeline.none"), visit.button("session", buttons.data(Tapped.SESSION)))
        return
    each = _chosen(found, treatment_id)
    names = len({each.treatment.patient_id for each in found}) > 1
    told, ways = await holds.line(visit, each.treatment.patient_id) if each.treatment.state == BOOKED else ("", [])
    html = await _text(visit, each, names=names, told=told)
    others = [_other(visit, one.treatment, names=names) for one in found if one is not each]
    put = visit.turn if treatment_id else visit.say
    put(html, *ways, *_rows(visit, each), *others[:MOST], protect=True)


def _chosen(found: list[treatments.TreatmentTimeline], treatment_id: str) -> treatments.TreatmentTimeline:
    named = next((each for each in found if each.treatment.id == treatment_id), None)
    if treatment_id and named is None:
        raise errors.NotFound("refusal.not_found")
    ahead = [(row.due, number) for number, each in enumerate(found) for row in each.rows if row.state in life.OPEN]
    return named or found[min(ahead, default=(None, 0))[1]]


def _other(visit: Visit, view: treatments.TreatmentView, *, names: bool) -> reply.Button:
    name = f"{view.patient_name} · " if names and view.patient_name else ""
    label = visit.button("session-of", buttons.data(Tapped.TIMELINE, view.id), session=rows.session(visit, view))
    return reply.Button(f"{name}{label.label}", label.data)


async def show_next(visit: Visit) -> None:
    """Show the message that comes next."""
    told, ways = await holds.line(visit)
    html = "\n\n".join(filter(None, [told, await next_text(visit)]))
    visit.say(html, *ways, visit.button("timeline", buttons.data(Tapped.TIMELINE)))


async def next_text(visit: Visit) -> str:
    """Return what comes next and when, or that nothing does."""
    found = await treatments.next_up(visit.work, visit.who, now=visit.now)
    if found is None:
        return visit.text("next.none")
    zone = found.treatment.patient_zone
    moment = visit.moment(found.reminder.local.replace(tzinfo=None), zone=zone)
    views = await treatments.of_chat(visit.work, visit.who, booked_only=True)
    name = found.treatment.patient_name if len({view.patient_id for view in views}) > 1 else ""
    own = (await _titles(visit)).get((found.treatment.id, found.reminder.title_key), "")
    title = rows.title(visit, found.reminder.title_key, own)
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


async def _titles(visit: Visit) -> own_titles.Titles:
    return await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)


async def _text(visit: Visit, of: treatments.TreatmentTimeline, *, names: bool, told: str) -> str:
    view, titles = of.treatment, await _titles(visit)
    held = await pausing.held_back(visit.work, visit.who, now=visit.now)
    head = visit.text(
        "timeline.head" if view.state == BOOKED else "timeline.head-cancelled",
        session=rows.session(visit, view),
        patient_name=view.patient_name if names else "",
        clinic_name=view.clinic_name,
    )
    head = f"{head}\n\n{told}" if told else head
    lines = [(rows.waiting(visit, row, view, titles, held), _note(visit, row, view)) for row in of.rows]
    text = "\n".join([head, "", *(part for line in lines for part in line if part)]).strip()
    return text if len(visit.catalog.plain(text)) <= LONGEST else "\n".join([head, "", *(line for line, _ in lines)])


def _note(visit: Visit, row: treatments.ReminderView, view: treatments.TreatmentView) -> str:
    return visit.text("row.note", note=row.note, clinic_name=view.clinic_name) if row.note else ""


def _rows(visit: Visit, of: treatments.TreatmentTimeline) -> list[reply.Row]:
    view = of.treatment
    one = visit.button("one", buttons.data(Tapped.ROWS, view.id))
    if view.state != BOOKED:
        return [one, visit.button("session", buttons.data(Tapped.SESSION))]
    is_coming = any(row.state in life.OPEN for row in of.rows)
    left_out = any(row.reason is life.Reason.TODAY_ONLY and row.useful_until > visit.now for row in of.rows)
    return [
        one,
        *([visit.button("all-again", buttons.data(Tapped.ALL_AGAIN))] if left_out else []),
        *([visit.button("calendar", buttons.data(Tapped.ICS))] if is_coming else []),
        visit.button("expect", buttons.data(Tapped.EXPECT)),
        visit.button("move", buttons.data(Tapped.MOVE, view.id)),
        visit.button("drop", buttons.data(Tapped.DROP, view.id)),
    ]
