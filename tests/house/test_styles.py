"""Our style sheets are whole: what a lost brace swallows is lost on every screen but one."""

from importlib import resources
from pathlib import Path

import pytest

import reminderbot

ROOT = Path(str(resources.files(reminderbot)))
OURS = sorted(path for path in ROOT.rglob("*.css") if ".min." not in path.name)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_brace_has_its_other_half_and_a_class_is_styled_at_the_top(path: Path) -> None:
    depth = deepest = 0
    for line in path.read_text("utf-8").splitlines():
        assert not (line and not line[0].isspace() and line[0] != "}" and depth), f"{line[:40]!r} stands inside a block"
        depth += line.count("{") - line.count("}")
        deepest = max(deepest, depth)

    assert depth == 0
    assert deepest <= 2
