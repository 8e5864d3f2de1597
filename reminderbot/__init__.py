"""A Telegram bot that sends aftercare reminders after a microneedling session."""

__version__ = "0.1.0"
