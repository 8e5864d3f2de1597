"""The calendar that is tapped: telegram-bot-calendar, kept to the days that a session may lie on."""

import json
from datetime import date
from typing import Final

import telegram_bot_calendar
from telegram_bot_calendar import locales

from reminderbot.catalog.reading import days
from reminderbot.chat import reply

_STYLE: Final = telegram_bot_calendar.Style(prev="‹", next="›", no_page="·", blank="·", blocked="·", year_title="·")


def rows(language: str, *, today: date, shown: date | None = None) -> list[reply.Row]:
    """Return the days of a month as rows of buttons: this month, or that of `shown`."""
    markup, _ = _calendar(language, today=today, shown=shown).build()
    return _rows(markup)


def picked(data: str, language: str, *, today: date) -> date | list[reply.Row] | None:
    """Return the day that a tap chose, or the next screen; None for a tap on nothing, and for a forged one."""
    day, markup, _ = _calendar(language, today=today).process(data)
    if isinstance(day, date):
        return day
    return _rows(markup) if markup else None


def _calendar(language: str, *, today: date, shown: date | None = None) -> telegram_bot_calendar.WMonthTelegramCalendar:
    first, last = days.window(today)
    locale = language if language in locales.MONTH_NAMES else "en"
    return telegram_bot_calendar.WMonthTelegramCalendar(
        current_date=shown or today, locale=locale, min_date=first, max_date=last, style=_STYLE
    )


def _rows(markup: object) -> list[reply.Row]:
    keyboard = json.loads(str(markup))["inline_keyboard"]
    # The library writes days as numbers; Telegram takes only text.
    return [[reply.Button(str(key["text"]), key["callback_data"]) for key in row] for row in keyboard if row]
