"""Outages of hours and days in virtual time: what is kept, what is dropped with a reason, and how the rest drains."""
