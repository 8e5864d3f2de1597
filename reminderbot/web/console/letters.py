"""What patients write to the clinic, and what the clinic answers."""

from reminderbot.web.console.pages import Pages

pages = Pages()
