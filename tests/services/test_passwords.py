"""Which passwords and PINs are taken, and what is kept of them (S7)."""

import contextlib

import argon2
import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from reminderbot import errors
from reminderbot.services import passwords


@pytest.mark.parametrize(
    "given",
    [
        "velvet anchor toaster",
        "el perro come tarde 8",
        "Wq7!xTz4#Lm9",
        "kärlek på tåget hem",
        "我的诊所在海边的小镇上很安静",
    ],
)
def test_a_password_of_its_own_is_taken(given: str) -> None:
    passwords.refuse_password(given, login="dana", name="Dana Ruiz")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("velvet anc", None),
        ("velvetanc", "short"),
        ("x" * 9, "short"),
        ("xyz " * 100, "long"),
        ("1234567890", "common"),
        ("0987654321", "common"),
        ("qwertyuiop", "common"),
        ("QWERTYuiop12", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("Password2024!", "common"),
        ("P@ssw0rd1234", "common"),
        ("iloveyou1990", "common"),
        ("contraseña123", "common"),
        ("clinica2026!!", "common"),
        ("microneedling1", "common"),
        ("dana.dana.dana", "login"),
        ("Ruiz2026Ruiz!", "common"),
        ("1qaz2wsx3edc", "common"),
    ],
)
def test_a_poor_password_is_refused(given: str, key: str | None) -> None:
    if key is None:
        passwords.refuse_password(given, login="dana", name="Dana Ruiz")
        return
    with pytest.raises(errors.Invalid) as refused:
        passwords.refuse_password(given, login="dana", name="Dana Ruiz")

    assert refused.value.key == f"console.sign-in.refused-{key}"


def test_the_passwords_of_leaks_are_refused() -> None:
    leaked = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= passwords.LEAST]
    taken = []
    for each in [*leaked, *map(str.upper, leaked[:50])]:
        with contextlib.suppress(errors.Invalid):
            passwords.refuse_password(each, login="dana", name="Dana Ruiz")
            taken.append(each)

    assert (len(leaked) > 1000, taken) == (True, [])


@pytest.mark.parametrize("pin", ["482913", "703518", "000417"])
def test_a_pin_of_six_digits_is_taken(pin: str) -> None:
    passwords.refuse_pin(pin)


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "12a456", "123456", "654321", "111111", "121212", "482482", "٤٨٢٩١٣"]
)
def test_an_easy_pin_is_refused(pin: str) -> None:
    with pytest.raises(errors.Invalid):
        passwords.refuse_pin(pin)


async def test_what_is_kept_is_argon2id_at_19_mib_two_passes_one_lane() -> None:
    hash = await passwords.hashed("velvet anchor toaster")

    found = argon2.extract_parameters(hash)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 19 * 1024, 2, 1)
    assert await passwords.is_right(hash, "velvet anchor toaster")
    assert not await passwords.is_right(hash, "velvet anchor toastes")
    assert not await passwords.is_right(None, "velvet anchor toaster")


async def test_a_password_is_the_same_in_either_unicode_form() -> None:
    hash = await passwords.hashed("canción de verano")

    assert await passwords.is_right(hash, "cancio\u0301n de verano")


async def test_a_hash_that_is_broken_lets_nobody_in() -> None:
    assert not await passwords.is_right("not a hash", "velvet anchor toaster")
