"""What is to be sent and what became of it: treatments, reminders, the ledger of attempts, answers, worries."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
    text,
)

from reminderbot.planning import hours
from reminderbot.store.tables.base import fact, instant, key_column, metadata, opaque, refers, sealed, technical

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself

treatments = Table(
    "treatments",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    refers("patient_id", "patients.id", index=True),
    refers("plan_version_id", "plan_versions.id"),
    fact("day", Date, nullable=False),
    fact("at", Time, nullable=False),
    fact("zone", String(64), nullable=False),
    instant("starts_at", nullable=False),  # derived from day, at and zone
    technical("rules", String(16), nullable=False, default=hours.rules, server_default=""),  # it was planned by these
    fact("state", String(16), nullable=False),  # booked, cancelled or not_held
    fact("entered_by", String(16), nullable=False),  # patient, poster or clinic
    instant("confirmed_at"),  # when the clinic said that a date given by the patient is right
    instant("held_at"),  # when the clinic said that the patient came
    technical("version", Integer, nullable=False),
    instant("created_at", nullable=False),
    instant("ended_at"),
)

Index("ix_treatments_clinic_id_starts_at", treatments.c.clinic_id, treatments.c.starts_at)
TO_CONFIRM = "entered_by = 'poster' AND confirmed_at IS NULL AND state = 'booked'"
Index(
    "ix_treatments_to_confirm",
    treatments.c.clinic_id,
    treatments.c.starts_at,
    sqlite_where=text(TO_CONFIRM),
    postgresql_where=text(TO_CONFIRM),
)
Index(
    "ix_treatments_rules",
    treatments.c.rules,
    sqlite_where=text("state = 'booked'"),
    postgresql_where=text("state = 'booked'"),
)

reminders = Table(
    "reminders",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id", index=True),
    refers("treatment_id", "treatments.id"),
    fact("step_key", String(64), nullable=False),
    fact("round", Integer, nullable=False),
    fact("message_key", String(100), nullable=False),
    fact("state", String(16), nullable=False),
    fact("reason", String(32)),
    instant("due_at", nullable=False),  # product clock
    instant("useful_until", nullable=False),  # product clock
    instant("retry_at"),  # machine clock
    fact("zone", String(64), nullable=False),  # the zone the due time was read in
    technical("budget", Integer, nullable=False),
    technical("resends", Integer, nullable=False),
    technical("attempts", Integer, nullable=False),
    technical("faults", Integer, nullable=False),  # tries that failed before an intent: render, load
    fact("silent", Boolean, nullable=False),
    technical("lease_owner", String(64)),
    instant("lease_until"),  # machine clock
    opaque("text_id", String(32), ForeignKey("texts.id")),
    opaque("edition_id", String(32)),  # the clinic's own wording that it was said by; NULL: the shipped one
    fact("language", String(16)),
    sealed("body"),
    sealed("note"),  # the clinic's own line for this step of this patient
    instant("note_until"),  # product clock: it is not said later
    fact("message_id", BigInteger),
    refers("sent_to", "chats.id", nullable=True),
    instant("sent_at"),  # product clock
    refers("merged_into", "reminders.id", nullable=True),
    UniqueConstraint("treatment_id", "step_key", "round"),
    Index("ix_reminders_patient_id_state", "patient_id", "state"),
)
Index(
    "ix_reminders_due",
    reminders.c.due_at,
    sqlite_where=text("state = 'planned'"),
    postgresql_where=text("state = 'planned'"),
)
Index(
    "ix_reminders_leased",
    reminders.c.lease_until,
    sqlite_where=text("state IN ('claimed', 'sending')"),
    postgresql_where=text("state IN ('claimed', 'sending')"),
)

Index(
    "ix_reminders_clinic_due",
    reminders.c.clinic_id,
    reminders.c.due_at,
    sqlite_where=text("state = 'planned'"),
    postgresql_where=text("state = 'planned'"),
)
Index(
    "ix_reminders_merged_into",
    reminders.c.merged_into,
    sqlite_where=text("merged_into IS NOT NULL"),
    postgresql_where=text("merged_into IS NOT NULL"),
)

TO_LOOK_AT = "state IN ('unconfirmed', 'blocked', 'rejected', 'parked')"
Index(
    "ix_reminders_to_look_at",
    reminders.c.state,
    sqlite_where=text(TO_LOOK_AT),
    postgresql_where=text(TO_LOOK_AT),
)

Index(
    "ix_reminders_clinic_to_look_at",
    reminders.c.clinic_id,
    reminders.c.due_at,
    sqlite_where=text(TO_LOOK_AT),
    postgresql_where=text(TO_LOOK_AT),
)
Index(
    "ix_reminders_clinic_sent",
    reminders.c.clinic_id,
    reminders.c.sent_at,
    sqlite_where=text("sent_at IS NOT NULL"),
    postgresql_where=text("sent_at IS NOT NULL"),
)

TRIED_OFTEN = "attempts > budget + 1"
Index(
    "ix_reminders_tried_often",
    reminders.c.id,
    sqlite_where=text(TRIED_OFTEN),
    postgresql_where=text(TRIED_OFTEN),
)

attempts = Table(
    "attempts",
    metadata,
    technical("id", BIG_ID, primary_key=True),
    refers("organisation_id", "organisations.id"),
    refers("reminder_id", "reminders.id", nullable=True),
    opaque("outbox_id", BIG_ID, ForeignKey("outbox.id")),
    technical("number", Integer, nullable=False),
    technical("owner", String(64), nullable=False),
    instant("began_at", nullable=False),  # machine clock
    instant("ended_at"),  # machine clock
    fact("outcome", String(16)),
    fact("detail", String(200)),
    fact("message_id", BigInteger),
    UniqueConstraint("reminder_id", "number"),
    UniqueConstraint("outbox_id", "number"),
    CheckConstraint("(reminder_id IS NULL) <> (outbox_id IS NULL)", name="one_subject"),
)

events = Table(
    "reminder_events",
    metadata,
    technical("id", BIG_ID, primary_key=True),
    refers("reminder_id", "reminders.id", index=True),
    refers("organisation_id", "organisations.id"),
    instant("at", nullable=False),  # product clock
    fact("kind", String(32), nullable=False),  # planned, moved, cancelled, skipped, returned, expired, …
    fact("reason", String(32)),
    instant("due_before"),
    instant("due_after"),
)

check_ins = Table(
    "check_ins",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("reminder_id", "reminders.id"),
    fact("ask", String(16), nullable=False),
    fact("answer", String(16), nullable=False),
    instant("answered_at", nullable=False),
    UniqueConstraint("reminder_id", "ask"),
)

worries = Table(
    "worries",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    refers("patient_id", "patients.id", index=True),
    refers("chat_id", "chats.id", nullable=True),
    refers("reminder_id", "reminders.id", nullable=True),
    sealed("words"),
    fact("state", String(16), nullable=False),  # open or closed
    instant("raised_at", nullable=False),
    instant("closed_at"),
    Index("ix_worries_clinic_id_state", "clinic_id", "state", "raised_at"),
)
