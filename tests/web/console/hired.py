"""Staff as they really sign in: with a password, a second factor, a PIN."""

import dataclasses
import functools
from datetime import datetime, timedelta

import pyotp

from reminderbot import clocks, meters
from reminderbot.services import access, clinics, passwords
from reminderbot.store import staff
from reminderbot.store import work as works
from tests.web.console import desk

PASSWORD = "velvet anchor toaster"
PIN = "482913"


@functools.cache
def hash_of(secret: str) -> str:
    """Return the hash of a password, made once for all tests."""
    return passwords._hash(secret)


@dataclasses.dataclass(frozen=True)
class Hired:
    """Somebody with a password; `seed` is the second factor's."""

    who: access.Staff
    login: str
    seed: str

    @property
    def id(self) -> str:
        """Their id."""
        return self.who.staff_id

    def code(self, steps: int = 0) -> str:
        """Return the code of now, or of some steps away."""
        return self.code_at(clocks.machine() + timedelta(seconds=30 * steps))

    def code_at(self, at: datetime) -> str:
        """Return the code of an instant."""
        return str(pyotp.TOTP(self.seed).at(at))


async def hire(
    store: works.Store,
    clinic: clinics.ClinicView,
    role: access.Role,
    login: str,
    *,
    has_second: bool = True,
    has_pin: bool = False,
) -> Hired:
    """Let somebody work in a clinic who has set all up."""
    who = await desk.employ(store, clinic, role, name=login.title(), login=login)
    seed = pyotp.random_base32()
    async with store.writing() as work:
        await staff.set_password(work, who.staff_id, hash_of(PASSWORD))
        if has_second:
            await staff.set_second_factor(work, who.staff_id, seed=seed, step=None, now=clocks.machine())
        if has_pin:
            await staff.set_pin(work, who.staff_id, hash_of(PIN))
    return Hired(who, login, seed)


async def sign_in(browser: desk.Browser, person: Hired, *, has_second: bool = True, **more: str) -> None:
    """Sign in whole."""
    answer = await browser.post("/sign-in", {"login": person.login, "password": PASSWORD, **more})
    assert answer.status_code in (200, 303), desk.text(answer)
    if has_second:
        answer = await browser.post("/second", {"code": person.code()})
        assert answer.status_code == 303, desk.text(answer)


def hashes() -> float:
    """Return how many passwords this process has hashed or compared."""
    return meters.registry.get_sample_value("reminderbot_password_hashes_total") or 0.0


def let_in(browser: desk.Browser, cookie: str) -> None:
    """Put a cookie where the console would put it, so that the next one takes its place."""
    browser.client.cookies.set("reminderbot", cookie, domain="console.example")
