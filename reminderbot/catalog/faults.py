"""What is wrong with a file of `messages/`: where it is and what to do about it."""

import dataclasses

from reminderbot.catalog import wrongs


@dataclasses.dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong, in words for whoever edits the file; `line` counts from 1, `key` may be empty.

    `wrong` is what it is about in a text itself, for whoever is told in another language.
    """

    file: str
    line: int
    key: str
    what: str
    remedy: str
    wrong: wrongs.Wrong | None = dataclasses.field(default=None, compare=False)

    def __str__(self) -> str:
        key = f"[{self.key}] " if self.key else ""
        return f"{self.file}:{self.line}: {key}{self.what} – {self.remedy}"
