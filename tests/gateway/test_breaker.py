"""The breaker: what opens it, what a probe and a trial may do, and what closes it. Time is handed in."""

from reminderbot.gateway import breaker, meaning

UNKNOWN, NOT_SENT, ACCEPTED = meaning.Outcome.UNKNOWN, meaning.Outcome.NOT_SENT, meaning.Outcome.ACCEPTED


def failing(count: int, *, chats: int = 5, outcome: meaning.Outcome = NOT_SENT) -> breaker.Breaker:
    """Return a breaker that has seen failures in a row."""
    made = breaker.Breaker()
    for number in range(count):
        made.saw(outcome, f"chat {number % chats}", 0.0)
    return made


def tried(outcome: meaning.Outcome) -> breaker.Breaker:
    """Return a breaker that was open, whose probe was answered and whose trial came to `outcome`."""
    made = failing(5)
    made.probed(10.0, answered=True)
    made.took()
    made.saw(outcome, "ana", 11.0)
    return made


def test_failures_in_a_row_over_different_chats_open_it() -> None:
    assert failing(4).admits()
    assert not failing(5).admits()
    assert not failing(5, outcome=UNKNOWN).admits()


def test_one_persons_broken_connection_does_not() -> None:
    assert failing(50, chats=2).admits()


def test_an_answer_between_them_begins_the_row_anew() -> None:
    made = failing(4)
    made.saw(ACCEPTED, "ana", 0.0)
    made.saw(NOT_SENT, "ana", 0.0)

    assert made.admits()


def test_a_refusal_is_an_answer_too() -> None:
    made = failing(4)
    made.saw(meaning.Outcome.REJECTED, "ana", 0.0)
    made.saw(NOT_SENT, "maria", 0.0)

    assert made.admits()


def test_a_probe_is_due_after_a_wait_that_doubles() -> None:
    made, waits, now = failing(5), [], 0.0
    for _ in range(6):
        wait = made.probe_in(now)
        assert wait is not None
        waits.append(wait)
        now += wait
        made.probed(now, answered=False)

    assert waits == [1, 2, 4, 8, 15, 15]


def test_an_answered_probe_lets_one_call_try() -> None:
    made = failing(5)
    made.probed(1.0, answered=True)

    first = made.admits()
    made.took()

    assert (first, made.admits()) == (True, False)


def test_a_trial_that_is_accepted_closes_it() -> None:
    made = tried(ACCEPTED)

    assert made.circuit is breaker.Circuit.CLOSED
    assert made.admits()


def test_a_trial_that_fails_opens_it_again_at_once_and_for_longer() -> None:
    made = tried(UNKNOWN)
    wait = made.probe_in(11.0)

    assert made.circuit is breaker.Circuit.OPEN
    assert wait is not None
    assert wait > breaker.FIRST_WAIT


def test_trials_that_fail_all_day_cost_few_resends() -> None:
    made, now, trials = failing(5), 0.0, 0
    while now < 6 * 3600:
        now += made.probe_in(now) or 0.0
        made.probed(now, answered=True)
        made.took()
        now += 28.0
        made.saw(UNKNOWN, "ana", now)
        trials += 1

    assert trials < 80


def test_a_trial_that_was_not_made_leaves_its_turn_to_another() -> None:
    made = failing(5)
    made.probed(1.0, answered=True)
    made.took()
    made.spared()

    assert made.admits()


def test_a_trial_that_was_told_to_wait_decides_nothing() -> None:
    made = tried(meaning.Outcome.WAIT)

    assert made.circuit is breaker.Circuit.TRYING
    assert made.admits()


def test_openings_are_counted_once_an_outage() -> None:
    made = tried(UNKNOWN)
    made.probed(20.0, answered=True)
    made.saw(ACCEPTED, "ana", 21.0)

    assert made.openings == 1
