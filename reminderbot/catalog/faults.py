"""What is wrong with a file of `messages/`: where it is and what to do about it."""

import dataclasses


@dataclasses.dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong, in words for whoever edits the file; `line` counts from 1, `key` may be empty."""

    file: str
    line: int
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        key = f"[{self.key}] " if self.key else ""
        return f"{self.file}:{self.line}: {key}{self.what} – {self.remedy}"
