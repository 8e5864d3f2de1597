"""One patient: the timeline as it was and will be, and what may be changed."""

from reminderbot.web.console.pages import Pages

pages = Pages()
