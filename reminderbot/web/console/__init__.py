"""The clinics' console: pages rendered here, over the same services as the chat."""

from reminderbot.web.console import routing

ALL = routing.ALL
site = routing.site
