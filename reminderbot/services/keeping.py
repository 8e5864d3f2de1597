"""What somebody had typed when their sign-in ended: sealed, carried by the page, and given back to them alone."""

import json
from collections.abc import Sequence

from reminderbot import errors
from reminderbot.store import work as works


def sealed(work: works.Work, *, staff_id: str, path: str, fields: Sequence[tuple[str, str]]) -> str:
    """Return a form that was sent, sealed; it is kept nowhere but in the page that carries it."""
    text = json.dumps({"staff": staff_id, "path": path, "fields": list(fields)})
    return work.system.seal(text, table="kept", row=staff_id, column="form").hex()


def opened(work: works.Work, given: str, *, staff_id: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Return the path and the fields of a form that this person had sent; None for anybody else's, or for no form."""
    try:
        cell = bytes.fromhex(given)
        kept = json.loads(work.system.open(cell, table="kept", row=staff_id, column="form"))
    except (ValueError, errors.Unusable):
        return None
    return str(kept["path"]), [(str(name), str(value)) for name, value in kept["fields"]]
