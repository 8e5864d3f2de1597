"""The ledger of attempts is append-only; self-registered patients have an organisation and a clinic."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BUILT_IN = "0" * 32

SQLITE = [
    """
    CREATE TRIGGER attempts_one_change BEFORE UPDATE ON attempts
    WHEN OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
      OR NEW.id IS NOT OLD.id OR NEW.organisation_id IS NOT OLD.organisation_id
      OR NEW.reminder_id IS NOT OLD.reminder_id OR NEW.outbox_id IS NOT OLD.outbox_id
      OR NEW.number IS NOT OLD.number OR NEW.owner IS NOT OLD.owner OR NEW.began_at IS NOT OLD.began_at
    BEGIN SELECT RAISE(ABORT, 'an attempt changes once: its outcome, from nothing to a value'); END
    """,
    """
    CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts
    BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION attempts_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'attempts are never deleted';
      END IF;
      IF OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
        OR (NEW.id, NEW.organisation_id, NEW.reminder_id, NEW.outbox_id, NEW.number, NEW.owner, NEW.began_at)
           IS DISTINCT FROM
           (OLD.id, OLD.organisation_id, OLD.reminder_id, OLD.outbox_id, OLD.number, OLD.owner, OLD.began_at)
      THEN
        RAISE EXCEPTION 'an attempt changes once: its outcome, from nothing to a value';
      END IF;
      RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER attempts_guarded BEFORE UPDATE OR DELETE ON attempts"
    " FOR EACH ROW EXECUTE FUNCTION attempts_guard()",
]


def upgrade() -> None:
    """Set the triggers and the built-in rows."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    made = sa.func.current_timestamp()
    organisations = sa.table("organisations", *(sa.column(name) for name in ("id", "name", "created_at")))
    op.execute(organisations.insert().values(id=BUILT_IN, name="self-registered", created_at=made))
    op.execute(
        sa.text(
            "INSERT INTO clinics (id, organisation_id, name, phone, emergency, hours, zone, languages, default_plan,"
            " quiet_from, quiet_to, created_at)"
            " VALUES (:id, :id, '', '', '', '{}', 'UTC', '[]', 'microneedling', '21:00:00', '08:00:00',"
            " CURRENT_TIMESTAMP)"
        ).bindparams(id=BUILT_IN)
    )


def downgrade() -> None:
    """Take the triggers and the built-in rows away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER attempts_one_change")
        op.execute("DROP TRIGGER attempts_stay")
    else:
        op.execute("DROP TRIGGER attempts_guarded ON attempts")
        op.execute("DROP FUNCTION attempts_guard")
    for table in ("clinics", "organisations"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE id = :id").bindparams(id=BUILT_IN))  # noqa: S608 - two constants
