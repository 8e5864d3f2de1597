"""The short form of `make chaos`: whoever polls, serves and replies is killed, and every update is served once."""

from pathlib import Path

from tests import sizes
from tests.chaos import rig
from tests.inbound import laws, report, runs


def test_kills_while_updates_arrive_lose_none_and_serve_none_twice(
    zygote: rig.Zygote, tmp_path: Path, sqlite_url: str
) -> None:
    plan = runs.Plan(kills=sizes.of(3, whole=5), updates=sizes.of(100, whole=160))
    outcome = runs.kills(zygote, tmp_path, sqlite_url, plan)

    assert not outcome.report.broken, report.table([outcome])
    assert outcome.report.again > 0  # Telegram handed out again what had not been confirmed


def test_replies_in_order_come_each_once_or_twice() -> None:
    assert laws.in_order(["a", "a", "b", "a"], 3)
    assert not laws.in_order(["a", "b", "a"], 4)
    assert not laws.in_order(["a", "a", "a"], 1)
