"""What was promised about updates, read off the stand-in's log and the database once all of them have been served."""

import collections
import dataclasses
import itertools
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from reminderbot.planning import life
from reminderbot.store import tables, vault
from tests.chaos import looking, rig, rows
from tests.inbound import traffic

TRIES = 3
COPIES = 2  # a reply has a budget of one resend

_i, _o, _w, _k = tables.inbox.c, tables.outbox.c, tables.worries.c, tables.data_keys.c


class Law(StrEnum):
    """What may never be broken; a failure prints its name and where."""

    LOST = "confirmed and not stored, or stored and never served"
    EFFECTS = "effects of a chat not once each and in order"
    OWED = "an update without its one reply, or with more"
    ENDS = "a reply without an end"
    REPLIES = "replies of a chat out of order, or more than twice"
    PARKED = "poison not parked after its tries, or parked with effects"
    WIPED = "served, and its words still kept"
    CRASH = "a worker that ended by itself"


@dataclasses.dataclass(frozen=True)
class Report:
    """The figures of a run, and the laws that were broken, each with what shows it."""

    updates: int
    again: int  # updates that Telegram handed out more than once
    parked: int
    twice: int  # replies that arrived twice
    unconfirmed: int
    broken: dict[Law, list[str]]


def check(database: looking.Database, house: rig.Rig, written: traffic.Traffic) -> Report:
    """Hold what happened against the laws."""
    inbox = {row.update_id: row for row in database.all(select(tables.inbox))}
    outbox = database.all(select(_o.inbox_id, _o.state, _o.id).order_by(_o.id))
    replies = collections.Counter(row.inbox_id for row in outbox)
    poison = {id for id in range(1, written.count + 1) if written.is_poison(id)}
    read = [id for id in range(1, written.count + 1) if id not in poison]
    chats = range(rows.CHATS + 1, rows.CHATS + 1 + written.chats)
    words, said = _words(database, house), _replies(house)
    unsure = {row.inbox_id for row in outbox if row.state == life.State.UNCONFIRMED}
    broken = {
        Law.LOST: [str(id) for id in read if id not in inbox or inbox[id].processed_at is None],
        Law.EFFECTS: [str(chat) for chat in chats if words.get(chat, []) != expected(written, chat)],
        Law.OWED: [str(id) for id in read if id in inbox and replies[inbox[id].id] != 1],
        Law.ENDS: [str(row.id) for row in outbox if row.state not in (life.State.SENT, life.State.UNCONFIRMED)],
        Law.REPLIES: [
            str(chat)
            for chat in chats
            if not in_order(said.get(chat, []), len(written.of_chat(chat)))
            and not unsure & {inbox[id].id for id in written.of_chat(chat) if id in inbox}
        ],
        Law.PARKED: [str(id) for id in poison if not _is_parked(inbox.get(id), replies)],
        Law.WIPED: [str(id) for id in read if id in inbox and inbox[id].payload is not None],
        Law.CRASH: [str(code) for code in house.crashes],
    }
    handed = collections.Counter(id for line in house.journal.lines if line["event"] == "handed" for id in line["ids"])
    return Report(
        updates=len(inbox),
        again=sum(count > 1 for count in handed.values()),
        parked=sum(row.parked_at is not None for row in inbox.values()),
        twice=sum(length > 1 for texts in said.values() for length in lengths(texts)),
        unconfirmed=len(unsure),
        broken={law: found for law, found in broken.items() if found},
    )


def expected(written: traffic.Traffic, chat: int) -> list[str]:
    """Return the words of worry that a chat has written, in order."""
    worries = [id for id in written.of_chat(chat) if written.is_worry(id)]
    return [f"{traffic.WORRY} {written.where(id)[1]}" for id in worries]


def in_order(texts: list[str], count: int) -> bool:
    """Tell whether `count` replies came, each once or twice: two texts take turns, so a row of one is one reply."""
    return len(lengths(texts)) == count and all(length <= COPIES for length in lengths(texts))


def lengths(texts: Iterable[str]) -> list[int]:
    """Return how often each text came in a row."""
    return [len(list(same)) for _, same in itertools.groupby(texts)]


def _is_parked(row: Any, replies: collections.Counter[int]) -> bool:
    return row is not None and row.parked_at is not None and row.tries == TRIES and not replies[row.id]


def _replies(house: rig.Rig) -> dict[int, list[str]]:
    """Return what every chat was sent, in order."""
    house.journal.read()
    return {
        chat: [line["text"] for line in lines if line["event"] == "accepted"]
        for chat, lines in house.journal.chats.items()
    }


def _words(database: looking.Database, house: rig.Rig) -> dict[int, list[str]]:
    """Return the words of worry that are kept of every chat: one row, its words a line each."""
    masters = vault.Masters.read(house.key)
    query = select(_w.id, _w.words, _w.chat_id, _k.id.label("key"), _k.master, _k.wrapped)
    joined = query.join(tables.patients, tables.patients.c.id == _w.patient_id).join(
        tables.data_keys, _k.id == tables.patients.c.key_id
    )
    kept: collections.defaultdict[int, list[str]] = collections.defaultdict(list)
    for row in database.all(joined.order_by(_w.raised_at)):
        key = masters.unwrap(id=row.key, master=row.master, wrapped=row.wrapped)
        opened = key.open(row.words, table="worries", row=row.id, column="words")
        kept[rows.CHATS + int(row.chat_id[1:], 16)] += opened.split("\n")
    return kept
