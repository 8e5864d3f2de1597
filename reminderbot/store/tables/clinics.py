"""Who treats and what is said: organisations, clinics, versions of plans, texts by content."""

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Table, Text, Time, UniqueConstraint, false, true

from reminderbot.store.tables.base import instant, key_column, metadata, refers

BUILT_IN = "0" * 32
"""The id of the organisation, and of its one clinic, that self-registered patients belong to."""

organisations = Table(
    "organisations",
    metadata,
    key_column(),
    Column("name", String(200), nullable=False),
    Column("locks", JSON),  # the settings that its clinics may not change
    instant("created_at", nullable=False),
)

clinics = Table(
    "clinics",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    Column("name", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("emergency", String(200), nullable=False),
    Column("hours", JSON, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("default_plan", String(64), nullable=False),
    Column("quiet_from", Time, nullable=False),
    Column("quiet_to", Time, nullable=False),
    Column("adopted_by", String(200)),
    instant("adopted_at"),
    Column("consent_words", JSON),  # by language: the clinic's own, said before the shipped ones
    Column("privacy_words", JSON),
    Column("retention_days", Integer),  # after the last session; NULL: until somebody erases
    Column("phone_only", Boolean, nullable=False, server_default=false()),  # nobody reads: say to call
    Column("alert_words", Boolean, nullable=False, server_default=true()),  # a patient's words go into alerts
    Column("acknowledge_within", Integer, nullable=False, server_default="30"),  # minutes of opening hours
    Column("digest_on", Date),  # the last day whose digest was sent
    Column("wording", Integer, nullable=False, server_default="0"),  # counts what was published or withdrawn for it
    Column("second_reader", Boolean, nullable=False, server_default=false()),  # nothing is published unread
    Column("version", Integer, nullable=False, server_default="1"),
    instant("created_at", nullable=False),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    Column("plan_key", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    instant("created_at", nullable=False),
    UniqueConstraint("organisation_id", "plan_key", "hash"),
    UniqueConstraint("organisation_id", "plan_key", "number"),
)

texts = Table(
    "texts",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    Column("key", String(100), nullable=False),
    Column("language", String(16), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    instant("created_at", nullable=False),
    UniqueConstraint("organisation_id", "key", "language", "hash"),
)
