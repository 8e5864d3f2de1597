"""What comes from and goes to Telegram: bots, seats, the inbox, the outbox."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from reminderbot.store.tables.base import blind, instant, metadata, refers, sealed
from reminderbot.store.tables.reminders import BIG_ID

bots = Table(
    "bots",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's number, before the colon
    Column("username", String(64)),
    instant("paused_until"),  # machine clock: a 429 stops every process
    instant("polled_at"),  # machine clock: the last poll that returned, whatever it brought
    instant("heard_at"),  # machine clock: the last poll that Telegram served
    instant("broken_at"),  # machine clock: since when the breaker is open; NULL while calls go through
    instant("created_at", nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("bot_id", BigInteger, ForeignKey("bots.id"), primary_key=True),
    Column("duty", String(16), primary_key=True),  # poller or sender
    Column("owner", String(64), nullable=False),
    Column("rank", Integer, nullable=False, server_default="1"),  # a higher one need not wait for a lower one's lease
    instant("until", nullable=False),  # machine clock
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BIG_ID, primary_key=True),
    Column("bot_id", BigInteger, ForeignKey("bots.id"), nullable=False),
    Column("update_id", BigInteger, nullable=False),
    blind("chat_index", nullable=True),  # orders the updates of one chat
    sealed("payload"),  # wiped once processed
    Column("tries", Integer, nullable=False),
    instant("received_at", nullable=False),
    instant("retry_at"),
    instant("processed_at"),
    instant("parked_at"),
    Column("fault", String(200)),
    UniqueConstraint("bot_id", "update_id"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.id,
    sqlite_where=text("processed_at IS NULL AND parked_at IS NULL"),
    postgresql_where=text("processed_at IS NULL AND parked_at IS NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BIG_ID, primary_key=True),
    Column("bot_id", BigInteger, ForeignKey("bots.id"), nullable=False),
    refers("organisation_id", "organisations.id"),
    refers("chat_id", "chats.id", nullable=True, index=True),
    Column("inbox_id", BIG_ID, ForeignKey("inbox.id")),
    Column("kind", String(16), nullable=False),  # reply, alert, farewell or test
    Column("method", String(40), nullable=False),
    sealed("payload"),  # JSON of the method's parameters without chat_id; wiped once it is final
    Column("key_id", String(32)),
    Column("state", String(16), nullable=False),  # states of planning.life
    Column("reason", String(32)),
    Column("budget", Integer, nullable=False),
    Column("resends", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("faults", Integer, nullable=False),
    Column("lease_owner", String(64)),
    instant("lease_until"),
    instant("retry_at"),
    instant("useful_until"),  # machine clock: a reply to a person grows stale
    instant("created_at", nullable=False),
    Column("message_id", BigInteger),
)
Index(
    "ix_outbox_waiting",
    outbox.c.chat_id,
    outbox.c.id,
    sqlite_where=text("state IN ('planned', 'claimed', 'sending')"),
    postgresql_where=text("state IN ('planned', 'claimed', 'sending')"),
)
