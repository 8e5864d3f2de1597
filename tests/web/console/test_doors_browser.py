"""The pages before anybody is wholly signed in, in a real Chromium: they fit a phone, and axe finds nothing serious."""

import pytest
from fastapi import FastAPI

from reminderbot import clocks
from reminderbot.services import access, clinics, links, sign_ins, signing_in
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from tests.web.console import desk, hired, world
from tests.web.console.test_pages_browser import address, chromium, looked_at

__all__ = ["address"]  # a fixture
DOORS = {page.path.removeprefix("/console"): page for page in consoles.ALL if page.method == "GET"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_every_door_fits_a_phone_and_axe_finds_nothing_serious(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView, address: str
) -> None:
    bo = await hired.hire(store, bea, access.Role.ADMIN, "bo", has_pin=True)
    new = await desk.employ(store, bea, access.Role.CLINICIAN, name="Nia", login="nia")
    async with store.writing() as work:
        row, now = await signing_in.person(work, new.staff_id), clocks.machine()
        token = (await links.make(work, row, purpose=links.Purpose.WELCOME, machine_now=now)).token
    half, kind = sign_ins.Kind.HALF, sign_ins.Kind.DESK
    doors = [
        ("/sign-in", ""),
        ("/welcome/{token}", ""),
        ("/second", await desk.cookie(store, bo.who, kind=half)),
        ("/second", await desk.cookie(store, new, kind=half)),
        ("/unlock", await desk.cookie(store, bo.who, kind=kind)),
    ]
    wrong = []
    async with chromium(390) as context:
        for path, cookie in doors:
            await context.clear_cookies()
            if cookie:
                await context.add_cookies([{"name": "reminderbot", "value": cookie, "url": address}])
            things: world.Things = {"": token}
            found = await looked_at(
                context.pages[0] if context.pages else await context.new_page(),
                address,
                DOORS[path],
                things,
                is_original=True,
            )
            wrong += [f"{path} {fault}" for fault in found]

    assert wrong == []
