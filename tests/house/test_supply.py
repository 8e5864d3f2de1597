"""What the program is made of: locked with hashes, licences listed, vendored files unchanged; rules have samples."""

import hashlib
import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "reminderbot/web/assets/vendor"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
RULES = sorted((ROOT / ".ci/rules").glob("*.yml"))
ENTRY = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)(.*(?:\n    --hash=.*)+)?", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.stem for lock in LOCKS])
def test_every_locked_package_has_its_hashes_and_no_lock_names_a_host(lock: Path) -> None:
    text = lock.read_text()
    entries = ENTRY.findall(text)

    assert entries
    assert [name for name, _, hashes in entries if "--hash=sha256:" not in hashes] == []
    assert "://" not in text


def test_the_page_of_licences_names_what_is_locked() -> None:
    rows = re.findall(r"^\| ([^ |]+) \| ([^ |]+) \| ([^|]+) \|$", (ROOT / "docs/licences.md").read_text(), re.MULTILINE)
    told = {name: version for name, version, licence in rows if licence.strip() and name != "part"}
    locked = {plain(name): version for name, version, _ in ENTRY.findall((ROOT / "requirements/run.txt").read_text())}
    vendored = {"@picocss/pico", "htmx-org", "geonames-cities"}

    assert {name: told.get(name) for name in locked if installed(name)} == {
        name: version for name, version in locked.items() if installed(name)
    }
    assert told.keys() - locked.keys() == vendored


def test_vendored_files_are_those_of_their_makers() -> None:
    sums = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDOR / "SHA256SUMS").read_text(), re.MULTILINE)
    files = {path.name for path in VENDOR.iterdir() if path.suffix in {".js", ".css"}}

    assert {name for _, name in sums} == files
    assert [name for digest, name in sums if hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() != digest] == []
    assert all((VENDOR / f"{name.split('-')[0]}-LICENSE.txt").stat().st_size for name in files)


@pytest.mark.parametrize("rules", RULES, ids=[rules.stem for rules in RULES])
def test_every_rule_has_a_sample_that_it_catches_and_one_that_it_passes(rules: Path) -> None:
    samples = "".join(path.read_text() for path in rules.parent.glob(f"{rules.stem}.*") if path != rules)
    ids = re.findall(r"^  - id: (\S+)$", rules.read_text(), re.MULTILINE)

    assert ids
    assert [id for id in ids if f"ruleid: {id}" not in samples] == []
    assert [id for id in ids if f" ok: {id}" not in samples] == []
