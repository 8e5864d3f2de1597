"""Questions that the bot could not answer, and the clinic's own answers."""

from reminderbot.web.console.pages import Pages

pages = Pages()
