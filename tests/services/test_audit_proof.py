"""Whatever is done to a chain is found: changed, removed, moved, put in between, cut; and a chain left alone passes."""

import dataclasses
import json
import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from reminderbot import errors
from reminderbot.services import access, audit_proof
from reminderbot.store import audit, audit_walk, tables, work
from tests.conftest import MONDAY

OPERATOR = access.Operator()
GUARDS = ("audit_is_final", "audit_stays", "audit_is_not_replaced", "audit_head_stays")
LINES = 7
A, H = tables.audit, tables.audit_heads


async def written(store: work.Store, lines: int = LINES) -> str:
    """Write two clinics' chains, one line about a patient among them; return the first clinic's id."""
    async with store.writing() as visit:
        rows = (await visit.run(select(tables.clinics.c.id, tables.clinics.c.organisation_id))).all()
        for each in range(lines):
            await audit.add(
                visit,
                organisation_id=rows[0].organisation_id,
                clinic_id=rows[0].id,
                at=MONDAY + timedelta(seconds=each, microseconds=each),
                actor="operator",
                action="clinic.changed",
                patient_id="ana" if each % 2 else None,
                detail={"what": f"é{each}", "count": each, "none": None},
            )
    return str(rows[0].id)


async def found(store: work.Store, kept: list[audit_proof.Kept] | None = None) -> list[audit_proof.Fault]:
    async with store.snapshot() as visit:
        return [fault async for fault in audit_proof.verify(visit, OPERATOR, kept=kept or [])]


async def tampered(owned: work.Store, deed: Callable[[Connection, str], None], clinic: str) -> None:
    """Do it as somebody with the database in their hands does: past the triggers."""
    async with owned.engine.begin() as connection:
        if owned.engine.dialect.name == "postgresql":
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            for name in GUARDS:
                await connection.exec_driver_sql(f"DROP TRIGGER {name}")
        await connection.run_sync(deed, clinic)


def change(**values: Any) -> Callable[[Connection, str], None]:
    return lambda c, clinic: _at(c, clinic, 4, values)


def _at(c: Connection, clinic: str, number: int, values: dict[str, Any]) -> None:
    assert c.execute(update(A).where(A.c.clinic_id == clinic, A.c.number == number).values(**values)).rowcount == 1


def _delete(c: Connection, clinic: str) -> None:
    c.execute(delete(A).where(A.c.clinic_id == clinic, A.c.number == 4))


def _first_gone(c: Connection, clinic: str) -> None:
    c.execute(delete(A).where(A.c.clinic_id == clinic, A.c.number == 1))


def _swap(c: Connection, clinic: str) -> None:
    _at(c, clinic, 3, {"number": 999})
    _at(c, clinic, 4, {"number": 3})
    _at(c, clinic, 999, {"number": 4})


def _renumber(c: Connection, clinic: str) -> None:
    _delete(c, clinic)
    for number in range(5, LINES + 1):
        _at(c, clinic, number, {"number": number - 1})


def _append_in_the_middle(c: Connection, clinic: str) -> None:
    for number in range(LINES, 3, -1):
        _at(c, clinic, number, {"number": number + 1})
    row = dict(c.execute(select(A).where(A.c.clinic_id == clinic, A.c.number == 3)).mappings().one())
    fields = {field.name: row[field.name] for field in dataclasses.fields(audit.AuditRow)} | {"number": 4}
    hash = audit.chained(row["hash"], clinic, audit.AuditRow(**fields))
    del row["id"]
    c.execute(insert(A).values(**(row | {"number": 4, "previous": row["hash"], "hash": hash})))


def _truncate(c: Connection, clinic: str) -> None:
    c.execute(delete(A).where(A.c.clinic_id == clinic, A.c.number > 4))


def _tail_hash(c: Connection, clinic: str) -> None:
    _at(c, clinic, LINES, {"hash": b"\1" * 32})


def _tail_and_head(c: Connection, clinic: str) -> None:
    _tail_hash(c, clinic)
    c.execute(update(H).where(H.c.clinic_id == clinic).values(hash=b"\1" * 32))


