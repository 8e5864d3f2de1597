"""How a name is found without being read: its words and their beginnings as keyed hashes, a row each."""

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot.store import tables
from reminderbot.store.work import Work

LONGEST: Final = 10  # letters of a beginning; what was typed beyond them is not compared
WORDS: Final = 6  # of what was typed
TOKEN: Final = 16  # bytes of a hash that are kept: 100 million names share none by chance
BATCH: Final = 1000  # rows put in at once

_p, _s = tables.patients.c, tables.search_tokens.c


def words(text: str) -> list[str]:
    """Return the words of a name or of what was typed: in small letters, without accents, parted by all but letters."""
    plain = "".join(_base(character) for character in unicodedata.normalize("NFKD", text.casefold()))
    return list(dict.fromkeys(plain.split()))


def beginnings(name: str) -> set[str]:
    """Return by what a name is found: the first 2 to 10 letters of its words; one where a letter may be a word."""
    found = set()
    for word in words(name):
        found |= {word[:length] for length in range(1 if _is_short(word) else 2, LONGEST + 1)}
    return found


def typed(text: str) -> list[str]:
    """Return the beginnings that all must be met; initials count only where nothing longer was typed."""
    given = list(dict.fromkeys(word[:LONGEST] for word in words(text)))
    telling = [word for word in given if len(word) > 1 or unicodedata.category(word[0]) == "Lo"]
    return (telling or given)[:WORDS]


def token(work: Work, beginning: str) -> bytes:
    """Return the hash under which a beginning is kept."""
    return work.index.of("name", beginning)[:TOKEN]


async def keep(work: Work, names: Sequence[tuple[str, str, str]]) -> None:
    """Keep by what patients are found, given (patient, organisation, name) of each."""
    rows = [
        {"patient_id": patient_id, "organisation_id": organisation_id, "token": token(work, beginning)}
        for patient_id, organisation_id, name in names
        for beginning in sorted(beginnings(name))
    ]
    make = sqlite.insert if work.dialect == "sqlite" else postgresql.insert
    for start in range(0, len(rows), BATCH):
        await work.run(make(tables.search_tokens).on_conflict_do_nothing(), rows[start : start + BATCH])


async def forget(work: Work, patient_id: str) -> None:
    """Have a patient found by no name."""
    await work.run(delete(tables.search_tokens).where(_s.patient_id == patient_id))


async def keep_of(work: Work, patient_ids: Sequence[str]) -> None:
    """Keep by what patients are found, from the names and organisations that stand in their rows."""
    keys = tables.data_keys
    columns = (_p.id, _p.organisation_id, _p.name, _p.key_id, keys.c.master, keys.c.wrapped)
    joined = tables.patients.join(keys, keys.c.id == _p.key_id)
    query = select(*columns).select_from(joined).where(_p.id.in_(list(patient_ids)), _p.name.is_not(None))
    await keep(work, [(row.id, row.organisation_id, opened(work, row)) for row in (await work.run(query)).all()])


def opened(work: Work, row: Any, *, id: str | None = None) -> str:
    """Return the name in a row that was read along with its key (key_id, master, wrapped); empty if it is gone.

    `id` is the patient's, where the row's own is another.
    """
    if row.name is None or row.wrapped is None:
        return ""
    key = work.unwrapped(row.key_id, row.master, row.wrapped)
    return key.open(row.name, table="patients", row=id or row.id, column="name")


def external(work: Work, clinic_id: str, number: str) -> bytes:
    """Return the blind index of a clinic's own number of a patient; blanks and case mean nothing."""
    return work.index.of("external", f"{clinic_id}|{''.join(number.split()).casefold()}")


def _base(character: str) -> str:
    """Return a character that is compared, nothing for an accent, a space for what parts words."""
    if unicodedata.category(character) == "Mn":
        return ""
    return character if character.isalnum() or unicodedata.category(character) == "Mc" else " "


def _is_short(word: str) -> bool:
    """Tell whether one character of a word says something: an initial, or a letter of a script without capitals."""
    return len(word) == 1 or unicodedata.category(word[0]) == "Lo"
