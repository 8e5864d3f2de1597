"""The clinics' console: staff and how they sign in, cases, letters, questions, posters, lists, the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = [
    """
    CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
    """
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit is append-only';
    END $$
    """,
    "CREATE TRIGGER audit_guarded BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard()",
]

TABLES = (
    "questions",
    "listed",
    "uploads",
    "submissions",
    "staff_roles",
    "staff_links",
    "sign_ins",
    "recovery_codes",
    "posters",
    "letters",
    "clinic_answers",
    "claims",
    "cases",
    "audit",
    "staff",
    "audit_heads",
    "throttles",
)
COLUMNS = {
    "clinics": (
        "consent_words",
        "privacy_words",
        "retention_days",
        "phone_only",
        "alert_words",
        "acknowledge_within",
        "digest_on",
        "version",
    ),
    "invites": (
        "staff_id",
        "token",
        "code",
    ),
    "organisations": ("locks",),
    "patients": (
        "clinic_id",
        "external_index",
        "standing",
        "latest_at",
        "next_at",
        "settle_at",
        "version",
    ),
    "reminders": (
        "note",
        "note_until",
    ),
    "treatments": (
        "confirmed_at",
        "held_at",
    ),
}
INDEXES = {
    "ix_invites_clinic_id_created_at": "invites",
    "ix_invites_kept": "invites",
    "ix_invites_unjoined": "invites",
    "ix_patients_clinic_id_latest_at": "patients",
    "ix_patients_clinic_id_next_at": "patients",
    "ix_patients_settle_at": "patients",
    "ix_patients_clinic_id_standing": "patients",
    "ix_patients_external_index": "patients",
    "ix_patients_unsettled": "patients",
    "ix_search_tokens_organisation_id_token_patient_id": "search_tokens",
    "ix_reminders_clinic_sent": "reminders",
    "ix_reminders_clinic_to_look_at": "reminders",
    "ix_treatments_clinic_id_starts_at": "treatments",
    "ix_treatments_to_confirm": "treatments",
    "ix_worries_clinic_id_state": "worries",
}


