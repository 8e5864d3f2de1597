"""What a chat has asked last, and a clinic's own worrying words."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables: an older program goes on beside them."""
    op.create_table(
        "asked",
        sa.Column("chat_id", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_asked_chat_id_chats"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_asked"),
    )
    op.create_table(
        "worry_words",
        sa.Column("clinic_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_worry_words_clinic_id_clinics"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_worry_words_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_worry_words_staff_id_staff"),
        sa.PrimaryKeyConstraint("clinic_id", name="pk_worry_words"),
    )
    op.create_index("ix_worry_words_organisation_id", "worry_words", ["organisation_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("worry_words")
    op.drop_table("asked")
