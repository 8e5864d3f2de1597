"""The tables, one file a subject; `metadata` holds them all."""

from reminderbot.store.tables.base import Instant, metadata, new_id
from reminderbot.store.tables.clinics import BUILT_IN, clinics, organisations, plan_versions, texts
from reminderbot.store.tables.people import (
    bindings,
    chats,
    consents,
    data_keys,
    dialogues,
    invites,
    patients,
    search_tokens,
)
from reminderbot.store.tables.reminders import (
    TO_LOOK_AT,
    TRIED_OFTEN,
    attempts,
    check_ins,
    events,
    reminders,
    treatments,
    worries,
)
from reminderbot.store.tables.traffic import bots, inbox, outbox, seats

__all__ = [
    "BUILT_IN",
    "TO_LOOK_AT",
    "TRIED_OFTEN",
    "Instant",
    "attempts",
    "bindings",
    "bots",
    "chats",
    "check_ins",
    "clinics",
    "consents",
    "data_keys",
    "dialogues",
    "events",
    "inbox",
    "invites",
    "metadata",
    "new_id",
    "organisations",
    "outbox",
    "patients",
    "plan_versions",
    "reminders",
    "search_tokens",
    "seats",
    "texts",
    "treatments",
    "worries",
]
