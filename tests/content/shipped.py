"""The shipped texts as plain data: read from their files, filled with samples, cut into sentences."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import liquid

MESSAGES = Path(__file__).parents[2] / "messages"
LANGUAGES = tuple(sorted(folder.parent.name for folder in MESSAGES.glob("*/language.toml")))
CONTENT = ("steps.toml", "topics.toml", "expect.toml")
"""The files that speak of the treatment; the others hold the bot's own words."""

MAY_BE_EMPTY = ("first_name", "clinic_name", "clinic_phone")
LEAST_WORDS = 8
"""Fewer words make no passage: a formula made for passages gives "Privacy" grade 20."""


def read(path: str) -> dict[str, Any]:
    """Return one file of `messages/` as it stands."""
    return tomllib.loads((MESSAGES / path).read_text(encoding="utf-8"))


def entries(language: str, *files: str) -> dict[str, dict[str, Any]]:
    """Return the entries of these files of a language under their keys."""
    return {key: entry for file in files for key, entry in read(f"{language}/{file}").items()}


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a language with the name to find it by, the profile's included."""
    for path in sorted((MESSAGES / language).glob("*.toml")):
        for key, entry in read(f"{language}/{path.name}").items():
            if isinstance(entry, dict) and isinstance(entry.get("text"), str):
                yield f"{path.name} {key}", entry["text"]
    profile = read(f"{language}/profile.toml")
    yield "profile.toml description", profile["description"]
    yield "profile.toml short_description", profile["short_description"]


def fillings(text: str) -> tuple[str, str]:
    """Return the text as somebody of a clinic reads it, and as somebody of none does, without its tags."""
    samples = {name: blank["sample"] for name, blank in read("blanks.toml").items()}
    bare = samples | dict.fromkeys(MAY_BE_EMPTY)
    counted = re.sub(r"% plural \w+ %", '% case "other" %', text).replace("endplural", "endcase")
    template = liquid.Environment().from_string(counted)
    full, lean = (re.sub(r"<[^>]+>", "", template.render(**values)).strip() for values in (samples, bare))
    return full, lean


def sentences(filled: str) -> list[str]:
    """Return the sentences of a filled text; a line's end ends one too."""
    return [part for part in re.split(r"(?<=[.!?…؟])\s+|\n+", filled) if part.strip()]
