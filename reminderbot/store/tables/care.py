"""What passes between a clinic and its patients besides reminders: cases, letters, questions, posters, lists, audit."""

from sqlalchemy import (
    JSON,
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

from reminderbot.store.tables.base import (
    blind,
    fact,
    instant,
    key_column,
    metadata,
    opaque,
    own,
    refers,
    sealed,
    secret,
    technical,
)
from reminderbot.store.tables.reminders import BIG_ID

cases = Table(
    "cases",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id", nullable=True, index=True),
    fact("kind", String(16), nullable=False),  # worry, letter, reminder or invite
    opaque("subject", String(32), nullable=False),  # the id of what it is about
    refers("owner_id", "staff.id", nullable=True, index=True),
    instant("raised_at", nullable=False),  # product clock, as all of them
    instant("due_at"),  # by when somebody must have acknowledged it
    instant("acknowledged_at"),
    refers("acknowledged_by", "staff.id", nullable=True),
    instant("contacted_at"),
    refers("contacted_by", "staff.id", nullable=True),
    instant("closed_at"),
    refers("closed_by", "staff.id", nullable=True),
    fact("escalations", Integer, nullable=False, server_default="0"),
    instant("told_at"),  # when the patient was told that nobody has answered yet
    sealed("note"),
    technical("version", Integer, nullable=False, server_default="1"),
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
    fact("direction", String(8), nullable=False),  # in: from the patient; out: from the clinic
    refers("staff_id", "staff.id", nullable=True),
    sealed("words"),
    instant("at", nullable=False),  # product clock
    instant("read_at"),
    opaque("outbox_id", BIG_ID, ForeignKey("outbox.id")),
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
    own("title", String(100), nullable=False),
    own("language", String(16), nullable=False),
    own("phrases", JSON, nullable=False),  # how people ask for it
    own("body", Text, nullable=False),
    refers("staff_id", "staff.id"),
    technical("version", Integer, nullable=False, server_default="1"),
    instant("created_at", nullable=False),
    instant("ended_at"),
)

worry_words = Table(
    "worry_words",
    metadata,
    opaque("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True),
    refers("organisation_id", "organisations.id", index=True),
    own("lines", JSON, nullable=False),  # a clinic's own worrying words, beside the shipped ones
    refers("staff_id", "staff.id"),
    technical("version", Integer, nullable=False),
    instant("changed_at", nullable=False),
)

questions = Table(
    "questions",
    metadata,
    key_column(),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    refers("patient_id", "patients.id", index=True),
    fact("language", String(16), nullable=False),
    fact("topic", String(100)),  # the nearest one, if any was near
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
    secret("token_hash", LargeBinary, nullable=False, unique=True),
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
    blind("digest", nullable=False),  # keyed: the same file is known again
    fact("counts", JSON),
    instant("created_at", nullable=False),
    instant("applied_at"),
    instant("ended_at"),
)

listed = Table(
    "listed",
    metadata,
    opaque("clinic_id", String(32), ForeignKey("clinics.id"), primary_key=True),
    blind("key", primary_key=True),  # of what the booking system calls an appointment
    refers("organisation_id", "organisations.id"),
    refers("treatment_id", "treatments.id", index=True),
    refers("upload_id", "uploads.id"),
    instant("gone_at"),  # when a later list no longer had it
)

audit = Table(
    "audit",
    metadata,
    technical("id", BIG_ID, primary_key=True),
    refers("organisation_id", "organisations.id"),
    refers("clinic_id", "clinics.id"),
    technical("number", Integer, nullable=False),  # 1, 2, 3 … of the clinic
    instant("at", nullable=False),  # machine clock
    fact("actor", String(16), nullable=False),  # staff, patient, operator or program
    refers("staff_id", "staff.id", nullable=True),
    opaque("patient_id", String(32)),  # a pseudonym once the patient is erased: no foreign key
    fact("action", String(64), nullable=False),
    fact("detail", JSON, nullable=False),  # nothing personal
    technical("previous", LargeBinary, nullable=False),
    technical("hash", LargeBinary, nullable=False),
    UniqueConstraint("clinic_id", "number"),
    Index("ix_audit_patient_id", "patient_id"),
)
