"""The list of patients: searched, filtered, paged."""

from reminderbot.web.console.pages import Pages

pages = Pages()
