"""Who works for a clinic and how they sign in: staff, roles, sign-ins, one-time links, recovery codes, throttles."""

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, LargeBinary, String, Table, true

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

staff = Table(
    "staff",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    opaque("key_id", String(32)),  # of data_keys; destroyed when a person is erased
    blind("login_index", nullable=True, unique=True),  # of what they sign in with; NULL once erased
    sealed("login"),
    sealed("name"),
    fact("language", String(16), nullable=False),
    secret("password_hash", String(200)),  # argon2id; NULL until the first link was used
    secret("pin_hash", String(200)),  # argon2id; of use on an enrolled desk computer only
    sealed("totp"),  # the seed of the second factor
    technical("totp_step", BigInteger),  # the last time step whose code was used: each code once
    instant("totp_since"),  # NULL until a first code has proven it
    refers("chat_id", "chats.id", nullable=True, index=True),  # where alerts go
    fact("on_alert", Boolean, nullable=False, server_default=true()),
    technical("version", Integer, nullable=False, server_default="1"),
    instant("created_at", nullable=False),
    instant("left_at"),
)

staff_roles = Table(
    "staff_roles",
    metadata,
    opaque("staff_id", String(32), ForeignKey("staff.id"), primary_key=True),
    opaque("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True, index=True),
    refers("organisation_id", "organisations.id"),
    fact("role", String(16), nullable=False),  # admin, clinician or desk
    instant("since", nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    secret("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256 of the cookie
    refers("staff_id", "staff.id", index=True),
    refers("clinic_id", "clinics.id"),  # the one they work in now
    fact("kind", String(16), nullable=False),  # half: the second factor is still asked for; full; desk
    instant("created_at", nullable=False),  # these are the machine clock's
    instant("seen_at", nullable=False),
    instant("ends_at", nullable=False),
    instant("proven_at"),  # when the second factor was last given
    instant("locked_at"),  # a desk computer that waits for a PIN
    sealed("label"),  # which computer it is, in the clinic's words
    instant("ended_at"),
)

staff_links = Table(
    "staff_links",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("staff_id", "staff.id", index=True),
    fact("purpose", String(16), nullable=False),  # welcome, reset or telegram
    secret("token_hash", LargeBinary, nullable=False, unique=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("used_at"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("staff_id", "staff.id", index=True),
    secret("code_hash", LargeBinary, nullable=False),
    instant("used_at"),
)

throttles = Table(
    "throttles",
    metadata,
    blind("id", primary_key=True),  # of an account or an address, known or not
    technical("failures", Integer, nullable=False),
    instant("last_at", nullable=False),
    instant("until"),
)

submissions = Table(
    "submissions",
    metadata,
    key_column(),  # the token of one shown form
    refers("organisation_id", "organisations.id"),
    refers("staff_id", "staff.id"),
    fact("location", String(300), nullable=False),  # where the first submit has led
    instant("at", nullable=False, index=True),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    opaque("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True),
    refers("organisation_id", "organisations.id"),
    technical("number", Integer, nullable=False),
    technical("hash", LargeBinary, nullable=False),
)
