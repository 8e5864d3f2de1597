"""What is sealed opens in its own cell with its own key, and nowhere else."""

import pytest

from reminderbot import errors
from reminderbot.store import vault

PLACE = {"table": "patients", "row": "ana", "column": "name"}


def test_a_sealed_name_opens_where_it_was_sealed() -> None:
    key = vault.fresh_key("k")

    assert key.open(key.seal("Ana", **PLACE), **PLACE) == "Ana"


@pytest.mark.parametrize("moved", [{"row": "carl"}, {"column": "treated_by"}, {"table": "worries"}])
def test_a_cell_that_was_moved_does_not_open(moved: dict[str, str]) -> None:
    key = vault.fresh_key("k")
    cell = key.seal("Ana", **PLACE)

    with pytest.raises(errors.Unusable):
        key.open(cell, **(PLACE | moved))


def test_a_changed_cell_does_not_open() -> None:
    key = vault.fresh_key("k")
    cell = bytearray(key.seal("Ana", **PLACE))
    cell[-1] ^= 1

    with pytest.raises(errors.Unusable):
        key.open(bytes(cell), **PLACE)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 20])
def test_a_cell_that_was_cut_does_not_open_and_says_where_and_what_to_do(size: int) -> None:
    key = vault.fresh_key("k")

    with pytest.raises(vault.Unopened, match=r"patients\.name of ana does not open.*docs/runbook\.md"):
        key.open(key.seal("Ana", **PLACE)[:size], **PLACE)


def test_the_name_is_not_in_the_cell() -> None:
    assert b"Ana" not in vault.fresh_key("k").seal("Ana", **PLACE)


@pytest.mark.parametrize("text", ["", "  ", "short", "!" * 44, "A" * 45, "x" * 4000])
def test_what_is_no_key_is_refused_with_the_command_that_makes_one(text: str) -> None:
    with pytest.raises(errors.Unusable, match="reminderbot key new"):
        vault.Masters.read(text)


def test_a_key_shows_nothing_of_itself() -> None:
    text = vault.new_master()
    masters = vault.Masters.read(text)

    shown = repr(masters.active) + repr(vault.fresh_key("k")) + repr(masters)
    assert masters.active.secret.hex() not in shown
    assert text not in shown


def test_equal_values_of_different_fields_have_different_indexes() -> None:
    index = vault.BlindIndex(b"s" * 32)

    assert index.of("chat", "1") == index.of("chat", "1")
    assert index.of("chat", "1") != index.of("name", "1")
