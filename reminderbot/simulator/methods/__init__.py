"""The Bot API's methods: each takes what was called and returns the result that Telegram would."""
