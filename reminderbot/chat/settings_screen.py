"""What a person prefers, shown and changed: hour, quiet hours, zone, language, phone, reads."""

from reminderbot.catalog import places
from reminderbot.chat import buttons, dialogues, holds, hours_dialogue, reply, session_prompts, zone_dialogue
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.services import claims, preferences, stopping


async def show(visit: Visit, _rest: str = "") -> None:
    """Show all that can be set, with a button for each."""
    found = await visit.habits()
    html = visit.text(
        "settings.now",
        clock=visit.catalog.clock(visit.language, found.morning),
        quiet=hours_dialogue.quiet_words(visit, found.quiet),
        city=places.city(found.zone, visit.language) if found.zone else "",
        language_name=visit.catalog.language(visit.language).name,
        clinic_phone=found.treated_by or "",
        wants_reads=found.wants_reads,
    )
    wanted = ["hour", "quiet", "zone", "language", "phone"]
    rows: list[reply.Row] = [visit.button(f"set-{what}", buttons.data(Tapped.SET, what)) for what in wanted]
    rows.append(visit.button("no-reads" if found.wants_reads else "want-reads", _reads(not found.wants_reads)))
    if await claims.claimable(visit.work, visit.who):
        rows.append(visit.button("clinic", buttons.data(Tapped.CLINIC)))
    rows.append(visit.button("privacy", buttons.data(Tapped.PRIVACY)))
    html, ways = await holds.below(visit, html)
    if not await stopping.is_stopped(visit.work, visit.who):
        ways += [visit.button("less", buttons.data(Tapped.LESS)), visit.button("stop", buttons.data(Tapped.STOP))]
    visit.say(html, *rows, *ways)


async def ask(visit: Visit, what: str, *, is_first: bool = False) -> None:
    """Ask for the new value of one setting; for the hour `is_first` where none was chosen yet."""
    match what:
        case "hour":
            await dialogues.save(visit, dialogues.Hour(is_first=is_first))
            visit.say(visit.text("prompt.hour"), *session_prompts.morning_rows(visit), _keep(visit))
        case "quiet":
            await dialogues.save(visit, dialogues.Quiet())
            visit.say(visit.text("prompt.quiet"), *hours_dialogue.quiet_rows(visit), _keep(visit))
        case "zone":
            await ask_zone(visit)
        case "language":
            await ask_language(visit)
        case "phone":
            await dialogues.save(visit, dialogues.Phone())
            none = visit.button("no-phone", buttons.data(Tapped.PHONE, "none"))
            visit.say(visit.text("prompt.phone"), none, _keep(visit))
        case _:
            visit.toasts("toast.stale")


async def ask_zone(visit: Visit, *, then_hour: bool = False) -> None:
    """Ask "It is 14:05 for you now, right?"; with `then_hour` the morning hour comes next."""
    await dialogues.save(visit, dialogues.Place(then_hour))
    html, rows = zone_dialogue.question(visit, (await visit.habits()).zone)
    visit.say(html, *rows, _keep(visit))


async def ask_language(visit: Visit, _rest: str = "") -> None:
    """Ask for the language, each named in itself."""
    names = {code: visit.catalog.language(code).name for code in visit.catalog.languages}
    keys = [reply.Button(name, buttons.data(Tapped.LANGUAGE, code)) for code, name in names.items()]
    visit.say(visit.text("prompt.language"), *keys)


async def language_tapped(visit: Visit, code: str) -> None:
    """Speak another language from here on."""
    await preferences.set_language(visit.work, visit.who, code, catalog=visit.catalog)
    visit.chat = type(visit.chat)(**{**vars(visit.chat), "language": code})
    visit.say(visit.text("done.language"), visit.button("help", buttons.data(Tapped.HELP)))


async def zone_chosen(visit: Visit, step: dialogues.Place, zone: str) -> None:
    """Keep the zone; after a clinic's link the morning hour is asked for next."""
    changed = await preferences.set_zone(visit.work, visit.who, zone, now=visit.now)
    city, clock = places.city(zone, visit.language), visit.clock(visit.local(zone))
    visit.turn(visit.text("done.zone", city=city, clock=clock, count=changed.moved))
    await dialogues.end(visit)
    if step.then_hour:
        await ask(visit, "hour", is_first=True)


async def reads_tapped(visit: Visit, rest: str) -> None:
    """Say whether the short reads after the care part come."""
    if rest not in ("yes", "no"):
        visit.toasts("toast.stale")
        return
    await preferences.set_reads(visit.work, visit.who, rest == "yes", now=visit.now)
    wants = rest == "yes"
    html, ways = await holds.below(visit, visit.text("done.reads-yes" if wants else "done.reads-no"))
    back = visit.button("no-reads" if wants else "want-reads", _reads(not wants))
    visit.say(html, *ways, back, visit.button("timeline", buttons.data(Tapped.TIMELINE)))


async def phone_typed(visit: Visit, text: str) -> bool:
    """Keep the phone of whoever treated the person; False for a text without a digit, which may be a question."""
    if not any(letter.isdigit() for letter in text):
        return False
    kept = await preferences.set_treated_by(visit.work, visit.who, text, now=visit.now)
    await dialogues.end(visit)
    visit.say(visit.text("done.phone", clinic_phone=kept.treated_by or ""))
    return True


async def phone_tapped(visit: Visit, rest: str) -> None:
    """Go on without a phone, or forget the one that is kept."""
    if rest == "none":
        await preferences.set_treated_by(visit.work, visit.who, None, now=visit.now)
    await dialogues.end(visit)
    visit.turn(visit.text("done.no-phone"))


def _reads(wanted: bool) -> str:
    return buttons.data(Tapped.READS, "yes" if wanted else "no")


def _keep(visit: Visit) -> reply.Button:
    return visit.button("keep", buttons.data(Tapped.KEEP))
