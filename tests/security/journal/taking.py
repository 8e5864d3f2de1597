"""Whoever has the files: a thief of the database, of a backup or of the log, and an operator without the right key."""

import asyncio
import sqlite3
import stat
import struct
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import select, update

from reminderbot import errors
from reminderbot.store import backup_file, tables, vault
from tests import canaries
from tests.cli import terminal
from tests.security.journal import stage
from tests.security.journal.telling import Happened, counted, tried_by
from tests.web.console import hired

READER, LOGS = "reader of the database or a backup", "reader of the logs"
KEYLESS, RIGHTS = "operator without the key", "somebody on the same machine"
SAID = ("I worry about my cheek", "May I swim?", "Is a sauna fine?", "Your session is tomorrow.", "Dora Núñez")
BAD: Final = {
    "token": ("x", "123:abc def", "1:" + "\u202e" * 9, "9" * 999),
    "key": ("changeme", "x" * 9999, "\x01"),
    "database_url": (
        "sqlite:////proc/nowhere/x",
        "mysql://root:hunter2222@h/x",
        "sqlite:///.",
        "postgresql://u:hunter2222@[",
        "postgresql://u:@hunter2222@10.0.0.1:x/y",
        "sqlite://",
        "x",
    ),
    "listen": ("0.0.0.0:99999", ":::", "127.0.0.1:-1"),
    "telegram_url": ("file:///etc/passwd", "gopher://x", "http://", "https://[x"),
    "webhook_url": (
        "http://bot.example/x",
        "https://bot.example/../metrics",
        "https://bot.example/metrics",
        "https://u:p@h/x",
    ),
    "console_url": ("javascript:alert(1)", "//x", "http://["),
    "clock": ("now", "2026-99-99", "2026-11-24T15:30Z*-1"),
    "erasure_list": ("/proc/nowhere", "."),
    "messages": ("/etc", "nowhere"),
    "alert_mail": ("a@b\r\nBcc: c@d", "x"),
    "smtp_url": ("smtp://user:hunter2222@", "http://x"),
}
"""Values that no setting may have; what a reader of the refusal must not learn is `hunter2222`."""


def secrets_of(on: stage.Stage) -> list[str]:
    """Return what stands nowhere in clear: names, words, chats, passwords, seeds, the token, the key."""
    seeds = [each.seed for each in on.staff.values()]
    logins = ["evelyn", "nobody3"]
    known = [stage.OWN, stage.FOREIGN, "Kanarka", canaries.NAME, *SAID, hired.PASSWORD, *seeds, stage.SECRET, *logins]
    return [*known, terminal.KEY, terminal.TOKEN.partition(":")[2]]


async def whole(on: stage.Stage) -> bytes:
    """Return everything that is stored: the files of SQLite, or every row as a dump has it."""
    if on.path is not None:
        return b"".join(path.read_bytes() for path in on.path.parent.glob(f"{on.path.name}*"))
    dumped = []
    async with on.store.reading() as work:
        for table in tables.metadata.sorted_tables:
            dumped += [
                b"%r" % bytes(c) if isinstance(c, bytes) else repr(c).encode()
                for row in await work.run(select(table))
                for c in row
            ]
    return b"\n".join(dumped)


@tried_by(READER, "`strings` on the database and its write-ahead log for names, words, passwords, seeds, the token")
async def strings(on: stage.Stage) -> Happened:
    """Read the file."""
    content = await whole(on)
    found = [
        each[:8] for each in secrets_of(on) for form in (each.encode(), each.encode("utf-16-le")) if form in content
    ]
    return not found, f"{len(content) >> 10} KiB; found: {', '.join(found) or 'nothing'}"


@tried_by(
    LOGS, "the log of all these attacks at its loudest, and the figures: names, words, passwords, cookies, the token"
)
async def log(on: stage.Stage) -> Happened:
    """Read what was written meanwhile."""
    text = on.bot.said + await asyncio.to_thread(on.bot.metrics)
    found = [each[:8] for each in secrets_of(on) if each in text]
    forged = [line for line in on.bot.said.splitlines() if "Set-Cookie" in line or "evil" in line]
    refused = on.bot.said.count(
        "socket.accept() out of system resource"
    )  # by asyncio, where files run out for a moment
    trace = on.bot.said.count("Traceback") > refused
    told = ", ".join([*found, *(["a traceback"] if trace else [])]) or "nothing"
    return (
        not found and not forged and not trace,
        f"{len(text) >> 10} KiB; found: {told}; lines that a sender has made: {len(forged)}",
    )


