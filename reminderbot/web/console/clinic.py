"""The settings of a clinic: shown with what its organisation holds, saved field by field."""

from datetime import time
from typing import Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.services import access, clinic_settings, opening, organisations, sign_ins
from reminderbot.web.console import patient_changes, serving
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

PROVEN: Final = frozenset({"consent", "privacy", "retention"})
"""What reaches every patient at once, or erases: it asks for the second factor (S20)."""

EFFECTS: Final = frozenset(
    {"hours", "zone", "quiet", "languages", "default_plan", "consent", "retention", "phone_only"}
)
"""Settings of which the page says, once they are saved, for whom they are in force."""


async def again(visit: Visit) -> Response:
    """Show the settings, with what was typed where a form was refused."""
    settings = await clinic_settings.of(visit.work, visit.who)
    changed = visit.query("changed").split(",") if visit.said else []
    return visit.show(
        "clinic.html",
        settings=settings,
        differs=_differs(visit, settings) if visit.status == 409 else {},
        values=_values(visit, settings),
        week=_week(visit, settings.week),
        effects=[name for name in organisations.SETTINGS if name in EFFECTS and name in changed],
        erases=await _erases(visit, settings),
        codes=visit.console.catalog.languages,
        language_names={code: visit.console.catalog.language(code).name for code in visit.console.catalog.languages},
        plans=await patient_changes.offered(visit),
        longest=500,
    )


@pages.get("/clinic", access.Right.SET_CLINIC)
async def show(visit: Visit) -> Response:
    """Show the settings."""
    return await again(visit)


@pages.get("/clinic/week", access.Right.SET_CLINIC, is_part=True)
async def week(visit: Visit) -> Response:
    """Show the week that opening hours mean while they are typed."""
    try:
        return visit.show("_week.html", week=_week(visit, clinic_settings.week_of(visit.query("hours"))), refused="")
    except errors.Invalid as refusal:
        return visit.show("_week.html", week=[], refused=visit.text(refusal.key, **refusal.values))


@pages.post("/clinic", access.Right.SET_CLINIC, again=again)
async def save(visit: Visit) -> Response:
    """Save what differs."""
    changed = await clinic_settings.change(
        visit.work,
        visit.who,
        _typed(visit),
        version=_number(visit.form.get("version", "")),
        erases=_number(visit.form.get("erases", "")),
        catalog=visit.console.catalog,
        now=visit.now,
    )
    if PROVEN & set(changed) and visit.sign_in:
        sign_ins.prove(visit.sign_in, within=serving.PROVEN, machine_now=visit.machine_now)
    if not changed:
        return visit.go("/clinic", done="clinic-same")
    return visit.go("/clinic", done="clinic-saved", changed=",".join(changed))


def _typed(visit: Visit) -> clinic_settings.Typed:
    """Return what was typed for the settings that the form has shown: an empty box is a no only where it was there."""
    form, codes = visit.form, visit.console.catalog.languages
    every = clinic_settings.Typed(
        name=form.get("name", ""),
        phone=form.get("phone", ""),
        emergency=form.get("emergency", ""),
        hours=form.get("hours", ""),
        zone=form.get("zone", ""),
        languages=(form.get("language", ""), *visit.lists.get("languages", [])),
        default_plan=form.get("default_plan", ""),
        quiet=(form.get("quiet_from", ""), form.get("quiet_to", "")),
        consent={code: form.get(f"consent-{code}", "") for code in codes},
        privacy={code: form.get(f"privacy-{code}", "") for code in codes},
        retention=form.get("retention", ""),
        phone_only="phone_only" in form,
        alert_words="alert_words" in form,
        acknowledge=form.get("acknowledge", ""),
    )
    shown = set(visit.lists.get("shown", [])) & set(organisations.SETTINGS)
    return clinic_settings.Typed(**{name: getattr(every, name) for name in shown})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _erases(visit: Visit, settings: clinic_settings.Settings) -> int:
    """Return how many patients the typed time would erase, where that was refused."""
    typed = visit.form.get("retention", "")
    if visit.status != 422 or typed == str(settings.retention_days or ""):
        return 0
    return await clinic_settings.would_erase(visit.work, visit.who, typed, now=visit.now)


def _values(visit: Visit, settings: clinic_settings.Settings) -> dict[str, str]:
    """Return each setting in words, for who may not change it and for who is told what somebody else has saved."""
    names, quiet = visit.console.catalog.language, settings.quiet
    yes = {True: visit.text("console.clinic.yes"), False: visit.text("console.clinic.no")}
    days = settings.retention_days
    return {
        "name": settings.name,
        "phone": settings.phone,
        "emergency": settings.emergency,
        "hours": settings.hours,
        "zone": settings.zone,
        "languages": ", ".join(names(code).name for code in settings.languages),
        "default_plan": settings.default_plan,
        "quiet": "" if quiet.start == quiet.end else f"{visit.clock(quiet.start)}–{visit.clock(quiet.end)}",
        "consent": "\n".join(settings.consent.values()),
        "privacy": "\n".join(settings.privacy.values()),
        "retention": visit.text("console.clinic.days", count=days) if days else visit.text("console.clinic.never"),
        "phone_only": yes[settings.phone_only],
        "alert_words": yes[settings.alert_words],
        "acknowledge": visit.text("console.clinic.minutes", count=settings.acknowledge_within),
    }


def _differs(visit: Visit, settings: clinic_settings.Settings) -> dict[str, str]:
    """Return the settings that are saved otherwise than they were typed, each in words."""
    typed = vars(_typed(visit))
    stands = {
        **{name: getattr(settings, name) for name in ("name", "phone", "emergency", "hours", "zone", "default_plan")},
        "languages": tuple(settings.languages),
        "quiet": (f"{settings.quiet.start:%H:%M}", f"{settings.quiet.end:%H:%M}"),
        "consent": {code: settings.consent.get(code, "") for code in visit.console.catalog.languages},
        "privacy": {code: settings.privacy.get(code, "") for code in visit.console.catalog.languages},
        "retention": str(settings.retention_days or ""),
        "phone_only": settings.phone_only,
        "alert_words": settings.alert_words,
        "acknowledge": str(settings.acknowledge_within),
    }
    typed["languages"] = tuple(dict.fromkeys(typed["languages"])) if typed["languages"] else None
    words = _values(visit, settings)
    return {name: words[name] for name, value in typed.items() if value is not None and value != stands[name]}


def _week(visit: Visit, week: opening.Week) -> list[tuple[str, str]]:
    """Return each day of the week with the times between which it is open."""
    if not week:
        return []
    return [(visit.text(f"clinic.day-{day}"), _spans(visit, week.get(day, []))) for day in range(7)]


def _spans(visit: Visit, spans: list[tuple[time, time]]) -> str:
    shown = (f"{visit.clock(start)}–{visit.clock(end)}" for start, end in spans)
    return ", ".join(shown) or visit.text("console.clinic.closed")
