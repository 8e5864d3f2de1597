"""Every requirement of ASVS 5.0.0, levels 1 and 2, has its row; what a page of ours links to is there."""

import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEVELS = Path(__file__).with_name("asvs-5.0.0.txt")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]*)(?:#([^)]*))?\)")
STATES = {"met", "not applicable", "not met"}
PAGES = ("asvs.md", "security.md", "threat-model.md", "dpia.md", "breach.md", "operator.md")
SENTENCE = 15  # letters that a reason has at least


def asked() -> dict[str, int]:
    """Return each requirement of levels 1 and 2 with its level."""
    lines = (line.split() for line in LEVELS.read_text().splitlines() if not line.startswith("#"))
    levels = {f"{section}.{at}": int(level) for section, digits in lines for at, level in enumerate(digits, 1)}
    return {id: level for id, level in levels.items() if level < 3}


@functools.cache
def read(path: Path) -> str:
    return path.read_text("utf-8")


def headings(path: Path) -> set[str]:
    """Return what a link to a page may end in."""
    titles = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def broken(text: str, *, beside: Path) -> list[str]:
    """Return the links that lead nowhere: no such file, no such function in it, no such heading."""
    found = []
    for words, target, heading in LINK.findall(text):
        if target.startswith("https://"):
            continue
        path = (beside / target).resolve() if target else None
        if path is None or not path.exists():
            is_there = path is None and heading != ""
        elif path.suffix == ".py":
            name = re.escape(words.strip("`"))
            is_there = re.search(rf"^\s*(?:async )?(?:def|class) {name}\b", read(path), re.MULTILINE) is not None
        else:
            is_there = not heading or heading in headings(path)
        found += [] if is_there else [f"{words} → {target}#{heading}"]
    return found


def test_every_requirement_has_one_row_with_its_level() -> None:
    rows = ROW.findall(read(ROOT / "docs/asvs.md"))

    assert len(asked()) == 253
    assert [row[0] for row in rows] == list(asked())
    assert {id: int(level) for id, level, *_ in rows} == asked()


def test_every_row_says_how_it_stands_and_what_shows_it() -> None:
    rows = ROW.findall(read(ROOT / "docs/asvs.md"))
    unshown = [id for id, _, _, state, shown in rows if state == "met" and not LINK.search(shown)]
    unsaid = [
        id
        for id, _, _, state, why in rows
        if state != "met" and (len(why) < SENTENCE or not why.rstrip().endswith("."))
    ]

    assert {state for _, _, _, state, _ in rows} <= STATES
    assert unshown == []
    assert unsaid == []
    assert [id for id, _, _, state, why in rows if state == "not met" and "Plan: " not in why] == []


def test_the_page_counts_its_rows_right() -> None:
    text = read(ROOT / "docs/asvs.md")
    states = [row[3] for row in ROW.findall(text)]
    told = re.search(r"\*\*(\d+) are met, (\d+) are not applicable, (\d+) are not met\.\*\*", text)

    assert told is not None
    assert [int(each) for each in told.groups()] == [states.count(one) for one in ("met", "not applicable", "not met")]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    assert broken(read(ROOT / "docs" / page), beside=ROOT / "docs") == []


def test_every_risk_of_the_table_has_its_row() -> None:
    rows = re.findall(r"^\| S(\d+) \|", read(ROOT / "docs/security.md"), re.MULTILINE)

    assert [int(each) for each in rows] == list(range(1, 22))


@pytest.mark.parametrize(
    "link",
    [
        "[`test_no_such_thing`](../tests/house/test_asvs.py)",
        "[`test`](../tests/house/test_gone.py)",
        "[there](asvs.md#no-such-heading)",
    ],
)
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert broken(link, beside=ROOT / "docs")
