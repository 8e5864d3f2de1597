"""What is noted stays: a line of the audit is neither replaced (SQLite) nor taken out with all others (PostgreSQL)."""

from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

# INSERT OR REPLACE takes the old row out without its triggers, unless a connection asks for them.
SQLITE = [
    """
    CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE clinic_id = NEW.clinic_id AND number = NEW.number)
      OR EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
    """
    CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_heads
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
]
POSTGRESQL = [
    "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    "CREATE TRIGGER audit_heads_stay BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()",
]
TRIGGERS = {
    "sqlite": {"audit_is_not_replaced": "audit", "audit_head_stays": "audit_heads"},
    "postgresql": {"audit_not_emptied": "audit", "audit_head_stays": "audit_heads", "audit_heads_stay": "audit_heads"},
}


def upgrade() -> None:
    """Add triggers; an older program never does what they refuse."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    kind = op.get_bind().dialect.name
    for name, table in TRIGGERS[kind].items():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if kind == "postgresql" else ""))