async def _swapped(on: stage.Stage, table: Any, column: Any, ids: tuple[str, str]) -> None:
    """Swap one column between two rows, as whoever can write to the database."""
    async with on.store.writing() as work:
        query = select(table.c.id, column).where(table.c.id.in_(ids))
        values = {row.id: row[1] for row in await work.run(query)}
        for id, other in (ids, ids[::-1]):
            await work.run(update(table).where(table.c.id == id).values({column.name: values[other]}))


@tried_by(
    READER,
    "with write access: two patients' sealed names swapped; their wrapped keys swapped; what pages show then",
    is_long=True,
)
async def swapped(on: stage.Stage) -> Happened:
    """Give one patient the other's name."""
    people, keys = tables.patients, tables.metadata.tables["data_keys"]
    async with on.store.reading() as work:
        query = select(people.c.id, people.c.key_id).where(people.c.organisation_id == on.bea.organisation_id)
        first, second = (await work.run(query.limit(2))).all()
    said, got, told = [], [], []
    deeds = ((people, people.c.name, (first.id, second.id)), (keys, keys.c.wrapped, (first.key_id, second.key_id)))
    async with on.browser(on.staff["admin"]) as admin:
        names = [stage.desk.text(await admin.get(f"/patients/{each.id}"))[:20] for each in (first, second)]
        for deed in deeds:
            await _swapped(on, *deed)
            try:
                for each, other in ((first, names[1]), (second, names[0])):
                    answer = await admin.get(f"/patients/{each.id}")
                    got.append(answer.status_code)
                    said.append(other in stage.desk.text(answer))
                    told.append("Tell whoever runs this program today" in stage.desk.text(answer))
            finally:
                await _swapped(on, *deed)
        back = (await admin.get(f"/patients/{first.id}")).status_code
    held = not any(said) and all(told) and back == 200
    return held, f"{counted(got)}: no name is shown as another's, and what to do is said; put back, all is well"


@tried_by(
    KEYLESS,
    "commands with no key, a new one, another database's, one of the wrong length; then with the right one",
    is_long=True,
)
async def keys(on: stage.Stage) -> Happened:
    """Open the database without the key."""
    well = {"folder": on.folder, "database_url": on.url}
    said = []
    for key in (vault.new_master(), f"{vault.new_master()},{vault.new_master()}", "A" * 42, ""):
        for words in (("clinic", "list"), ("audit", "verify"), ("backup", "--to", "stolen"), ("keys", "rotate")):
            given = well | ({"key": key} if key else {})
            said.append(await asyncio.to_thread(terminal.run, *words, **given))
    right = await asyncio.to_thread(terminal.run, "clinic", "list", key=terminal.KEY, **well)
    opened = [each for each in said if each.code == 0 or "Bea" in each.out or "Traceback" in each.err]
    is_none = not (on.folder / "stolen").exists()
    return not opened and is_none and right.code == 0, f"refused {len(said)} times in a sentence; the right key opens"


