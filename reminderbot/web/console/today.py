"""Today: what needs a person first, the day's sessions, what was sent and what comes."""

from reminderbot.web.console.pages import Pages

pages = Pages()
