"""Row-level security on PostgreSQL: a transaction reaches the rows that it has said it is about, and no others."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CONTRACTS = (
    "An older program says nothing of its reach: as the owner of the tables it goes on, under the second policy."
)

REACH = "current_setting('reminderbot.reach', true)"
ORGANISATION = "current_setting('reminderbot.organisation', true)"


def said(*kinds: str) -> str:
    """Return the condition that a transaction has said one of these.

    The planner takes it for true of nearly every row. Of a plain `= 'all'` it would expect one row in two hundred, and
    join a chat's tables as if they were empty. The settings are asked of each row: a sub-select, once a statement, is
    dearer where a statement reads a few rows of many tables, as a reminder's do.
    """
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"nullif({REACH} IN ({listed}), false) IS NOT NULL"


ORGANISATIONS = [
    "approvals",
    "bindings",
    "cases",
    "claims",
    "clinic_answers",
    "drafts",
    "edition_texts",
    "editions",
    "invites",
    "letters",
    "listed",
    "outbox",
    "patients",
    "plan_drafts",
    "plan_editions",
    "posters",
    "questions",
    "reminders",
    "search_tokens",
    "treatments",
    "uploads",
    "worries",
    "worry_words",
]
"""Whose rows say which organisation's they are."""

DOOR = [
    "audit",
    "audit_heads",
    "clinics",
    "recovery_codes",
    "sign_ins",
    "staff",
    "staff_links",
    "staff_roles",
    "submissions",
]
"""Of these also what signing in needs, before it is known whose staff asks."""

SHIPPED = ["plan_versions", "texts"]
"""Of these everybody may read what was shipped: who comes along with a claim was treated by it."""

HISTORY = ["attempts", "check_ins", "reminder_events"]
"""What has happened to a reminder is reached with it: a claim passes on the reminder alone."""

CHATS = ["consents", "dialogues", "asked"]
"""What belongs to a chat, and is reached with it."""

HOUSE = ["bots", "seats", "throttles"]
"""What is nobody's: any transaction that has said what it is about may use it."""

BUILT_IN = "0" * 32
OWN = f"organisation_id = {ORGANISATION}"
EVERYWHERE = said("all")
ENTERING = said("all", "door")
ANY = said("all", "door", "organisation")

THROUGH = {
    "reaches_chat": (
        "EXISTS (SELECT FROM bindings WHERE bindings.chat_id = wanted)"
        " OR EXISTS (SELECT FROM staff WHERE staff.chat_id = wanted)"
    ),
    "reaches_key": (
        "EXISTS (SELECT FROM patients WHERE patients.key_id = wanted)"
        " OR EXISTS (SELECT FROM staff WHERE staff.key_id = wanted)"
        " OR EXISTS (SELECT FROM chats WHERE chats.key_id = wanted)"
    ),
    "reaches_reminder": "EXISTS (SELECT FROM reminders WHERE reminders.id = wanted)",
    "reaches_row_of_chat": "EXISTS (SELECT FROM chats WHERE chats.id = wanted)",
}
"""What is reached because something else is: functions, so that a statement that reaches all does not plan for them.

They run as who asks: the other tables' policies hold in them.
"""

FUNCTION = """
    CREATE FUNCTION {name}(wanted varchar) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN {condition};
    END $$
"""


def rules() -> list[tuple[str, str, str]]:
    """Return table, command and condition of every policy."""
    made = [(table, "ALL", f"{EVERYWHERE} OR {OWN}") for table in ORGANISATIONS]
    made += [(table, "ALL", f"{ENTERING} OR {OWN}") for table in DOOR]
    made += [(table, "ALL", f"{EVERYWHERE} OR {OWN}") for table in SHIPPED]
    made += [(table, "SELECT", f"{REACH} = 'organisation' AND organisation_id = '{BUILT_IN}'") for table in SHIPPED]
    made += [
        (
            table,
            "ALL",
            f"{EVERYWHERE} OR {OWN} OR reaches_reminder(reminder_id)",
        )
        for table in HISTORY
    ]
    made += [("organisations", "ALL", f"{ENTERING} OR id = {ORGANISATION}")]
    made += [("chats", "ALL", f"{EVERYWHERE} OR reaches_chat(id)"), ("inbox", "ALL", EVERYWHERE)]
    made += [(table, "ALL", f"{EVERYWHERE} OR reaches_row_of_chat(chat_id)") for table in CHATS]
    made += [(table, "ALL", ANY) for table in HOUSE]
    made += [("data_keys", "SELECT", ANY), ("data_keys", "INSERT", ANY), ("data_keys", "UPDATE", EVERYWHERE)]
    return [*made, ("data_keys", "DELETE", f"{EVERYWHERE} OR reaches_key(id)")]


def upgrade() -> None:
    """Confine every table; the owner too, once a transaction has said what it is about.

    An older program beside this one says nothing: as the owner it goes on, under the second policy.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, condition in THROUGH.items():
        op.execute(FUNCTION.format(name=name, condition=condition))
    for table in dict.fromkeys(table for table, _, _ in rules()):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY unsaid ON {table} TO CURRENT_USER USING (coalesce({REACH}, '') = '')")
    for table, command, condition in rules():
        clause = "WITH CHECK" if command == "INSERT" else "USING"
        op.execute(f"CREATE POLICY reach_{command.lower()} ON {table} FOR {command} {clause} ({condition})")


def downgrade() -> None:
    """Let every table be open again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in dict.fromkeys(table for table, _, _ in rules()):
        op.execute(f"DROP POLICY unsaid ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table, command, _ in rules():
        op.execute(f"DROP POLICY reach_{command.lower()} ON {table}")
    for name in THROUGH:
        op.execute(f"DROP FUNCTION {name}(varchar)")
