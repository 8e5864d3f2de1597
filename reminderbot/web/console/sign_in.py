"""Signing in: password, second factor, one-time links, a locked desk computer."""

from reminderbot.web.console.pages import Pages

pages = Pages()
