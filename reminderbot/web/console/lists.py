"""Lists from the clinic's booking system: uploaded, previewed, applied."""

from reminderbot.web.console.pages import Pages

pages = Pages()
