"""The forge of commands: an answer that comes too late is never taken for another's."""

import subprocess
from pathlib import Path

import pytest

from tests.cli import warm


def test_a_forge_that_answers_too_late_is_ended_and_a_fresh_one_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = warm.Forge(patience=0.01)  # its imports alone take longer
    monkeypatch.setattr(warm, "_forges", [late])
    with pytest.raises(TimeoutError):
        warm.started(["check"], folder=tmp_path, environment={}, out=subprocess.DEVNULL, err=subprocess.DEVNULL)

    assert late._process.returncode is not None
    fresh = warm.forge()
    assert (fresh is late, fresh.lives) == (False, True)
    fresh.close()