def upgrade() -> None:
    """Add tables, columns that may be empty, and indexes: an older program goes on beside them."""
    op.create_table(
        "throttles",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_throttles"),
    )
    op.create_table(
        "audit_heads",
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_audit_heads_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_audit_heads_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("clinic_id", name="pk_audit_heads"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("login_index", sa.LargeBinary(), nullable=True),
        sa.Column("login", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chat_id", sa.String(length=32), nullable=True),
        sa.Column("on_alert", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_staff_chat_id_chats"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_staff_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login_index", name="uq_staff_login_index"),
    )
    op.create_index("ix_staff_chat_id", "staff", ["chat_id"])
    op.create_index("ix_staff_organisation_id", "staff", ["organisation_id"])

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_audit_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_audit_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_audit_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("clinic_id", "number", name="uq_audit_clinic_id_number"),
    )
    op.create_index("ix_audit_patient_id", "audit", ["patient_id"])

    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=32), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("escalations", sa.Integer(), server_default="0", nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["staff.id"], name="fk_cases_acknowledged_by_staff"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_cases_clinic_id_clinics"),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name="fk_cases_closed_by_staff"),
        sa.ForeignKeyConstraint(["contacted_by"], ["staff.id"], name="fk_cases_contacted_by_staff"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_cases_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_cases_owner_id_staff"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_cases_patient_id_patients"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("kind", "subject", name="uq_cases_kind_subject"),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["clinic_id", "due_at"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_cases_owner_id", "cases", ["owner_id"])
    op.create_index("ix_cases_patient_id", "cases", ["patient_id"])

    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_claims_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_claims_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_claims_patient_id_patients"),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.UniqueConstraint("code_index", name="uq_claims_code_index"),
    )
    op.create_index("ix_claims_patient_id", "claims", ["patient_id"])

    op.create_table(
        "clinic_answers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("phrases", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_clinic_answers_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_clinic_answers_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_clinic_answers_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_clinic_answers"),
    )
    op.create_index("ix_clinic_answers_clinic_id", "clinic_answers", ["clinic_id"])

    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("chat_id", sa.String(length=32), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_letters_chat_id_chats"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_letters_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_letters_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_letters_outbox_id_outbox"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_letters_patient_id_patients"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_letters_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
    )
    op.create_index("ix_letters_patient_id_at", "letters", ["patient_id", "at"])
    op.create_index(
        "ix_letters_unread",
        "letters",
        ["clinic_id", "at"],
        sqlite_where=sa.text("direction = 'in' AND read_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND read_at IS NULL"),
    )

    op.create_table(
        "posters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_posters_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_posters_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_posters_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_posters"),
        sa.UniqueConstraint("token_hash", name="uq_posters_token_hash"),
    )
    op.create_index("ix_posters_clinic_id", "posters", ["clinic_id"])

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_codes_staff_id_staff"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_recovery_codes_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_staff_id", "recovery_codes", ["staff_id"])

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_sign_ins_clinic_id_clinics"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sign_ins_staff_id_staff"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_sign_ins_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.UniqueConstraint("token_hash", name="uq_sign_ins_token_hash"),
    )
    op.create_index("ix_sign_ins_staff_id", "sign_ins", ["staff_id"])

    op.create_table(
        "staff_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_links_staff_id_staff"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_staff_links_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_links"),
        sa.UniqueConstraint("token_hash", name="uq_staff_links_token_hash"),
    )
    op.create_index("ix_staff_links_staff_id", "staff_links", ["staff_id"])

    op.create_table(
        "staff_roles",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_staff_roles_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_staff_roles_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_roles_staff_id_staff"),
        sa.PrimaryKeyConstraint("staff_id", "clinic_id", name="pk_staff_roles"),
    )
    op.create_index("ix_staff_roles_clinic_id", "staff_roles", ["clinic_id"])

    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_submissions_staff_id_staff"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_submissions_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
    )
    op.create_index("ix_submissions_at", "submissions", ["at"])

    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_uploads_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_uploads_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_uploads_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_clinic_id", "uploads", ["clinic_id"])

    op.create_table(
        "listed",
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("treatment_id", sa.String(length=32), nullable=False),
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_listed_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_listed_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatments.id"], name="fk_listed_treatment_id_treatments"),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name="fk_listed_upload_id_uploads"),
        sa.PrimaryKeyConstraint("clinic_id", "key", name="pk_listed"),
    )
    op.create_index("ix_listed_treatment_id", "listed", ["treatment_id"])

    op.create_table(
        "questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["clinic_answers.id"], name="fk_questions_answer_id_clinic_answers"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_questions_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_questions_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_questions_patient_id_patients"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_clinic_id_at", "questions", ["clinic_id", "at"])
    op.create_index("ix_questions_patient_id", "questions", ["patient_id"])

    op.add_column("clinics", sa.Column("consent_words", sa.JSON(), nullable=True))
    op.add_column("clinics", sa.Column("privacy_words", sa.JSON(), nullable=True))
    op.add_column("clinics", sa.Column("retention_days", sa.Integer(), nullable=True))
    op.add_column("clinics", sa.Column("phone_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("clinics", sa.Column("alert_words", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("clinics", sa.Column("acknowledge_within", sa.Integer(), server_default="30", nullable=False))
    op.add_column("clinics", sa.Column("digest_on", sa.Date(), nullable=True))
    op.add_column("clinics", sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    op.add_column("invites", sa.Column("staff_id", sa.String(length=32), nullable=True))
    op.add_column("invites", sa.Column("token", sa.LargeBinary(), nullable=True))
    op.add_column("invites", sa.Column("code", sa.LargeBinary(), nullable=True))
    op.create_index("ix_invites_clinic_id_created_at", "invites", ["clinic_id", "created_at", "id"])
    op.create_index(
        "ix_invites_kept",
        "invites",
        ["expires_at"],
        sqlite_where=sa.text("token IS NOT NULL"),
        postgresql_where=sa.text("token IS NOT NULL"),
    )
    op.create_index(
        "ix_invites_unjoined",
        "invites",
        ["clinic_id", "created_at"],
        sqlite_where=sa.text("redeemed_at IS NULL AND revoked_at IS NULL AND declined_at IS NULL"),
        postgresql_where=sa.text("redeemed_at IS NULL AND revoked_at IS NULL AND declined_at IS NULL"),
    )

    op.add_column("organisations", sa.Column("locks", sa.JSON(), nullable=True))

    op.add_column("patients", sa.Column("clinic_id", sa.String(length=32), nullable=True))
    op.add_column("patients", sa.Column("external_index", sa.LargeBinary(), nullable=True))
    op.add_column("patients", sa.Column("standing", sa.String(length=16), nullable=True))
    op.add_column("patients", sa.Column("latest_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("patients", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("patients", sa.Column("settle_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_patients_clinic_id_next_at", "patients", ["clinic_id", "next_at", "id"])
    op.create_index("ix_patients_settle_at", "patients", ["settle_at"])
    op.add_column("patients", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index("ix_patients_clinic_id_latest_at", "patients", ["clinic_id", "latest_at", "id"])
    op.create_index("ix_patients_clinic_id_standing", "patients", ["clinic_id", "standing", "latest_at", "id"])
    op.create_index("ix_patients_external_index", "patients", ["clinic_id", "external_index"])
    op.create_index(
        "ix_patients_unsettled",
        "patients",
        ["id"],
        sqlite_where=sa.text("standing IS NULL"),
        postgresql_where=sa.text("standing IS NULL"),
    )

    # With the patient in it a look for a name reads no row; the index without may go a release later.
    op.create_index(
        "ix_search_tokens_organisation_id_token_patient_id",
        "search_tokens",
        ["organisation_id", "token", "patient_id"],
    )

    op.add_column("reminders", sa.Column("note", sa.LargeBinary(), nullable=True))
    op.add_column("reminders", sa.Column("note_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_reminders_clinic_sent",
        "reminders",
        ["clinic_id", "sent_at"],
        sqlite_where=sa.text("sent_at IS NOT NULL"),
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_reminders_clinic_to_look_at",
        "reminders",
        ["clinic_id", "due_at"],
        sqlite_where=sa.text("state IN ('unconfirmed', 'blocked', 'rejected', 'parked')"),
        postgresql_where=sa.text("state IN ('unconfirmed', 'blocked', 'rejected', 'parked')"),
    )

    op.add_column("treatments", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("treatments", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_treatments_clinic_id_starts_at", "treatments", ["clinic_id", "starts_at"])
    op.create_index(
        "ix_treatments_to_confirm",
        "treatments",
        ["clinic_id", "starts_at"],
        sqlite_where=sa.text("entered_by = 'poster' AND confirmed_at IS NULL AND state = 'booked'"),
        postgresql_where=sa.text("entered_by = 'poster' AND confirmed_at IS NULL AND state = 'booked'"),
    )

    op.create_index("ix_worries_clinic_id_state", "worries", ["clinic_id", "state", "raised_at"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    for index, table in INDEXES.items():
        op.drop_index(index, table)
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_guard")
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
