"""How much is played of what is long: a short form in the suite, all of it with WHOLE=1, as `make chaos` asks."""

import os
from typing import Final

IS_WHOLE: Final = bool(os.environ.get("WHOLE"))


def of(short: int, *, whole: int) -> int:
    """Return how many are played."""
    return whole if IS_WHOLE else short
