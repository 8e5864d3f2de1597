"""What is installed from a wheel is whole: texts, migrations, the phone's and the demo's files."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked where no checkout is."""
    built, home = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("site")
    make = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(built),
        str(ROOT),
    ]
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(home)
    return home


def reminderbot(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REMINDERBOT_")}
    environment = {**clean, "PYTHONPATH": str(home), "REMINDERBOT_DATABASE_URL": f"sqlite:///{home}/installed.sqlite"}
    command = [sys.executable, "-P", "-m", "reminderbot", *words]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_reminderbot_has_its_texts(unpacked: Path) -> None:
    done = reminderbot(unpacked, "check", "--messages")

    assert (done.returncode, done.stdout.strip()) == (0, "Nothing is wrong."), done.stderr


def test_an_installed_reminderbot_makes_its_database(unpacked: Path) -> None:
    done = reminderbot(unpacked, "migrate")

    assert (done.returncode, done.stdout.strip()) == (0, "The database is now current."), done.stderr


def test_the_cities_come_along(unpacked: Path) -> None:
    assert (unpacked / "reminderbot/catalog/cities.tsv").stat().st_size > 100_000


def test_the_pages_come_along(unpacked: Path) -> None:
    for folder in ("demo/files", "simulator/phone_files"):
        shipped = {path.name for path in (ROOT / "reminderbot" / folder).iterdir()}

        assert {path.name for path in (unpacked / "reminderbot" / folder).iterdir()} == shipped
