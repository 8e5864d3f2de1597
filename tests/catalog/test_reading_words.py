"""The words of dates as files: a broken one is told with the file and the key."""

import shutil
from pathlib import Path

import pytest

from reminderbot import errors
from reminderbot.catalog import files, reading


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped words that may be broken."""
    for language in ("en", "es"):
        (tmp_path / language).mkdir()
        shutil.copy(files.default_folder() / language / "dates.toml", tmp_path / language)
    return tmp_path


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("[days] ", "[dayz] ", "dayz"),
        ('"yesterday"', "17", "days.-1|days\\] -1"),
        ("from = 18", "from = 'six'", "night"),
        ('"12:00" =', '"noon" =', "times\\] noon"),
        ("ago = ", "agoo = ", "signs\\] agoo"),
        ("[units]", "[compounds]\nnone = []\n[units]", "compounds\\] none"),
        ("[days] ", "[days", "cannot be read"),
    ],
)
def test_a_broken_file_is_told_with_its_place(folder: Path, right: str, wrong: str, told: str) -> None:
    file = folder / "en" / "dates.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(errors.Unusable, match=rf"en/dates\.toml.*({told})"):
        reading.load(folder)


def test_a_folder_that_names_no_language_is_told(folder: Path) -> None:
    (folder / "es").rename(folder / "klingon")

    with pytest.raises(errors.Unusable, match="klingon"):
        reading.load(folder)


def test_no_words_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(errors.Unusable, match=r"dates\.toml"):
        reading.load(tmp_path)


def test_a_language_is_a_folder_and_nothing_in_code(folder: Path) -> None:
    (folder / "de").mkdir()
    (folder / "de" / "dates.toml").write_text(
        '[days]\n1 = ["morgen"]\n[signs]\nat = ["um"]\noclock = ["uhr"]\nfill = ["am", "den"]\n', encoding="utf-8"
    )

    words = reading.load(folder)

    assert set(words.lexicons) == {"de", "en", "es"}
    assert [sense.value for sense in words.lexicons["de"].phrases[("dezember",)]] == [12]
