"""A clinic's own wording: drafts that are being written, and editions, each a published set of texts, never changed."""

from sqlalchemy import JSON, Boolean, Date, Index, Integer, String, Table, Text, UniqueConstraint, false, text

from reminderbot.store.tables.base import instant, key_column, metadata, opaque, own, refers, technical

editions = Table(
    "editions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    refers("clinic_id", "clinics.id", nullable=True, index=True),  # NULL: for all clinics of the organisation
    opaque("scope", String(32), nullable=False),  # the clinic's id, else the organisation's
    own("book", String(64), nullable=False),  # what it is of: a plan's key, or "words"
    own("number", Integer, nullable=False),
    own("reach", String(8), nullable=False),  # all, or new treatments only
    own("why", Text, nullable=False, server_default=""),
    refers("staff_id", "staff.id", nullable=True),  # who has published it
    refers("reviewed_by", "staff.id", nullable=True),
    own("review_on", Date),  # when it is to be read again
    refers("restores", "editions.id", nullable=True),
    instant("published_at", nullable=False),
    instant("withdrawn_at"),
    refers("withdrawn_by", "staff.id", nullable=True),
    UniqueConstraint("scope", "book", "number"),
)

edition_texts = Table(
    "edition_texts",
    metadata,
    refers("edition_id", "editions.id"),
    own("key", String(100), nullable=False),
    own("language", String(16), nullable=False),
    refers("organisation_id", "organisations.id"),
    own("body", Text, nullable=False),
    own("source", Text, nullable=False, server_default=""),  # what its figures rest on, in the clinic's words
    UniqueConstraint("edition_id", "key", "language"),
)
"""Every text of the edition that differs from the shipped one: an edition is whole, and rests on no earlier one."""

drafts = Table(
    "drafts",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", nullable=True),
    opaque("scope", String(32), nullable=False),
    own("book", String(64), nullable=False),
    own("key", String(100), nullable=False),
    own("language", String(16), nullable=False),
    own("body", Text, nullable=False),
    own("source", Text, nullable=False, server_default=""),
    technical("aside", Boolean, nullable=False, server_default=false()),  # kept when somebody else had been faster
    technical("version", Integer, nullable=False, server_default="1"),
    refers("staff_id", "staff.id"),
    instant("changed_at", nullable=False),
    Index(
        "ix_drafts_current",
        "scope",
        "book",
        "key",
        "language",
        unique=True,
        sqlite_where=text("NOT aside"),
        postgresql_where=text("NOT aside"),
    ),
)

approvals = Table(
    "approvals",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    opaque("scope", String(32), nullable=False),
    own("book", String(64), nullable=False),
    technical("hash", String(64), nullable=False),  # of all drafts as they were read
    own("detail", JSON, nullable=False),
    refers("staff_id", "staff.id"),
    instant("at", nullable=False),
    UniqueConstraint("scope", "book", "hash", "staff_id"),
)
"""Who has read the drafts of a book as they stood: any later change of a draft makes it void by its hash."""

plan_editions = Table(
    "plan_editions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id", index=True),
    refers("clinic_id", "clinics.id", nullable=True, index=True),  # NULL: for all clinics of the organisation
    opaque("scope", String(32), nullable=False),  # the clinic's id, else the organisation's
    own("plan_key", String(64), nullable=False),
    own("number", Integer, nullable=False),
    refers("plan_version_id", "plan_versions.id"),
    own("called", JSON, nullable=False),  # what the plan is called, by language
    own("reach", String(8), nullable=False),  # all, or new treatments only
    own("why", Text, nullable=False, server_default=""),
    refers("staff_id", "staff.id", nullable=True),
    instant("published_at", nullable=False),
    UniqueConstraint("scope", "plan_key", "number"),
)
"""What a clinic has published of a plan: the newest is what new treatments follow."""

plan_drafts = Table(
    "plan_drafts",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", nullable=True),
    opaque("scope", String(32), nullable=False),
    own("plan_key", String(64), nullable=False),
    own("called", JSON, nullable=False),
    own("steps", JSON, nullable=False),  # the form of planning/plan_form.py; a new plan has none yet
    technical("version", Integer, nullable=False, server_default="1"),
    refers("staff_id", "staff.id"),
    instant("changed_at", nullable=False),
    UniqueConstraint("scope", "plan_key"),
)
