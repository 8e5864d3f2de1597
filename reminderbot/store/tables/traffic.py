"""What comes from and goes to Telegram: bots, seats, the inbox, the outbox."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from reminderbot.store.tables.base import blind, fact, instant, metadata, opaque, refers, sealed, technical
from reminderbot.store.tables.reminders import BIG_ID

bots = Table(
    "bots",
    metadata,
    technical("id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's number, before the colon
    technical("username", String(64)),
    instant("paused_until"),  # machine clock: a 429 stops every process
    instant("polled_at"),  # machine clock: the last poll that returned, whatever it brought
    instant("heard_at"),  # machine clock: the last poll that Telegram served
    instant("broken_at"),  # machine clock: since when the breaker is open; NULL while calls go through
    instant("alerted_at"),  # machine clock: when the operator was last told that we are unready; NULL while ready
    instant("created_at", nullable=False),
)

seats = Table(
    "seats",
    metadata,
    technical("bot_id", BigInteger, ForeignKey("bots.id"), primary_key=True),
    technical("duty", String(16), primary_key=True),  # poller, sender or alerter
    technical("owner", String(64), nullable=False),
    technical("rank", Integer, nullable=False, server_default="1"),  # a higher one need not wait for a lower lease
    instant("until", nullable=False),  # machine clock
)

inbox = Table(
    "inbox",
    metadata,
    technical("id", BIG_ID, primary_key=True),
    technical("bot_id", BigInteger, ForeignKey("bots.id"), nullable=False),
    technical("update_id", BigInteger, nullable=False),
    blind("chat_index", nullable=True),  # orders the updates of one chat
    sealed("payload"),  # wiped once processed
    technical("tries", Integer, nullable=False),
    instant("received_at", nullable=False),
    instant("retry_at"),
    instant("processed_at"),
    instant("parked_at"),
    technical("fault", String(200)),
    UniqueConstraint("bot_id", "update_id"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.id,
    sqlite_where=text("processed_at IS NULL AND parked_at IS NULL"),
    postgresql_where=text("processed_at IS NULL AND parked_at IS NULL"),
)

Index(
    "ix_inbox_parked",
    inbox.c.id,
    sqlite_where=text("parked_at IS NOT NULL"),
    postgresql_where=text("parked_at IS NOT NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    technical("id", BIG_ID, primary_key=True),
    technical("bot_id", BigInteger, ForeignKey("bots.id"), nullable=False),
    refers("organisation_id", "organisations.id"),
    refers("chat_id", "chats.id", nullable=True, index=True),
    opaque("inbox_id", BIG_ID, ForeignKey("inbox.id")),
    fact("kind", String(16), nullable=False),  # reply, alert, farewell or test
    fact("method", String(40), nullable=False),
    sealed("payload"),  # JSON of the method's parameters without chat_id; wiped once it is final
    opaque("key_id", String(32)),
    fact("state", String(16), nullable=False),  # states of planning.life
    fact("reason", String(32)),
    technical("budget", Integer, nullable=False),
    technical("resends", Integer, nullable=False),
    technical("attempts", Integer, nullable=False),
    technical("faults", Integer, nullable=False),
    technical("lease_owner", String(64)),
    instant("lease_until"),
    instant("retry_at"),
    instant("useful_until"),  # machine clock: a reply to a person grows stale
    instant("created_at", nullable=False),
    fact("message_id", BigInteger),
)
Index(
    "ix_outbox_waiting",
    outbox.c.chat_id,
    outbox.c.id,
    sqlite_where=text("state IN ('planned', 'claimed', 'sending')"),
    postgresql_where=text("state IN ('planned', 'claimed', 'sending')"),
)
