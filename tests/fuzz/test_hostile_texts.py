"""Thousands of hostile texts and values; `make fuzz` asks for two hundred thousand."""

from tests import sizes
from tests.fuzz import __main__ as fuzz
from tests.fuzz import laws

CASES = sizes.of(2_500, whole=5_000)


def test_thousands_of_hostile_texts_evaluate_nothing_and_end_soon() -> None:
    found = laws.Judge().judge(fuzz.SEED, range(CASES))

    assert found.broken == []
    assert found.cases == CASES
    assert found.ended["as Telegram takes it"] > 250  # not all is refused
    assert found.ended["refused by the grammar"] > 250
    assert found.ended["refused by the gates"] > 25
