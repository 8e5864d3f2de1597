"""A migration only adds, so that the release before it goes on beside it; or it says why nobody needs what it takes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
FIRST_RELEASE = "0002"  # up to here there was no older program
SAYS_WHY = "CONTRACTS"
TAKES = {"drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column"}
NARROWS = {"create_check_constraint", "create_unique_constraint", "create_foreign_key"}
SQL = re.compile(r"\b(DROP|RENAME|ALTER|TRUNCATE|DELETE|UPDATE)\b", re.IGNORECASE)


def narrowings(source: str) -> list[str]:
    """Return what a migration does that an older program might not bear."""
    tree = ast.parse(source)
    if any(isinstance(node, ast.Assign) and _name(node.targets[0]) == SAYS_WHY for node in tree.body):
        return []
    upgrade = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    made = {_first(call) for call in calls if _name(call.func) == "create_table"}
    return [said for call in calls for said in _said(call, made)]


def _first(call: ast.Call, place: int = 0) -> object:
    given = call.args[place] if len(call.args) > place else None
    return given.value if isinstance(given, ast.Constant) else None


def _said(call: ast.Call, made: set[object]) -> Iterator[str]:
    name, given = _name(call.func), {word.arg: word.value for word in call.keywords}
    if name in TAKES | NARROWS:
        yield name
    elif name == "create_index" and _is(given.get("unique"), True) and _first(call, 1) not in made:
        yield "a unique index"
    elif name == "add_column":
        yield from (
            "a column that must be filled"
            for column in ast.walk(call)
            if isinstance(column, ast.Call) and _name(column.func) == "Column" and _must_be_filled(column)
        )
    elif name == "execute":
        text = " ".join(str(each.value) for each in ast.walk(call) if isinstance(each, ast.Constant))
        yield from (found.upper() for found in SQL.findall(text))


def _must_be_filled(column: ast.Call) -> bool:
    given = {word.arg: word.value for word in column.keywords}
    return _is(given.get("nullable"), False) and "server_default" not in given


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_every_migration_lets_the_release_before_it_go_on() -> None:
    later = [path for path in sorted(VERSIONS.glob("*.py")) if path.name[:4] > FIRST_RELEASE]
    found = {path.name: narrowings(path.read_text("utf-8")) for path in later}

    assert later
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ('op.drop_column("bots", "username")', ["drop_column"]),
        ('op.rename_table("seats", "posts")', ["rename_table"]),
        ('op.alter_column("bots", "username", nullable=False)', ["alter_column"]),
        ('op.add_column("bots", sa.Column("x", sa.Integer(), nullable=False))', ["a column that must be filled"]),
        ('op.create_index("ix", "bots", ["username"], unique=True)', ["a unique index"]),
        ('op.execute("ALTER TABLE bots DROP COLUMN username")', ["ALTER", "DROP"]),
        ('op.execute(sa.text("UPDATE reminders SET resends = 0"))', ["UPDATE"]),
        ('op.add_column("bots", sa.Column("x", sa.Integer(), nullable=False, server_default="1"))', []),
        ('op.create_index("ix", "bots", ["username"])', []),
        ('op.create_table("x")\n    op.create_index("ix", "x", ["y"], unique=True)', []),
    ],
)
def test_what_an_older_program_would_not_bear_is_found(does: str, said: list[str]) -> None:
    source = f"def upgrade() -> None:\n    {does}\n"

    assert narrowings(source) == said
    assert narrowings(f'{SAYS_WHY} = "0.1 does not read it any more"\n{source}') == []
