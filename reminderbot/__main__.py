"""`python -m reminderbot` is the same door as the command."""

from reminderbot import cli

cli.main()
