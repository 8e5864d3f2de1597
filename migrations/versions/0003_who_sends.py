"""Who sends first, a breaker that every process sees, due reminders by clinic, and what was merged into what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLANNED = sa.text("state = 'planned'")
MERGED = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    """Add two columns and two indexes: an older program goes on beside them."""
    with op.batch_alter_table("seats") as seats:
        seats.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("bots") as bots:
        bots.add_column(sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_reminders_clinic_due",
        "reminders",
        ["clinic_id", "due_at"],
        sqlite_where=PLANNED,
        postgresql_where=PLANNED,
    )
    op.create_index(
        "ix_reminders_merged_into", "reminders", ["merged_into"], sqlite_where=MERGED, postgresql_where=MERGED
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_reminders_merged_into", "reminders")
    op.drop_index("ix_reminders_clinic_due", "reminders")
    with op.batch_alter_table("bots") as bots:
        bots.drop_column("broken_at")
    with op.batch_alter_table("seats") as seats:
        seats.drop_column("rank")
