"""Who treats and what is said: organisations, clinics, versions of plans, texts by content."""

from sqlalchemy import JSON, Boolean, Date, Integer, String, Table, Text, Time, UniqueConstraint, false, true

from reminderbot.store.tables.base import instant, key_column, metadata, own, refers, technical

BUILT_IN = "0" * 32
"""The id of the organisation, and of its one clinic, that self-registered patients belong to."""

organisations = Table(
    "organisations",
    metadata,
    key_column(),
    own("name", String(200), nullable=False),
    own("locks", JSON),  # the settings that its clinics may not change
    instant("created_at", nullable=False),
)

clinics = Table(
    "clinics",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    own("name", String(200), nullable=False),
    own("phone", String(40), nullable=False),
    own("emergency", String(200), nullable=False),
    own("hours", JSON, nullable=False),
    own("zone", String(64), nullable=False),
    own("languages", JSON, nullable=False),
    own("default_plan", String(64), nullable=False),
    own("quiet_from", Time, nullable=False),
    own("quiet_to", Time, nullable=False),
    own("adopted_by", String(200)),
    instant("adopted_at"),
    own("consent_words", JSON),  # by language: the clinic's own, said before the shipped ones
    own("privacy_words", JSON),
    own("retention_days", Integer),  # after the last session; NULL: until somebody erases
    own("phone_only", Boolean, nullable=False, server_default=false()),  # nobody reads: say to call
    own("alert_words", Boolean, nullable=False, server_default=true()),  # a patient's words go into alerts
    own("acknowledge_within", Integer, nullable=False, server_default="30"),  # minutes of opening hours
    technical("digest_on", Date),  # the last day whose digest was sent
    technical("wording", Integer, nullable=False, server_default="0"),  # counts what was published or withdrawn for it
    own("second_reader", Boolean, nullable=False, server_default=false()),  # nothing is published unread
    technical("version", Integer, nullable=False, server_default="1"),
    instant("created_at", nullable=False),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    own("plan_key", String(64), nullable=False),
    own("number", Integer, nullable=False),
    technical("hash", String(64), nullable=False),
    own("body", JSON, nullable=False),
    instant("created_at", nullable=False),
    UniqueConstraint("organisation_id", "plan_key", "hash"),
    UniqueConstraint("organisation_id", "plan_key", "number"),
)

texts = Table(
    "texts",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    own("key", String(100), nullable=False),
    own("language", String(16), nullable=False),
    technical("hash", String(64), nullable=False),
    own("body", Text, nullable=False),
    own("facts", JSON, nullable=False),
    instant("created_at", nullable=False),
    UniqueConstraint("organisation_id", "key", "language", "hash"),
)
