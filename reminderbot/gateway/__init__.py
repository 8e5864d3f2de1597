"""The way from and to Telegram: the inbox, the outbox, the transport, what an answer means, the pace."""
