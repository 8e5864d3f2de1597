"""Taps alone, on buttons that were shown, are stale, or are somebody else's, with any data: the laws of serving."""

import asyncio
from collections.abc import Iterator

from tests.fuzz import arriving, laws, serving

ONLY = "callback_query"


def shares(seed: int, jobs: int, cases: int) -> Iterator[tuple[int, range, int]]:
    """Yield what each process judges: whole stories."""
    return serving.shares(seed, jobs, cases)


def share(asked: tuple[int, range, int]) -> laws.Figures:
    """Judge one process's share."""
    return asyncio.run(serving.judged(*asked, only=ONLY)).figures


def again(seed: int, case: int) -> tuple[arriving.Arrived | None, laws.Figures]:
    """Serve one story up to a case, and return its last update."""
    judge = asyncio.run(serving.judged(seed, [case // serving.A_STORY], case + 1, only=ONLY))
    return judge.last, judge.figures
