"""Other rules of the zones than the pinned ones: a folder in which one zone has another's clocks, under a version."""

import contextlib
import importlib.resources
import shutil
import sys
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import tzdata

from reminderbot.planning import hours

LATER = "2099a"


@contextlib.contextmanager
def swapped(folder: Path, zones: Mapping[str, str], *, version: str = LATER) -> Iterator[None]:
    """Have each zone follow the rules of another, from a release called `version`, for the length of the block."""
    write(folder, zones)
    with in_force(folder, version=version):
        yield


def write(folder: Path, zones: Mapping[str, str]) -> None:
    """Write a folder of zones in which each has another's clocks."""
    for name, other in zones.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data(other))


@contextlib.contextmanager
def in_force(folder: Path, *, version: str = LATER) -> Iterator[None]:
    """Have the zones of a folder follow its rules, for the length of the block."""
    before = zoneinfo.TZPATH
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tzdata, "IANA_VERSION", version)
        _look_in([str(folder)])
        try:
            yield
        finally:
            _look_in(before)


def _look_in(path: Sequence[str]) -> None:
    zoneinfo.reset_tzpath(to=path)
    hours.forget()


def release(folder: Path, zones: Mapping[str, str], *, version: str = LATER) -> None:
    """Write a `tzdata` package of another release into `folder`, for a process whose path begins with it."""
    package = folder / "tzdata"
    shutil.copytree(Path(str(importlib.resources.files(tzdata))), package)
    for name, other in zones.items():
        (package / "zoneinfo" / name).write_bytes(data(other))
    module = package / "__init__.py"
    module.write_text(module.read_text("utf-8").replace(tzdata.IANA_VERSION, version), "utf-8")
    shutil.rmtree(package / "__pycache__", ignore_errors=True)


def data(zone: str) -> bytes:
    """Return a zone's file of the pinned release."""
    return importlib.resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()


def first_on_the_path(folder: Path) -> str:
    """Return a PYTHONPATH that finds packages in `folder` before all others."""
    return ":".join([str(folder), *(each for each in sys.path if each)])
