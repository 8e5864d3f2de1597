"""The reminders' loop: claim, intend, send, record."""
