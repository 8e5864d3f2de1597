"""What a person must look at is counted by an index, and when the operator was told is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_reminders_to_look_at", "reminders", "state", "state IN ('unconfirmed', 'blocked', 'rejected', 'parked')"),
    ("ix_reminders_tried_often", "reminders", "id", "attempts > budget + 1"),
    ("ix_inbox_parked", "inbox", "id", "parked_at IS NOT NULL"),
)


def upgrade() -> None:
    """Add a column and three small indexes: an older program goes on beside them."""
    op.add_column("bots", sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True))
    for name, table, column, where in INDEXES:
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Take them away again."""
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    with op.batch_alter_table("bots") as bots:
        bots.drop_column("alerted_at")