@tried_by(
    READER,
    "a backup: read, cut at 6 places, bits turned at 40, chunks swapped, another key, another's header",
    is_long=True,
)
async def backups(on: stage.Stage) -> Happened:
    """Read a backup, or have a false one restored."""
    well = {"folder": on.folder, "database_url": on.url, "key": terminal.KEY}
    made = await asyncio.to_thread(terminal.run, "backup", "--to", "night", **well)
    content = (on.folder / "night").read_bytes()
    found = [each[:8] for each in secrets_of(on) if each.encode() in content]
    spoilt = [content[: len(content) * part // 7] for part in range(1, 7)] + [content[:-1], content + b"\0", b""]
    for place in range(0, len(content), max(1, len(content) // 40)):
        spoilt.append(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    spoilt.append(_chunks_swapped(content))
    passed = sum(_passes(on.folder / "spoilt", each) for each in spoilt)
    other = await asyncio.to_thread(terminal.run, "backup", "--verify", "night", **well | {"key": vault.new_master()})
    mode = stat.S_IMODE((on.folder / "night").stat().st_mode)
    held = made.code == 0 and not found and not passed and other.code == 1 and mode == 0o600
    return held, f"{len(spoilt)} spoilt ones, taken for whole: {passed}; read in clear: {', '.join(found) or 'nothing'}"


def _chunks_swapped(content: bytes) -> bytes:
    """Return a backup whose first two chunks have changed places."""
    parts, place = [], len(backup_file.MAGIC)
    while place < len(content):
        (size,) = struct.unpack(">I", content[place : place + 4])
        parts.append(content[place : place + 4 + size])
        place += 4 + size
    header, first, second, *rest = parts
    return b"".join([backup_file.MAGIC, header, second, first, *rest])


def _passes(path: Path, content: bytes) -> bool:
    """Tell whether a file is read to its end as a backup of ours."""
    path.write_bytes(content)
    try:
        with backup_file.open_(path) as file:
            for _ in backup_file.Reader(file, vault.Masters.read(terminal.KEY)).read():
                pass
    except errors.Unusable:
        return False
    return True


@tried_by(
    READER,
    "a restore without the erasure list, over a full database, of a cut file; then who was erased in it",
    is_long=True,
)
async def restores(on: stage.Stage) -> Happened:
    """Bring back who was erased."""
    well = {"folder": on.folder, "key": terminal.KEY}
    new = {
        **well,
        "database_url": f"sqlite:///{on.folder / 'restored.sqlite'}",
        "erasure_list": str(on.folder / "none"),
    }
    await asyncio.to_thread(terminal.run, "backup", "--to", "whole", **well, database_url=on.url)
    (on.folder / "cut").write_bytes((on.folder / "whole").read_bytes()[:-9])
    listed = new | {"erasure_list": str(on.folder / "empty.erased")}
    (on.folder / "empty.erased").touch()
    await asyncio.to_thread(terminal.run, "migrate", **listed)
    (on.folder / "none").unlink(missing_ok=True)
    tries = [("whole", new), ("whole", {**well, "database_url": on.url}), ("cut", listed), ("/dev/zero", listed)]
    said = [await asyncio.to_thread(terminal.run, "restore", file, **given) for file, given in tries]
    return all(each.code == 1 and "Traceback" not in each.err for each in said), " · ".join(
        each.err.splitlines()[0].split("(")[0].replace(str(on.folder), "…")[:70] for each in said
    )


@tried_by(
    READER,
    "the audit, with write access: a line changed, deleted, put in, moved, the tail cut with its head",
    is_long=True,
)
async def audit(on: stage.Stage) -> Happened:
    """Deny what was done."""
    if on.path is None:
        return await asyncio.to_thread(_denied, on.url)
    well = {"folder": on.folder, "key": terminal.KEY}
    head = on.folder / "heads.jsonl"
    await asyncio.to_thread(terminal.run, "audit", "head", "--to", str(head), database_url=on.url, **well)
    found = []
    for number, deed in enumerate(DEEDS):
        copy = on.folder / f"copy-{number}.sqlite"
        with sqlite3.connect(on.path) as old, sqlite3.connect(copy) as new:
            old.backup(new)
            for (name,) in new.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                new.execute(f"DROP TRIGGER {name}")
            new.executescript(deed)
        given = well | {"database_url": f"sqlite:///{copy}"}
        done = await asyncio.to_thread(terminal.run, "audit", "verify", "--head", str(head), **given)
        found.append(done.code == 1 and "Traceback" not in done.err)
    with sqlite3.connect(on.path) as live:
        try:
            live.execute("UPDATE audit SET actor = 'nobody'")
            is_guarded = False
        except sqlite3.Error:
            is_guarded = True
    clean = await asyncio.to_thread(terminal.run, "audit", "verify", "--head", str(head), database_url=on.url, **well)
    held = all(found) and is_guarded and clean.code == 0
    return held, f"found {sum(found)} of {len(found)}; untouched it passes; the live table refuses to be changed"


def _denied(url: str) -> Happened:
    """Try the same on PostgreSQL, as the role that the program has; `test_audit_proof.py` does so past the triggers."""
    refused = []
    for deed in DEEDS:
        with psycopg.connect(url) as connection:
            connection.execute("SET reminderbot.reach = 'all'")
            try:
                connection.execute(deed)
                refused.append(connection.execute("SELECT count(*) FROM audit").fetchone() is None)
            except psycopg.Error:
                refused.append(True)
            connection.rollback()
    return all(refused), f"refused {sum(refused)} of {len(refused)} by the grant and the trigger"


LINE = "(SELECT max(number) - 1 FROM audit WHERE clinic_id = (SELECT max(clinic_id) FROM audit))"
THERE = f"clinic_id = (SELECT max(clinic_id) FROM audit) AND number = {LINE}"
DEEDS: Final = (
    f"UPDATE audit SET actor = 'nobody' WHERE {THERE}",
    f"UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE {THERE}",
    f"DELETE FROM audit WHERE {THERE}",
    f"UPDATE audit SET number = 99999 WHERE {THERE}",
    "DELETE FROM audit WHERE number > 2",
    "DELETE FROM audit; DELETE FROM audit_heads",
    f"UPDATE audit SET clinic_id = (SELECT min(clinic_id) FROM audit), number = 77777 WHERE {THERE}",
)


@tried_by(RIGHTS, "files that others may read; a link in the place of a backup, an erasure list, a database")
async def files(on: stage.Stage) -> Happened:
    """Read, or be written to, beside the bot."""
    modes = [path for path in on.folder.iterdir() if path.name.startswith("reminderbot.sqlite")]
    open_ = [path.name for path in modes if stat.S_IMODE(path.stat().st_mode) & 0o077]
    victim = on.folder / "victim"
    victim.write_text("precious\n")
    well = {"folder": on.folder, "key": terminal.KEY}
    for name in ("linked", "dangling"):
        (on.folder / name).symlink_to(victim if name == "linked" else on.folder / "nowhere")
    said = [
        await asyncio.to_thread(terminal.run, "backup", "--to", "linked", database_url=on.url, **well),
        await asyncio.to_thread(terminal.run, "backup", "--to", "dangling", database_url=on.url, **well),
        await asyncio.to_thread(terminal.run, "clinic", "list", database_url=on.url, erasure_list="linked", **well),
        await asyncio.to_thread(terminal.run, "clinic", "list", database_url="sqlite:///linked", **well),
        await asyncio.to_thread(terminal.run, "restore", "linked", database_url=on.url, **well),
    ]
    is_same = victim.read_text() == "precious\n" and not (on.folder / "nowhere").exists()
    refused = [each.code for each in said]
    held = is_same and refused == [1] * 5 and not open_
    return (
        held,
        f"refused {refused.count(1)} of 5, nothing was written through a link; readable for others: {open_ or 'none'}",
    )


@tried_by(
    KEYLESS, "bad values in each setting: what is told, and whether a password in an address is repeated", is_long=True
)
async def environment(on: stage.Stage) -> Happened:
    """Start it with what no setting may hold."""
    well = {"token": terminal.TOKEN, "key": terminal.KEY, "telegram_url": terminal.NOWHERE, "listen": "127.0.0.1:0"}
    folder = on.folder / "start"
    folder.mkdir()
    wrong, tried = [], 0
    for name, values in BAD.items():
        for value in values:
            more = {"smtp_url": "smtp://localhost:25"} if name == "alert_mail" else {}
            more |= {"alert_mail": "a@b.example"} if name == "smtp_url" else {}
            done = await asyncio.to_thread(
                terminal.run, *("clinic", "list"), folder=folder, **well | more | {name: value}
            )
            tried += 1
            told = done.out + done.err
            if done.code == 0 or "Traceback" in told or "hunter2222" in told:
                wrong.append(f"{name}={value[:12]!r}: {done.code}")
    return not wrong, f"{tried} times refused in words; not so: {'; '.join(wrong) or 'none'}"
