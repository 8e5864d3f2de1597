"""What a session would bring, shown whole before anything is saved; and the saving of it."""

from datetime import datetime, time

from reminderbot.catalog import places
from reminderbot.chat import buttons, dialogues, expect_screen, holds, reply
from reminderbot.chat import habits as keeping
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.dialogues import Session
from reminderbot.chat.visit import Say, Visit
from reminderbot.planning import hours, life, replan
from reminderbot.services import own_titles, posters, preferences, registration, rows, treatments


async def show(visit: Visit, step: Session, say: Say) -> None:
    """Show the timeline of a new session, or what a new date does to one."""
    await (_show_move if step.moves else _show_new)(visit, step, say)


async def save(visit: Visit, step: Session) -> None:
    """Save what was shown, and say at once what matters now."""
    await dialogues.end(visit)
    await (_save_move if step.moves else _save_new)(visit, step)


async def _show_new(visit: Visit, step: Session, say: Say) -> None:
    found = await _previewed(visit, step)
    if found.saved_as:
        await dialogues.end(visit)
        say(visit.text("review.saved-already", session=_session(visit, step)), _timeline(visit))
        return
    parts = [visit.text("review.head", session=_session(visit, step), city=places.city(step.zone, visit.language))]
    if found.wall is hours.Kind.SKIPPED:
        starts = hours.to_local(found.starts_at, step.zone)
        parts.append(visit.text("review.skipped", time_typed=step.at, clock=visit.clock(starts)))
    titles = await _titles(visit, found)
    parts.append("\n".join(rows.slot(visit, each, step.zone, titles.get(each.step.key, "")) for each in found.slots))
    for other in found.beside:
        parts.append(visit.text("review.beside", session=rows.session(visit, other)))
    held, _ = await holds.line(visit)
    say("\n\n".join([*parts, *filter(None, [held]), visit.text("review.nothing-saved")]), *_rows(visit))


async def _show_move(visit: Visit, step: Session, say: Say) -> None:
    view = await treatments.get(visit.work, visit.who, step.moves)
    changes = await treatments.preview_move(
        visit.work, visit.who, step.moves, day=step.date, at=step.time, now=visit.now
    )
    head = visit.text("review.move", session_old=rows.session(visit, view), session=_session(visit, step))
    coming = [
        c.slot for c in changes if c.slot.state is life.State.PLANNED and c.kind is not replan.ChangeKind.KEPT_SENT
    ]
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    lines = "\n".join(
        rows.slot(visit, slot, view.patient_zone, titles.get((view.id, slot.step.key), "")) for slot in coming
    )
    held, _ = await holds.line(visit)
    parts = [head, "\n".join(_counts(visit, changes)), lines, held, visit.text("review.nothing-moved")]
    say("\n\n".join(part for part in parts if part), *_rows(visit, save="save-move"))


async def _titles(visit: Visit, found: registration.Preview) -> dict[str, str]:
    """Return what the steps of a clinic's own plan are called; of a new treatment every edition is in reach."""
    return await own_titles.of_plan(
        visit.work,
        found.plan,
        found.whose,
        catalog=visit.catalog,
        language=visit.language,
        booked_at=visit.now,
    )


def _counts(visit: Visit, changes: list[replan.Change]) -> list[str]:
    counted = replan.summary(changes)
    told = {
        "moves": counted.moves,
        "returns": counted.returns + counted.added,
        "stays": counted.stays,
        "kept-sent": counted.kept_sent,
        "dropped": counted.dropped,
    }
    return [visit.text(f"count.{what}", count=count) for what, count in told.items() if count]


async def _save_new(visit: Visit, step: Session) -> None:
    first = not await treatments.of_chat(visit.work, visit.who)
    draft = await _drafted(visit, step)
    saved = await _registered(visit, step, draft)
    key = "done.saved" if saved.is_new else "review.saved-already"
    visit.turn(visit.text(key, session=_session(visit, step)), _timeline(visit))
    await expect_screen.show(visit, treatment_id=saved.treatment_id)
    if step.poster:
        wall = await posters.wall(visit.work, step.poster)
        visit.say(visit.text("poster.saved", clinic_name=wall.clinic_name))
    elif first and not (await visit.habits()).treated_by:
        await _ask_phone(visit)


async def _save_move(visit: Visit, step: Session) -> None:
    moved = await treatments.move(
        visit.work, visit.who, step.moves, day=step.date, at=step.time, now=visit.now, version=step.version
    )
    visit.turn(visit.text("done.moved", session=rows.session(visit, moved.treatment)), _timeline(visit))
    await expect_screen.show(visit, treatment_id=step.moves)


async def _ask_phone(visit: Visit) -> None:
    await dialogues.save(visit, dialogues.Phone())
    visit.say(visit.text("prompt.phone-first"), visit.button("skip", buttons.data(Tapped.PHONE, "skip")))


async def _previewed(visit: Visit, step: Session) -> registration.Preview:
    """Look ahead with the zone and the hour of this dialogue, and undo it: nothing is kept before Save."""
    async with visit.work.connection.begin_nested() as undone:
        draft = await _drafted(visit, step)
        found = await registration.preview(visit.work, visit.who, draft, catalog=visit.catalog, now=visit.now)
        await undone.rollback()
    return found


async def _registered(visit: Visit, step: Session, draft: registration.Draft) -> registration.Registered:
    if not step.poster:
        return await registration.register(visit.work, visit.who, draft, catalog=visit.catalog, now=visit.now)
    return await posters.register(visit.work, visit.who, step.poster, draft, catalog=visit.catalog, now=visit.now)


async def _drafted(visit: Visit, step: Session) -> registration.Draft:
    """Keep what the dialogue has asked of the person, and return the session as the services take it."""
    if not step.poster:
        await _keep_habits(visit, step)
        return await _draft(visit, step)
    patient_id = await posters.patient(visit.work, visit.who, step.poster, step.called, now=visit.now)
    await _keep_habits(visit, step)
    wall = await posters.wall(visit.work, step.poster)
    return registration.Draft(step.date, step.time, step.zone, patient_id=patient_id, plan_key=wall.plan_key)


async def _keep_habits(visit: Visit, step: Session) -> None:
    habits = await visit.habits()
    if habits.zone != step.zone and not step.poster:  # of a poster's session the zone is the clinic's
        await preferences.set_zone(visit.work, visit.who, step.zone, now=visit.now)
    if f"{habits.morning:%H:%M}" != step.hour:
        await keeping.keep_morning(visit, time.fromisoformat(step.hour))


async def _draft(visit: Visit, step: Session) -> registration.Draft:
    """Return the session as the services take it: of the one patient of this chat, else of the chat's own."""
    patients = {view.patient_id for view in await treatments.of_chat(visit.work, visit.who)}
    only = patients.pop() if len(patients) == 1 else None
    return registration.Draft(day=step.date, at=step.time, zone=step.zone, patient_id=only)


def _session(visit: Visit, step: Session) -> str:
    return visit.day_and_clock(datetime.combine(step.date, step.time), zone=step.zone)


def _timeline(visit: Visit) -> reply.Button:
    return visit.button("timeline", buttons.data(Tapped.TIMELINE))


def _rows(visit: Visit, save: str = "save") -> list[reply.Row]:
    return [
        visit.button(save, buttons.data(Tapped.SAVE)),
        visit.button("other-date", buttons.data(Tapped.AGAIN)),
        visit.button("cancel", buttons.data(Tapped.CANCEL)),
    ]
