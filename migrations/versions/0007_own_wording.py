"""A clinic's own wording: drafts, editions, approvals; which edition a reminder was worded by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQLITE = [
    """
    CREATE TRIGGER edition_texts_are_final BEFORE UPDATE ON edition_texts
    BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END
    """,
    """
    CREATE TRIGGER edition_texts_stay BEFORE DELETE ON edition_texts
    BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION edition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'an edition is never changed';
    END $$
    """,
    """
    CREATE TRIGGER editions_guarded BEFORE UPDATE OR DELETE ON edition_texts
    FOR EACH ROW EXECUTE FUNCTION edition_guard()
    """,
]


def upgrade() -> None:
    """Add tables, and columns that may be empty or have a default: an older program goes on beside them."""
    op.create_table(
        "editions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("restores", sa.String(length=32), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_editions_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_editions_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["restores"], ["editions.id"], name="fk_editions_restores_editions"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name="fk_editions_reviewed_by_staff"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_editions_staff_id_staff"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["staff.id"], name="fk_editions_withdrawn_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("scope", "book", "number", name="uq_editions_scope_book_number"),
    )
    op.create_index("ix_editions_clinic_id", "editions", ["clinic_id"])
    op.create_index("ix_editions_organisation_id", "editions", ["organisation_id"])
    op.create_table(
        "edition_texts",
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_edition_texts_edition_id_editions"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_edition_texts_organisation_id_organisations"
        ),
        sa.UniqueConstraint("edition_id", "key", "language", name="uq_edition_texts_edition_id_key_language"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("aside", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_drafts_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_drafts_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_drafts_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index(
        "ix_drafts_current",
        "drafts",
        ["scope", "book", "key", "language"],
        unique=True,
        sqlite_where=sa.text("NOT aside"),
        postgresql_where=sa.text("NOT aside"),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_approvals_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_approvals_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.UniqueConstraint("scope", "book", "hash", "staff_id", name="uq_approvals_scope_book_hash_staff_id"),
    )
    op.create_table(
        "plan_editions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("plan_key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan_version_id", sa.String(length=32), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("reach", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_plan_editions_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_plan_editions_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_versions.id"], name="fk_plan_editions_plan_version_id_plan_versions"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_plan_editions_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_editions"),
        sa.UniqueConstraint("scope", "plan_key", "number", name="uq_plan_editions_scope_plan_key_number"),
    )
    op.create_index("ix_plan_editions_clinic_id", "plan_editions", ["clinic_id"])
    op.create_index("ix_plan_editions_organisation_id", "plan_editions", ["organisation_id"])
    op.create_table(
        "plan_drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("clinic_id", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("plan_key", sa.String(length=64), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_plan_drafts_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_plan_drafts_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_plan_drafts_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_drafts"),
        sa.UniqueConstraint("scope", "plan_key", name="uq_plan_drafts_scope_plan_key"),
    )
    op.add_column("clinics", sa.Column("wording", sa.Integer(), server_default="0", nullable=False))
    op.add_column("clinics", sa.Column("second_reader", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reminders", sa.Column("edition_id", sa.String(length=32), nullable=True))
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("reminders", "edition_id")
    op.drop_column("clinics", "second_reader")
    op.drop_column("clinics", "wording")
    for table in ("plan_drafts", "plan_editions", "approvals", "drafts", "edition_texts", "editions"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION edition_guard")
