"""`python -m tests.journeys.ten`: plays the ten journeys and writes docs/journeys.md; with `--pictures`, phones too."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from reminderbot import observability
from reminderbot.store import migrate
from tests.journeys.acting import ROOT
from tests.journeys.ten import book, pictures

DOCUMENT = ROOT / "docs" / "journeys.md"
SHEET = ROOT / "docs" / "pictures" / "journeys.jpg"


def main() -> int:
    """Play them all, each on a SQLite of its own, and write the document."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.ten", description=__doc__)
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="take the phones, and the sheet in docs/pictures"
    )
    chosen = parser.parse_args()
    observability.configure("ERROR")
    album = pictures.Album(chosen.pictures.resolve()) if chosen.pictures else None
    stories = [_told(story, number, album) for number, story in enumerate(book.STORIES, start=1)]
    if album:
        asyncio.run(album.sheet(SHEET))
    DOCUMENT.write_text(book.bound(stories), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)}: {len(stories)} journeys")  # noqa: T201 - for whoever ran it
    return 0


def _told(story: ModuleType, number: int, album: pictures.Album | None) -> str:
    print(f"==> {number}. {story.TITLE}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="reminderbot-journey-") as folder:
        url = f"sqlite:///{Path(folder) / 'reminderbot.sqlite'}"
        asyncio.run(migrate.upgrade(url))
        return asyncio.run(book.told(story, number, url, then=album.take if album else None))


if __name__ == "__main__":
    sys.exit(main())
