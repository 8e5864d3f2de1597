"""The clinics of an organisation beside each other."""

from reminderbot.web.console.pages import Pages

pages = Pages()