def _no_head(c: Connection, clinic: str) -> None:
    c.execute(delete(H).where(H.c.clinic_id == clinic))


def _all_lines_gone(c: Connection, clinic: str) -> None:
    c.execute(delete(A).where(A.c.clinic_id == clinic))


def _head_back(c: Connection, clinic: str) -> None:
    c.execute(update(H).where(H.c.clinic_id == clinic).values(number=LINES - 1))


DEEDS = {
    "at": change(at=MONDAY),
    "actor": change(actor="patient"),
    "patient": change(patient_id="carl"),
    "patient taken out": change(patient_id=None),
    "action": change(action="clinic.added"),
    "detail": change(detail={"what": "é4", "count": 4, "none": None}),
    "previous": change(previous=b"\2" * 32),
    "hash": change(hash=b"\2" * 32),
    "number": change(number=400),
    "removed": _delete,
    "first removed": _first_gone,
    "swapped": _swap,
    "renumbered": _renumber,
    "put in between": _append_in_the_middle,
    "cut": _truncate,
    "tail's hash": _tail_hash,
    "tail's hash and head": _tail_and_head,
    "head removed": _no_head,
    "all lines removed": _all_lines_gone,
    "head set back": _head_back,
}


async def test_a_chain_left_alone_passes_and_so_do_its_heads(
    store: work.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_walk, "PAGE", 3)  # so that seven lines are more than one page
    await written(store)
    async with store.reading() as visit:
        kept = audit_proof.read("\n".join(await audit_proof.export(visit, OPERATOR, at=MONDAY)))
    await written(store)

    assert await found(store, kept) == []


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_was_done_to_a_chain_is_found(store: work.Store, owned: work.Store, deed: str) -> None:
    clinic = await written(store)

    await tampered(owned, DEEDS[deed], clinic)

    faults = await found(store)
    assert faults
    assert {fault.clinic_id for fault in faults} == {clinic}


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM clinics WHERE id = :id", "UPDATE audit_heads SET clinic_id = 'x' WHERE clinic_id = :id"],
)
async def test_a_chain_of_a_clinic_that_is_not_there_is_found(
    store: work.Store, owned: work.Store, url: str, statement: str
) -> None:
    clinic = await written(store)
    if url.startswith("sqlite"):  # our own connections hold foreign keys, somebody else's need not
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            for name in GUARDS:
                file.execute(f"DROP TRIGGER {name}")
            file.execute(statement, {"id": clinic})
    else:
        await tampered(owned, lambda c, id: c.execute(text(statement), {"id": id}), clinic)

    assert "there is no such clinic" in " ".join(fault.what for fault in await found(store))


def _cut_with_head(c: Connection, clinic: str) -> None:
    _truncate(c, clinic)
    row = c.execute(select(A.c.hash).where(A.c.clinic_id == clinic, A.c.number == 4)).one()
    c.execute(update(H).where(H.c.clinic_id == clinic).values(number=4, hash=row.hash))


def _written_anew(c: Connection, clinic: str) -> None:
    previous = audit.FIRST
    for row in c.execute(select(A).where(A.c.clinic_id == clinic).order_by(A.c.number)).mappings().all():
        fields = {field.name: row[field.name] for field in dataclasses.fields(audit.AuditRow)}
        if fields["number"] == 4:
            fields["action"] = "clinic.added"
        hash = audit.chained(previous, clinic, audit.AuditRow(**fields))
        _at(c, clinic, fields["number"], {"action": fields["action"], "previous": previous, "hash": hash})
        previous = hash
    c.execute(update(H).where(H.c.clinic_id == clinic).values(hash=previous))


def _chain_gone(c: Connection, clinic: str) -> None:
    _all_lines_gone(c, clinic)
    _no_head(c, clinic)


@pytest.mark.parametrize("deed", [_cut_with_head, _written_anew, _chain_gone])
async def test_only_an_exported_head_shows_a_chain_cut_or_written_anew(
    store: work.Store, owned: work.Store, deed: Callable[[Connection, str], None]
) -> None:
    clinic = await written(store)
    async with store.reading() as visit:
        kept = audit_proof.read("\n".join(await audit_proof.export(visit, OPERATOR, at=MONDAY)))

    await tampered(owned, deed, clinic)

    assert await found(store) == []
    assert [fault.clinic_id for fault in await found(store, kept)] == [clinic]


