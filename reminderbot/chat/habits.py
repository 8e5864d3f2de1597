"""Keeping what a person prefers where one choice touches another."""

from datetime import time
from typing import Final

from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import preferences

MORNINGS: Final = hours.Quiet(time(5), time(12))
"""From when to when an hour counts as morning: before it, quiet hours stay as they are."""


async def keep_morning(visit: Visit, at: time) -> preferences.Preferences:
    """Keep the morning hour. Whoever wants to hear from us at seven wants the quiet hours to end by then."""
    habits = await visit.habits()
    if habits.quiet.covers(at) and MORNINGS.covers(at) and habits.quiet.start != at:
        await preferences.set_quiet(visit.work, visit.who, hours.Quiet(habits.quiet.start, at), now=visit.now)
    return (await preferences.set_morning(visit.work, visit.who, at, now=visit.now)).preferences
