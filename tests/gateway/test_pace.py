"""Even spacing, by a clock that the test winds."""

from reminderbot.gateway import pace

LIMITS = pace.Limits(reminders=25.0, total=28.0, chat=1.0, burst=3)


def reminders(paced: pace.Pace, count: int, start: float = 0.0) -> list[float]:
    """Send `count` reminders to as many chats as fast as allowed; return when each went."""
    now, went = start, []
    for number in range(count):
        now += paced.reminder_in(now, f"chat {number}")
        paced.take_reminder(now, f"chat {number}")
        went.append(now)
    return went


def most_in_a_second(went: list[float]) -> int:
    return max(sum(1 for other in went if at <= other < at + 1) for at in went)


def test_reminders_are_evenly_spaced_below_their_rate() -> None:
    went = reminders(pace.Pace(LIMITS), 100)

    assert most_in_a_second(went) <= 26
    assert went[-1] <= 100 / 25 * 1.03


def test_a_pause_earns_no_burst() -> None:
    paced = pace.Pace(LIMITS)
    reminders(paced, 5)

    assert most_in_a_second(reminders(paced, 60, start=100.0)) <= 26


def test_timers_that_fire_late_cost_no_rate() -> None:
    paced, now = pace.Pace(LIMITS), 0.0
    for number in range(200):
        now += paced.reminder_in(now, str(number)) + 0.002
        paced.take_reminder(now, str(number))

    assert 200 / now >= 25 * 0.97


def test_a_chat_gets_one_reminder_a_second() -> None:
    paced = pace.Pace(LIMITS)
    paced.take_reminder(0.0, "ana")

    assert paced.reminder_in(0.5, "ana") == 0.5
    assert paced.reminder_in(0.5, "maria") == 0.0


def test_a_chat_may_get_a_few_replies_at_once() -> None:
    paced, now, went = pace.Pace(LIMITS), 0.0, []
    for _ in range(5):
        now += paced.reply_in(now, "ana")
        paced.take_reply(now, "ana")
        went.append(now)

    assert went[2] < 0.1
    assert went[3] >= 1.0


def test_a_reply_that_waits_goes_before_a_reminder() -> None:
    paced = pace.Pace(LIMITS)
    paced.take_reply(0.0, "ana")
    paced.reply_waits = True

    assert paced.reminder_in(0.0, "maria") > paced.reply_in(0.0, "carla")


def test_replies_and_reminders_together_stay_below_the_total() -> None:
    paced, went, now = pace.Pace(LIMITS), [], 0.0
    while now < 3:
        reply = len(went) % 2 == 0
        chat = f"chat {len(went)}"
        now += paced.reply_in(now, chat) if reply else paced.reminder_in(now, chat)
        (paced.take_reply if reply else paced.take_reminder)(now, chat)
        went.append(now)

    assert most_in_a_second(went) <= 29


def test_the_answer_to_a_tap_costs_the_chat_nothing() -> None:
    paced, now = pace.Pace(LIMITS), 0.0
    for _ in range(20):
        now += paced.reply_in(now, None)
        paced.take_reply(now, None)

    assert now <= 20 / 28
    assert paced.reply_in(now + 1, "ana") == 0.0
