"""By which version of the zones' rules each treatment was planned; none is known of those that stand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    """Add a column that an older program leaves empty, and an index over what it was left in."""
    op.add_column("treatments", sa.Column("rules", sa.String(length=16), nullable=False, server_default=""))
    op.create_index("ix_treatments_rules", "treatments", ["rules"], sqlite_where=BOOKED, postgresql_where=BOOKED)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_treatments_rules", "treatments")
    op.drop_column("treatments", "rules")
