"""Invites, the poster on the wall, and patients who are claimed by a code."""

from reminderbot.web.console.pages import Pages

pages = Pages()
