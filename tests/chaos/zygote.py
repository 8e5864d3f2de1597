"""A process that has imported everything and forks on demand: a child begins in milliseconds and shares nothing.

It reads one JSON object a line: {"fork": "module:function", "spec": {…}, "log": path} is answered with {"pid": …},
{"wait": pid, "seconds": …} with {"status": …}, null while the child lives. A child builds its own loop, engine,
sockets and keys; the zygote opens none of these and runs no thread.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import time
import traceback
from typing import Any

from reminderbot.catalog import catalog

WARM = (
    "aiosqlite",
    "alembic.command",
    "psycopg",
    "psycopg_pool",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "reminderbot.app.house",
    "reminderbot.app.running",
    "reminderbot.services.stopping",
    "reminderbot.services.treatments",
    "tests.chaos.people",
    "tests.chaos.standin",
    "tests.chaos.worker",
)
"""What a child would have to import, by itself or through a library that imports late."""


def main() -> None:
    """Fork until the other side closes the pipe; then end every child."""
    for each in WARM:
        with contextlib.suppress(ModuleNotFoundError):  # a choice of uvicorn's that is not installed
            importlib.import_module(each)
    catalog.Catalog.load().learn(["en"])  # which a child need not read again
    gc.freeze()  # so that a child's collector copies no page
    children: set[int] = set()
    print(json.dumps({"pid": os.getpid()}), flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        asked = json.loads(line)
        if "fork" in asked:
            pid = _fork(asked)
            children.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        else:
            answer = {"status": _wait(asked["wait"], asked["seconds"])}
            if answer["status"] is not None:
                children.discard(asked["wait"])
        print(json.dumps(answer), flush=True)  # noqa: T201
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _fork(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _redirect(asked["log"])
        module, _, function = asked["fork"].partition(":")
        getattr(importlib.import_module(module), function)(asked["spec"])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)  # no clean-up of the zygote's runs in a child


def _redirect(log: str) -> None:
    """Take the pipe to the driver from the child, and send what it says to a file."""
    nothing = os.open(os.devnull, os.O_RDWR)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for to, of in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(to, of)


def _wait(pid: int, seconds: float) -> int | None:
    """Return a child's exit code, or minus the signal that ended it; None if it lives on."""
    until = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            return None
        time.sleep(0.002)


if __name__ == "__main__":
    main()
