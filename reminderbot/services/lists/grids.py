"""What both kinds of files are read into: numbered rows of texts, and marks for cells that hold no plain value."""

import dataclasses
from typing import Final

FORMULA: Final = "\0="
"""Stands for a cell that holds a formula: it is never evaluated."""
ERROR: Final = "\0!"
"""Stands for a cell in which Excel shows an error such as #REF!."""
CUT: Final = "\0…"
"""Ends a cell of which only the beginning was kept."""

MOST_SCANNED: Final = 20_000
"""Rows after which reading stops: there are too many, whatever they hold."""


@dataclasses.dataclass(frozen=True)
class Grid:
    """Rows as they stand in the file, each with its number there; `has_more` when reading stopped before the end."""

    rows: list[tuple[int, list[str]]] = dataclasses.field(repr=False)
    notes: tuple[str, ...] = ()
    sheet: str = ""
    is_sheet: bool = False
    has_more: bool = False
