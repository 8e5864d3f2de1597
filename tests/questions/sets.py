"""A set of questions: each text, its kind, and the topics that answer it."""

import dataclasses
import pathlib
import tomllib
from typing import Final

FOLDER: Final = pathlib.Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Question:
    """A question; each of `wants` is one thing asked, with the topics of which any is right."""

    text: str
    kind: str
    wants: tuple[frozenset[str], ...]


def languages(half: str) -> list[str]:
    """Return the languages that a half has a set for."""
    return sorted(path.stem for path in (FOLDER / half).glob("*.toml"))


def load(half: str, language: str) -> list[Question]:
    """Return the questions of one set."""
    with (FOLDER / half / f"{language}.toml").open("rb") as file:
        listed = tomllib.load(file)["question"]
    return [
        Question(each["text"], each["kind"], tuple(frozenset(want.split("|")) for want in each["topics"]))
        for each in listed
    ]
