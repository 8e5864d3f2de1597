"""The driver's side of a run: the zygote, the stand-in, the workers, each an OS process of its own."""

import collections
import contextlib
import dataclasses
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from reminderbot.store import vault
from tests.chaos import standin

PATIENCE = 120.0  # seconds until something must have happened; on an idle machine it takes one or two


class Zygote:
    """The process that all others are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()  # it has imported everything

    def fork(self, what: str, spec: dict[str, Any], log: Path) -> "Child":
        """Start `module:function` with `spec` in a child whose output goes to `log`."""
        return Child(self, self._ask({"fork": what, "spec": spec, "log": str(log)})["pid"])

    def wait(self, pid: int, seconds: float) -> int | None:
        """Return a child's exit code; None if it has not ended after some seconds."""
        status: int | None = self._ask({"wait": pid, "seconds": seconds})["status"]
        return status

    def close(self) -> None:
        """End it and every child."""
        self._process.communicate()
        self._process.wait(PATIENCE)

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the zygote has ended"
        return dict(json.loads(line))


@dataclasses.dataclass
class Child:
    """A forked process."""

    zygote: Zygote
    pid: int
    status: int | None = None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.status is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Return its exit code; None if it has not ended after some seconds."""
        if self.status is None:
            self.status = self.zygote.wait(self.pid, seconds)
        return self.status

    def kill(self) -> None:
        """End it by SIGKILL, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.wait()

    def stop(self) -> int | None:
        """End it as a supervisor does; return its exit code. One that does not end tells its log where it stands."""
        self.send(signal.SIGTERM)
        if self.wait() is None:
            self.send(signal.SIGUSR1)
        return self.wait(1)

    @property
    def lives(self) -> bool:
        """Tell whether it still runs."""
        return self.wait(0) is None


class Journal:
    """The stand-in's log, read as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.lines: list[dict[str, Any]] = []
        self._counts: collections.Counter[str] = collections.Counter()
        self.chats: collections.defaultdict[int, list[dict[str, Any]]] = collections.defaultdict(list)

    def read(self) -> list[dict[str, Any]]:
        """Return the lines that came since the last look."""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._offset)
            new = file.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._offset += len(whole)
            fresh = [json.loads(line) for line in whole.splitlines()]
            self.lines.extend(fresh)
            for line in fresh:
                self._counts[line["event"]] += 1
                self.chats[line.get("chat", 0)].append(line)
            return fresh
        return []

    def count(self, event: str) -> int:
        """Return how many lines tell of an event."""
        self.read()
        return self._counts[event]

    def accepted(self) -> collections.Counter[int]:
        """Return how many messages each chat was given."""
        self.read()
        return collections.Counter(line["chat"] for line in self.lines if line["event"] == "accepted")


class Telegram:
    """The stand-in, as a test commands it."""

    def __init__(self, zygote: Zygote, folder: Path) -> None:
        path = folder / "telegram.jsonl"
        self.journal = Journal(path)
        self.child = zygote.fork("tests.chaos.standin:main", {"journal": str(path)}, folder / "standin.log")
        until(lambda: self.journal.count("open"))
        self.port = self.journal.lines[0]["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def hold(self, *, before: bool) -> None:
        """Keep the next message in hand, before or after it is accepted, until `release`."""
        self._control("hold", before=before)

    def release(self, *, accept: bool = True) -> None:
        """Let go what is held; what was held before acceptance is accepted or dropped."""
        self._control("release", accept=accept)

    def faults(self, share: float, *kinds: str, seed: int = 1) -> None:
        """Let a share of the calls meet faults of these kinds, or of all."""
        self._control("faults", share=share, seed=seed, **({"kinds": kinds} if kinds else {}))

    def order(self, chat: int, *kinds: str) -> None:
        """Let the next messages to a chat meet these faults, in order."""
        self._control("order", chat=chat, kinds=kinds)

    def updates(self, updates: list[dict[str, Any]]) -> None:
        """Have updates to be polled."""
        self._control("updates", updates=updates)

    def _control(self, what: str, **given: Any) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"/control/{what}", json.dumps(given), headers)
        assert connection.getresponse().status == 200, what
        connection.close()


class Rig:
    """A database, a stand-in and the workers of one run."""

    def __init__(self, zygote: Zygote, folder: Path, database_url: str, key: str | None = None) -> None:
        self.zygote, self.folder, self.url = zygote, folder, database_url
        self.key = key or vault.new_master()
        self.telegram = Telegram(zygote, folder)
        self.journal = self.telegram.journal
        self.workers: list[Child] = []
        self.crashes: list[int] = []  # exit codes of workers that ended by themselves, or not in order

    def settings(self, **more: str) -> dict[str, str]:
        """Return the settings of a process of this run."""
        ours = {"token": standin.TOKEN, "telegram_url": self.telegram.url, "database_url": self.url, "key": self.key}
        places = {"erasure_list": str(self.folder / "erased"), "listen": "127.0.0.1:0"}
        return {**ours, **places, **more}

    def start(
        self, *, doors: tuple[str, ...] = ("delivery",), spec: dict[str, Any] | None = None, **more: str
    ) -> Child:
        """Start a worker; `spec` may name a mutant and times of its own, `more` are settings."""
        spec = {"settings": self.settings(**more), "doors": doors, **(spec or {})}
        child = self.zygote.fork("tests.chaos.worker:main", spec, self.folder / "workers.log")
        self.workers.append(child)
        return child

    def people(self, **spec: Any) -> Child:
        """Start the process in which staff cancel and patients stop."""
        spec = {"database_url": self.url, "key": self.key, **spec}
        return self.zygote.fork("tests.chaos.people:main", spec, self.folder / "people.log")

    @property
    def living(self) -> list[Child]:
        """The workers that run."""
        ended = [each for each in self.workers if not each.lives]
        self.crashes += [each.status for each in ended if each.status and each.status != -signal.SIGKILL]
        self.workers = [each for each in self.workers if each not in ended]
        return self.workers

    @property
    def said(self) -> str:
        """What workers have written."""
        log = self.folder / "workers.log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def stop(self) -> None:
        """End the workers in order; whoever ended otherwise is found in `crashes`."""
        for each in self.living:
            each.stop()
        assert not self.living

    def close(self) -> None:
        """End what runs."""
        for each in [*self.workers, self.telegram.child]:
            with contextlib.suppress(ProcessLookupError):
                each.send(signal.SIGCONT)
                each.kill()


@contextlib.contextmanager
def opened(zygote: Zygote, folder: Path, database_url: str) -> Iterator[Rig]:
    """Have a rig for the length of the block."""
    rig = Rig(zygote, folder, database_url)
    try:
        yield rig
    finally:
        rig.close()


def until(fits: Callable[[], Any], *, seconds: float = PATIENCE, pause: float = 0.005) -> Any:
    """Wait until something is so and return it; TimeoutError if it never is."""
    ends = time.monotonic() + seconds
    while not (found := fits()):
        if time.monotonic() > ends:
            raise TimeoutError(fits)
        time.sleep(pause)
    return found
