"""The settings of a clinic."""

from reminderbot.web.console.pages import Pages

pages = Pages()