DOORS = {
    "sqlite": [
        "UPDATE audit SET actor = 'patient'",
        "DELETE FROM audit",
        "DELETE FROM audit_heads",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 4",
        "REPLACE INTO audit SELECT id + 99, organisation_id, clinic_id, number, at, actor, staff_id, patient_id, "
        "action, detail, previous, hash FROM audit WHERE number = 4",
        "UPDATE OR REPLACE audit SET number = 3 WHERE number = 4",
    ],
    "postgresql": [
        "UPDATE audit SET actor = 'patient'",
        "DELETE FROM audit",
        "DELETE FROM audit_heads",
        "TRUNCATE audit",
        "TRUNCATE audit_heads",
        "INSERT INTO audit SELECT * FROM audit WHERE number = 4 ON CONFLICT (id) DO UPDATE SET actor = 'patient'",
    ],
}


async def test_the_database_refuses_to_change_what_is_noted(store: work.Store, owned: work.Store) -> None:
    await written(store)

    for statement in DOORS[store.engine.dialect.name]:
        with pytest.raises(Exception, match="the audit is append-only"):
            async with owned.engine.begin() as connection:
                await connection.exec_driver_sql(statement)
    assert await found(store) == []


@pytest.mark.parametrize(
    "given",
    ["", "\n", "[]", "no head", '{"clinic": "x"}', json.dumps({"clinic": 1, "lines": "2", "hash": "00", "at": "x"})],
)
def test_what_is_no_head_is_refused(given: str) -> None:
    with pytest.raises(errors.Unusable, match="reminderbot audit head"):
        audit_proof.read(given)


COLUMNS = {
    "at": lambda dice: MONDAY + timedelta(days=dice.randint(1, 9)),
    "actor": lambda dice: dice.choice(["patient", "program", "staff"]),
    "patient_id": lambda dice: f"p{dice.random()}",
    "action": lambda dice: f"a{dice.random()}",
    "detail": lambda dice: {"what": dice.random()},
    "number": lambda dice: dice.randint(1000, 9999),
    "previous": lambda dice: dice.randbytes(32),
    "hash": lambda dice: dice.randbytes(32),
}


def _anything(c: Connection, clinic: str, dice: random.Random, lines: int) -> str:
    at, deed = dice.randint(1, lines), dice.choice([*COLUMNS, "removed", "cut", "swapped"])
    if deed == "removed":
        c.execute(delete(A).where(A.c.clinic_id == clinic, A.c.number == at))
    elif deed == "cut":
        c.execute(delete(A).where(A.c.clinic_id == clinic, A.c.number >= at))
    elif deed == "swapped":
        other = at % lines + 1
        for number, to in ((at, 999), (other, at), (999, other)):
            _at(c, clinic, number, {"number": to})
    else:
        _at(c, clinic, at, {deed: COLUMNS[deed](dice)})
    return f"{deed} at {at}"


@pytest.mark.parametrize("lines", [2, 13])
async def test_whatever_is_done_anywhere_in_a_chain_is_found(store: work.Store, owned: work.Store, lines: int) -> None:
    clinic, dice = await written(store, lines), random.Random(lines)
    missed = []
    async with owned.engine.connect() as connection:
        if owned.engine.dialect.name == "postgresql":
            await connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            for name in GUARDS:
                await connection.exec_driver_sql(f"DROP TRIGGER {name}")
        visit = owned._work(connection)
        for _ in range(60):
            undone = await connection.begin_nested()
            deed = await connection.run_sync(_anything, clinic, dice, lines)
            if not [fault async for fault in audit_proof.verify(visit, OPERATOR)]:
                missed.append(deed)
            await undone.rollback()
        assert [fault async for fault in audit_proof.verify(visit, OPERATOR)] == []
        await connection.rollback()

    assert missed == []
