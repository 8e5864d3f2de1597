"""The staff of a clinic: added, given roles, sent a new link, gone."""

from reminderbot.web.console.pages import Pages

pages = Pages()
