"""Five thousand hostile texts and values; `make fuzz` asks for two hundred thousand."""

from tests.fuzz import __main__ as fuzz
from tests.fuzz import laws

CASES = 5000


def test_five_thousand_hostile_texts_evaluate_nothing_and_end_soon() -> None:
    found = laws.Judge().judge(fuzz.SEED, range(CASES))

    assert found.broken == []
    assert found.cases == CASES
    assert found.ended["as Telegram takes it"] > 500  # not all is refused
    assert found.ended["refused by the grammar"] > 500
    assert found.ended["refused by the gates"] > 50
