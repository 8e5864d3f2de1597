"""A Telegram Bot API of our own with a phone in the browser; it meets the bot over HTTP only."""
