"""Who talks to us: keys, chats, patients, the bindings between them, consent, invites, dialogues."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Time,
    UniqueConstraint,
    text,
)

from reminderbot.store.tables.base import (
    blind,
    fact,
    instant,
    key_column,
    metadata,
    opaque,
    refers,
    sealed,
    secret,
    technical,
)

data_keys = Table(
    "data_keys",
    metadata,
    key_column(),
    technical("purpose", String(16), nullable=False),  # patient, chat, system or index
    technical("master", String(16), nullable=False),  # fingerprint of the master key that wraps it
    secret("wrapped", LargeBinary, nullable=False),
    instant("created_at", nullable=False),
)
Index(
    "uq_data_keys_singletons",
    data_keys.c.purpose,
    unique=True,
    sqlite_where=text("purpose IN ('index', 'system')"),
    postgresql_where=text("purpose IN ('index', 'system')"),
)

chats = Table(
    "chats",
    metadata,
    key_column(),
    technical("bot_id", BigInteger, ForeignKey("bots.id"), nullable=False),
    blind("telegram_index", nullable=True),  # NULL once erased
    sealed("telegram_id"),
    opaque("key_id", String(32)),  # of data_keys; the key may be destroyed, so no foreign key
    fact("language", String(16), nullable=False),
    instant("consented_at"),
    instant("blocked_at"),
    instant("created_at", nullable=False),
    instant("erased_at"),
    UniqueConstraint("bot_id", "telegram_index"),
)

patients = Table(
    "patients",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    opaque("clinic_id", String(32)),  # the branch that looks after them; added later, so without a foreign key
    opaque("key_id", String(32)),  # of data_keys; destroyed on erasure
    sealed("name"),
    sealed("treated_by"),  # the phone of whoever treated a self-registered patient
    fact("language", String(16), nullable=False),
    fact("zone", String(64), nullable=False),
    fact("morning", Time, nullable=False),
    fact("quiet_from", Time, nullable=False),
    fact("quiet_to", Time, nullable=False),
    fact("wants_reads", Boolean, nullable=False),
    instant("stopped_at"),
    instant("paused_until"),
    blind("external_index", nullable=True),  # of the clinic's own number of the patient
    fact("standing", String(16)),  # what lists show and filter by; NULL: to be settled
    instant("latest_at"),  # the start of the latest treatment, for lists
    instant("next_at"),  # the start of the next one that is booked
    instant("settle_at"),  # product clock: when the standing may have aged; NULL: never
    technical("version", Integer, nullable=False, server_default="1"),  # of name, language, habits and pause
    instant("created_at", nullable=False),
    instant("erased_at"),
    Index("ix_patients_clinic_id_latest_at", "clinic_id", "latest_at", "id"),
    Index("ix_patients_clinic_id_standing", "clinic_id", "standing", "latest_at", "id"),
    Index("ix_patients_external_index", "clinic_id", "external_index"),
    Index("ix_patients_clinic_id_next_at", "clinic_id", "next_at", "id"),
    Index("ix_patients_settle_at", "settle_at"),
)
Index(
    "ix_patients_unsettled",
    patients.c.id,
    sqlite_where=text("standing IS NULL"),
    postgresql_where=text("standing IS NULL"),
)

search_tokens = Table(
    "search_tokens",
    metadata,
    opaque("patient_id", String(32), ForeignKey("patients.id"), primary_key=True),
    blind("token", primary_key=True),
    refers("organisation_id", "organisations.id"),
    Index("ix_search_tokens_organisation_id_token", "organisation_id", "token"),  # may go a release later
    Index("ix_search_tokens_organisation_id_token_patient_id", "organisation_id", "token", "patient_id"),
)

bindings = Table(
    "bindings",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("chat_id", "chats.id", index=True),
    refers("patient_id", "patients.id"),
    technical("generation", Integer, nullable=False),
    fact("via", String(16), nullable=False),  # self, invite or claim
    instant("bound_at", nullable=False),
    instant("ended_at"),
    UniqueConstraint("patient_id", "generation"),
)
Index(
    "uq_bindings_open",
    bindings.c.patient_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

consents = Table(
    "consents",
    metadata,
    key_column(),
    refers("chat_id", "chats.id", index=True),
    fact("wording", String(64), nullable=False),  # hash of the text that was agreed to
    fact("language", String(16), nullable=False),
    instant("given_at", nullable=False),
    instant("withdrawn_at"),
)

invites = Table(
    "invites",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    refers("patient_id", "patients.id", index=True),
    refers("treatment_id", "treatments.id"),
    secret("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256 of the link's token
    secret("code_hash", LargeBinary, nullable=False),  # HMAC of the desk code
    technical("wrong_tries", Integer, nullable=False),
    refers("chat_id", "chats.id", nullable=True),
    opaque("staff_id", String(32)),  # who made it; NULL: the operator; added later, so without a foreign key
    sealed("token"),  # with the patient's key, while the link lives: the card can be printed again
    sealed("code"),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("opened_at"),
    instant("redeemed_at"),
    instant("revoked_at"),
    instant("declined_at"),
    Index("ix_invites_clinic_id_created_at", "clinic_id", "created_at", "id"),
)
Index(
    "ix_invites_kept",
    invites.c.expires_at,
    sqlite_where=text("token IS NOT NULL"),
    postgresql_where=text("token IS NOT NULL"),
)
UNJOINED = "redeemed_at IS NULL AND revoked_at IS NULL AND declined_at IS NULL"
Index(
    "ix_invites_unjoined",
    invites.c.clinic_id,
    invites.c.created_at,
    sqlite_where=text(UNJOINED),
    postgresql_where=text(UNJOINED),
)

dialogues = Table(
    "dialogues",
    metadata,
    opaque("chat_id", String(32), ForeignKey("chats.id"), primary_key=True),
    technical("name", String(40), nullable=False),
    sealed("data"),
    instant("updated_at", nullable=False),
)

asked = Table(
    "asked",
    metadata,
    opaque("chat_id", String(32), ForeignKey("chats.id"), primary_key=True),
    sealed("data"),  # the last topic, and the questions since that nobody could answer
    instant("at", nullable=False),
)
