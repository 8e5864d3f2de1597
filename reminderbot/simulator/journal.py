"""What truly happened: every call with its outcome, every accepted send; on disk before the answer, if asked."""

import collections
import dataclasses
import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

CALLS_KEPT = 50_000


@dataclasses.dataclass(frozen=True)
class Send:
    """A message that the simulator has accepted; `at` is the world's instant, `monotonic` the machine's."""

    number: int
    bot: int
    method: str
    chat: int
    message_id: int
    text: str
    at: str
    monotonic: float


@dataclasses.dataclass(frozen=True)
class Call:
    """One call and what became of it: an HTTP status, or what was done to the connection."""

    number: int
    bot: int | None
    method: str
    chat: int | None
    outcome: str
    description: str
    accepted: bool
    monotonic: float


class Journal:
    """Appends; never forgets a send. The file outlives a SIGKILL of this process: each line is one write."""

    def __init__(self, now: Callable[[], datetime], path: Path | None = None) -> None:
        self._now = now
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None
        self.sends: list[Send] = []
        self.calls: collections.deque[Call] = collections.deque(maxlen=CALLS_KEPT)
        self._calls_seen = 0

    def accept(self, *, bot: int, method: str, chat: int, message_id: int, text: str) -> None:
        """Note an accepted send, before anything is answered."""
        send = Send(
            number=len(self.sends) + 1,
            bot=bot,
            method=method,
            chat=chat,
            message_id=message_id,
            text=text,
            at=self._now().isoformat(),
            monotonic=time.monotonic(),
        )
        self.sends.append(send)
        self._write(dataclasses.asdict(send))

    def call(
        self, *, bot: int | None, method: str, chat: int | None, outcome: str, description: str, accepted: bool
    ) -> None:
        """Note a call once its outcome is decided; `accepted` is True if it was carried out."""
        self._calls_seen += 1
        self.calls.append(Call(self._calls_seen, bot, method, chat, outcome, description, accepted, time.monotonic()))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
