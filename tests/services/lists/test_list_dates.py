"""Dates are read in the clinic's order; what is impossible or not certain is a fault with its own sentence."""

from datetime import date, time

import pytest

from reminderbot.services.lists import dates
from reminderbot.services.lists.dates import Order

NOV_24 = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24", None),
        ("2026/11/24", None),
        ("20261124", None),
        ("24/11/2026", None),
        ("24.11.26", None),
        ("24-11-2026 15:30", time(15, 30)),
        ("2026-11-24T15:30:00Z", time(15, 30)),
        ("2026-11-24T15:30:00+01:00", time(15, 30)),
        ("24/11/2026 3:30 PM", time(15, 30)),
        ("24/11/2026, 3:30 p. m.", time(15, 30)),
        ("Tue 24/11/2026", None),
        ("martes, 24 de noviembre de 2026", None),
        ("martes, 24 de noviembre de 2026 a las 15:30", time(15, 30)),
        ("24 Nov 2026", None),
        ("November 24th, 2026", None),
        ("46350", None),
        ("46350.5", time(12)),
    ],
)
def test_dates_are_read(text: str, at: time | None) -> None:
    assert dates.read_day(text, Order.DAY_FIRST) == (NOV_24, at)


def test_numbers_are_read_in_the_clinics_order() -> None:
    assert dates.read_day("3/4/2026", Order.DAY_FIRST)[0] == date(2026, 4, 3)
    assert dates.read_day("3/4/2026", Order.MONTH_FIRST)[0] == date(2026, 3, 4)
    assert dates.read_day("2026-03-04", Order.DAY_FIRST)[0] == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "date-none"),
        ("31/02/2026", "date-impossible"),
        ("2026-13-01", "date-impossible"),
        ("00/00/2026", "date-impossible"),
        ("11/24/2026", "date-order"),
        ("24/11", "date-year"),
        ("24 de noviembre", "date-year"),
        ("Mon 24/11/2026", "date-weekday"),
        ("soon", "date-unread"),
        ("24/11-2026", "date-unread"),
        ("99999", "date-unread"),
        ("24/11/2026 25:00", "time-unread"),
    ],
)
def test_what_is_no_date_says_why(text: str, why: str) -> None:
    with pytest.raises(dates.Unread, match=f"^{why}$"):
        dates.read_day(text, Order.DAY_FIRST)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("15:30", time(15, 30)),
        ("15.30", time(15, 30)),
        ("15h30", time(15, 30)),
        ("9:05", time(9, 5)),
        ("1530", time(15, 30)),
        ("15:30:00", time(15, 30)),
        ("3 pm", time(15)),
        ("12:00 AM", time(0)),
        ("12:30 p. m.", time(12, 30)),
        ("0.645833", time(15, 30)),
        ("24/11/2026 15:30", time(15, 30)),
        ("", None),
    ],
)
def test_times_are_read(text: str, at: time | None) -> None:
    assert dates.read_time(text) == at


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9", "time-bare"),
        ("13 pm", "time-unread"),
        ("noon", "time-unread"),
        ("24:10", "time-unread"),
        ("9:75", "time-unread"),
    ],
)
def test_what_is_no_time_says_why(text: str, why: str) -> None:
    with pytest.raises(dates.Unread, match=f"^{why}$"):
        dates.read_time(text)


def test_a_column_that_makes_sense_in_one_order_only_tells_it() -> None:
    assert dates.sniffed(["3/4/2026", "24/11/2026"]) is Order.DAY_FIRST
    assert dates.sniffed(["3/4/2026", "11/24/2026"]) is Order.MONTH_FIRST
    assert dates.sniffed(["3/4/2026", "2026-11-24"]) is None
    assert dates.sniffed(["11/24/2026", "24/11/2026"]) is None


def test_the_usual_order_is_that_of_the_clinics_country() -> None:
    assert dates.order_of("America/New_York") is Order.MONTH_FIRST
    assert dates.order_of("Europe/Madrid") is Order.DAY_FIRST
    assert dates.order_of("America/Mexico_City") is Order.DAY_FIRST
    assert dates.order_of("UTC") is Order.DAY_FIRST
