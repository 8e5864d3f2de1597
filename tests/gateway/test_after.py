"""What comes next after an attempt."""

from datetime import timedelta

import pytest

from reminderbot.gateway import after, meaning
from reminderbot.gateway.meaning import Answer, Outcome
from reminderbot.planning.life import Reason, State


def tried(*, budget: int = 1, resends: int = 0, useful: bool = True, attempts: int = 1) -> after.Tried:
    return after.Tried(budget, resends, attempts, useful, timedelta(seconds=30))


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome.ACCEPTED, State.SENT, None),
        (Outcome.NOT_SENT, State.PLANNED, None),
        (Outcome.CONFLICT, State.PLANNED, None),
        (Outcome.WAIT, State.PLANNED, None),
        (Outcome.HALT, State.PLANNED, None),
        (Outcome.REJECTED, State.REJECTED, Reason.REFUSED),
        (Outcome.BLOCKED, State.BLOCKED, Reason.BLOCKED),
        (Outcome.UNKNOWN, State.PLANNED, None),
    ],
)
def test_where_an_outcome_leads(outcome: Outcome, state: State, reason: Reason | None) -> None:
    next = after.attempt(Answer(outcome), tried())

    assert (next.state, next.reason) == (state, reason)


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.UNKNOWN])
def test_only_an_unknown_outcome_costs_a_resend(outcome: Outcome) -> None:
    assert after.attempt(Answer(outcome), tried()).resends == 0


def test_an_unknown_outcome_is_tried_again_once() -> None:
    first = after.attempt(Answer(Outcome.UNKNOWN), tried())
    second = after.attempt(Answer(Outcome.UNKNOWN), tried(resends=first.resends))

    assert (first.state, first.resends) == (State.PLANNED, 1)
    assert (second.state, second.reason) == (State.UNCONFIRMED, Reason.NO_ANSWER)


@pytest.mark.parametrize("row", [tried(budget=0), tried(useful=False)])
def test_without_a_budget_or_a_use_an_unknown_outcome_is_final(row: after.Tried) -> None:
    assert after.attempt(Answer(Outcome.UNKNOWN), row).state is State.UNCONFIRMED


def test_a_429_pauses_the_bot_for_as_long_as_telegram_says() -> None:
    next = after.attempt(meaning.Answer(Outcome.WAIT, retry_after=timedelta(seconds=9)), tried())

    assert (next.retry_in, next.pause_bot) == (timedelta(seconds=9), timedelta(seconds=9))


def test_waits_double_up_to_a_minute() -> None:
    waits = [after.back_off(attempts).total_seconds() for attempts in (1, 2, 3, 7, 100_000)]

    assert waits == [1, 2, 4, 60, 60]
