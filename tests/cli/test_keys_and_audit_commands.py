"""`keys` and `audit`: what an operator types to change the master key, and to prove that nothing was rewritten."""

import json
import sqlite3
from pathlib import Path

from reminderbot.store import vault
from tests.app import process
from tests.cli import terminal

ADD = (
    "clinic",
    "add",
    "--name",
    "Dr Bea",
    "--phone",
    "+34 600 000 000",
    "--hours",
    "Mon-Fri 9-18",
    "--zone",
    "Europe/Madrid",
)


def fingerprint(key: str) -> str:
    return vault.Masters.read(key).active.fingerprint


async def test_a_key_is_rotated_while_the_bot_runs(tmp_path: Path, sqlite_url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    well = {"folder": tmp_path, "database_url": sqlite_url, "telegram_url": terminal.NOWHERE, "token": terminal.TOKEN}
    both = f"{new},{old}"
    assert terminal.run(*ADD, key=old, **well).code == 0
    web = {"database_url": sqlite_url, "telegram_url": terminal.NOWHERE}
    with process.started(tmp_path, "run", "--only", "web", key=both, **web) as bot:
        await bot.until("/healthz", lambda status, _: status == 200)
        before = terminal.run("keys", key=both, **well)
        rotated = terminal.run("keys", "rotate", key=both, **well)
        assert bot.lives

    assert "needed until" in before.out
    assert (rotated.code, rotated.err) == (0, "")
    assert "must have been restarted with the new key" in rotated.out.splitlines()[0]
    assert f"Nothing is wrapped by {fingerprint(old)} any more" in rotated.out
    assert "Dr Bea" in terminal.run("clinic", "list", key=new, **well).out
    for door in (
        ("run",),
        ("run", "--only", "web"),
        ("clinic", "list"),
        ("keys",),
        ("keys", "rotate"),
        ("audit", "verify"),
    ):
        refused = terminal.run(*door, key=old, **well)
        assert refused.code == 1
        assert "REMINDERBOT_KEY does not open this database" in refused.sentence


def test_a_key_is_made_under_both_names(tmp_path: Path) -> None:
    for name in ("key", "keys"):
        vault.Masters.read(terminal.run(name, "new", folder=tmp_path).out)


def test_the_audit_is_verified_against_a_head_kept_elsewhere(tmp_path: Path, sqlite_url: str) -> None:
    well = {"folder": tmp_path, "database_url": sqlite_url, "key": terminal.KEY}
    terminal.run(*ADD, **well)
    kept = tmp_path / "heads.jsonl"
    assert terminal.run("audit", "head", "--to", str(kept), **well).code == 0
    [head] = [json.loads(line) for line in kept.read_text().splitlines()]

    passed = terminal.run("audit", "verify", "--head", str(kept), **well)
    assert (passed.code, passed.err) == (0, "")
    assert "1 lines of 1 clinics were read" in passed.out
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("SELECT actor, action FROM audit").fetchall() == [("operator", "clinic.added")]
    connection.executescript(
        "DROP TRIGGER audit_stays; DROP TRIGGER audit_head_stays; DELETE FROM audit; DELETE FROM audit_heads;"
    )
    connection.close()

    assert terminal.run("audit", "verify", **well).code == 0
    found = terminal.run("audit", "verify", "--head", str(kept), **well)
    assert found.code == 1
    assert (
        found.sentence
        == f"clinic {head['clinic']}, line 0: an exported head names this clinic, and there is no audit of it"
    )


def test_what_is_no_head_is_told_in_one_line(tmp_path: Path, sqlite_url: str) -> None:
    well = {"folder": tmp_path, "database_url": sqlite_url, "key": terminal.KEY}
    (tmp_path / "broken").write_bytes(b"\xff\x00")
    (tmp_path / "other").write_text("{}")

    for name in ("none", "broken", "other", "."):
        refused = terminal.run("audit", "verify", "--head", name, **well)
        assert refused.code == 1
        assert "reminderbot audit head" in refused.sentence
    assert "cannot be written" in terminal.run("audit", "head", "--to", "nowhere/x", **well).sentence
