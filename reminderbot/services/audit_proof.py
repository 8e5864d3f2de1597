"""The audit proven: every chain walked and held against its own head, and against heads that were kept elsewhere (S18).

Whoever may write the database and knows the program can write a whole chain anew, with a head that fits. Nothing in the
database shows that; a head kept elsewhere does.
"""

import dataclasses
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from reminderbot import errors
from reminderbot.services import access
from reminderbot.store import audit, audit_walk
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Kept:
    """The head of a clinic's chain as it was exported at an instant."""

    clinic_id: str
    number: int
    hash: bytes
    at: datetime


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong at one line of a clinic's chain."""

    clinic_id: str
    number: int
    what: str


@dataclasses.dataclass
class Count:
    """How much has been walked so far."""

    clinics: int = 0
    lines: int = 0


async def export(work: works.Work, _who: access.Operator, *, at: datetime) -> list[str]:
    """Return the head of every chain, a line of JSON each."""
    stamp = at.astimezone(UTC).isoformat(timespec="seconds")
    return [
        json.dumps({"clinic": head.clinic_id, "at": stamp, "lines": head.number, "hash": head.hash.hex()})
        for head in (await audit_walk.heads(work)).values()
    ]


def read(text: str) -> list[Kept]:
    """Return the heads in an exported text; Unusable, naming the line, where it is none. Nights may follow on."""
    kept = [_kept(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not kept:
        raise errors.Unusable("There is no head in that file. Write one with `reminderbot audit head --to FILE`.")
    return kept


def _kept(number: int, line: str) -> Kept:
    try:
        said = json.loads(line)
        kept = Kept(said["clinic"], said["lines"], bytes.fromhex(said["hash"]), datetime.fromisoformat(said["at"]))
    except (ValueError, KeyError, TypeError):
        kept = None
    if kept is None or not (isinstance(kept.clinic_id, str) and type(kept.number) is int and kept.number >= 0):
        raise errors.Unusable(
            f"Line {number} of the heads is no head of an audit. Give a file that `reminderbot audit head` wrote."
        )
    return kept


async def verify(
    work: works.Work, _who: access.Operator, *, kept: Sequence[Kept] = (), count: Count | None = None
) -> AsyncIterator[Fault]:
    """Yield what is wrong in any chain; `work` must be a snapshot, so that lines being added are no fault."""
    count = count or Count()
    heads, clinics = await audit_walk.heads(work), await audit_walk.clinics(work)
    for clinic_id, organisation_id in clinics.items():
        mine = [each for each in kept if each.clinic_id == clinic_id]
        async for fault in _chain(work, clinic_id, organisation_id, heads.get(clinic_id), mine, count):
            yield fault
        count.clinics += 1
    for stray in await audit_walk.strays(work):
        yield Fault(
            stray, 0, "lines or a head name it, and there is no such clinic: it was removed, or they were moved"
        )
    for lost in sorted({each.clinic_id for each in kept if each.number} - set(clinics)):
        yield Fault(lost, 0, "an exported head names this clinic, and there is no audit of it")


async def _chain(
    work: works.Work,
    clinic_id: str,
    organisation_id: str,
    head: audit_walk.Head | None,
    kept: Sequence[Kept],
    count: Count,
) -> AsyncIterator[Fault]:
    last, previous = 0, audit.FIRST
    waiting: dict[int, list[Kept]] = {}
    for each in kept:
        waiting.setdefault(each.number, []).append(each)
    waiting.pop(0, None)
    async for link in audit_walk.lines(work, clinic_id):
        for what in _wrong(link, last, previous, organisation_id, waiting.pop(link.number, ())):
            yield Fault(clinic_id, link.number, what)
        last, previous = link.number, link.hash
        count.lines += 1
    for number, several in sorted(waiting.items()):
        yield Fault(clinic_id, number, f"{_exported(several[0])} has {number} lines, and this one is gone")
    if head is None:
        yield Fault(clinic_id, last, "the chain has lines and no head: the head was removed")
    elif (head.number, head.hash) != (last, previous):
        yield Fault(clinic_id, last, f"the head says {head.number} lines, and does not fit the last line")


def _wrong(link: audit_walk.Link, last: int, previous: bytes, organisation_id: str, kept: Iterable[Kept]) -> list[str]:
    found = []
    if link.number != last + 1:
        found.append(f"the line before is number {last}: lines were removed or renumbered")
    if link.previous != previous:
        found.append("it does not follow the line before: something was removed, moved or put in between")
    if link.hash != link.computed:
        found.append("the line was changed: its hash is another")
    if link.organisation_id != organisation_id:
        found.append("the line was changed: it names another organisation")
    found += [
        f"{_exported(each)} has another hash for it: the chain was written anew"
        for each in kept
        if each.hash != link.hash
    ]
    return found


def _exported(kept: Kept) -> str:
    return f"the head exported at {kept.at.isoformat(timespec='seconds')}"
