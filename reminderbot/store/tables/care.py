"""What passes between a clinic and its patients besides reminders: cases, letters, questions, posters, lists, audit."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from reminderbot.store.tables.base import blind, instant, key_column, metadata, refers, sealed
from reminderbot.store.tables.reminders import BIG_ID

cases = Table(
    "cases",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id", nullable=True, index=True),
    Column("kind", String(16), nullable=False),  # worry, letter, reminder or invite
    Column("subject", String(32), nullable=False),  # the id of what it is about
    refers("owner_id", "staff.id", nullable=True, index=True),
    instant("raised_at", nullable=False),  # product clock, as all of them
    instant("due_at"),  # by when somebody must have acknowledged it
    instant("acknowledged_at"),
    refers("acknowledged_by", "staff.id", nullable=True),
    instant("contacted_at"),
    refers("contacted_by", "staff.id", nullable=True),
    instant("closed_at"),
    refers("closed_by", "staff.id", nullable=True),
    Column("escalations", Integer, nullable=False, server_default="0"),
    instant("told_at"),  # when the patient was told that nobody has answered yet
    sealed("note"),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("kind", "subject"),
)
Index(
    "ix_cases_open",
    cases.c.clinic_id,
    cases.c.due_at,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

letters = Table(
    "letters",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id"),
    refers("chat_id", "chats.id", nullable=True),
    Column("direction", String(8), nullable=False),  # in: from the patient; out: from the clinic
    refers("staff_id", "staff.id", nullable=True),
    sealed("words"),
    instant("at", nullable=False),  # product clock
    instant("read_at"),
    Column("outbox_id", BIG_ID, ForeignKey("outbox.id")),
    Index("ix_letters_patient_id_at", "patient_id", "at"),
)
Index(
    "ix_letters_unread",
    letters.c.clinic_id,
    letters.c.at,
    sqlite_where=text("direction = 'in' AND read_at IS NULL"),
    postgresql_where=text("direction = 'in' AND read_at IS NULL"),
)

clinic_answers = Table(
    "clinic_answers",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    Column("title", String(100), nullable=False),
    Column("language", String(16), nullable=False),
    Column("phrases", JSON, nullable=False),  # how people ask for it
    Column("body", Text, nullable=False),
    refers("staff_id", "staff.id"),
    Column("version", Integer, nullable=False, server_default="1"),
    instant("created_at", nullable=False),
    instant("ended_at"),
)

worry_words = Table(
    "worry_words",
    metadata,
    Column("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True),
    refers("organisation_id", "organisations.id", index=True),
    Column("lines", JSON, nullable=False),  # a clinic's own worrying words, beside the shipped ones
    refers("staff_id", "staff.id"),
    Column("version", Integer, nullable=False),
    instant("changed_at", nullable=False),
)

questions = Table(
    "questions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id", index=True),
    Column("language", String(16), nullable=False),
    Column("topic", String(100)),  # the nearest one, if any was near
    sealed("words"),
    instant("at", nullable=False),
    refers("answer_id", "clinic_answers.id", nullable=True),
    Index("ix_questions_clinic_id_at", "clinic_id", "at"),
)

posters = Table(
    "posters",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    sealed("token"),  # it hangs on a wall, and is printed again
    refers("staff_id", "staff.id"),
    instant("created_at", nullable=False),
    instant("ended_at"),
)

claims = Table(
    "claims",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("patient_id", "patients.id", index=True),
    blind("code_index", nullable=False, unique=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("used_at"),
    refers("clinic_id", "clinics.id", nullable=True),  # whose staff has used it
)

uploads = Table(
    "uploads",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id", index=True),
    refers("staff_id", "staff.id"),
    sealed("content"),  # the rows that were read and how the columns are matched; wiped once it is over
    Column("digest", LargeBinary, nullable=False),  # keyed: the same file is known again
    Column("counts", JSON),
    instant("created_at", nullable=False),
    instant("applied_at"),
    instant("ended_at"),
)

listed = Table(
    "listed",
    metadata,
    Column("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True),
    blind("key", primary_key=True),  # of what the booking system calls an appointment
    refers("organisation_id", "organisations.id"),
    refers("treatment_id", "treatments.id", index=True),
    refers("upload_id", "uploads.id"),
    instant("gone_at"),  # when a later list no longer had it
)

audit = Table(
    "audit",
    metadata,
    Column("id", BIG_ID, primary_key=True),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … of the clinic
    instant("at", nullable=False),  # machine clock
    Column("actor", String(16), nullable=False),  # staff, patient, operator or program
    refers("staff_id", "staff.id", nullable=True),
    Column("patient_id", String(32)),  # a pseudonym once the patient is erased: no foreign key
    Column("action", String(64), nullable=False),
    Column("detail", JSON, nullable=False),  # nothing personal
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("clinic_id", "number"),
    Index("ix_audit_patient_id", "patient_id"),
)
