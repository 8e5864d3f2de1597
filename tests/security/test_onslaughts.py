"""Short forms of what `make security` does a hundred thousand times and more."""

import pytest
from fastapi import FastAPI

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics
from reminderbot.store import work as works
from tests.security import guesses, posts, sign_ins
from tests.web.console import hired

SEED = 20261127


async def test_no_guess_opens_a_link_and_a_code_is_tried_five_times(
    store: works.Store, catalog: catalogs.Catalog
) -> None:
    found = await guesses.guess(store, catalog, tries=1000, links=2, seed=SEED)

    assert found.broken == []
    assert found.ended == {"refused": 1000}


async def test_bodies_of_every_kind_are_refused_or_stored(store: works.Store) -> None:
    found = await posts.post(store, tries=400, seed=SEED)

    assert found.broken == []
    assert {each.partition(":")[0] for each in found.ended} == posts.MAY.keys()


async def test_an_onslaught_makes_few_hashes_and_others_still_sign_in(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView
) -> None:
    dana, calm = [await hired.hire(store, bea, access.Role.DESK, name, has_second=False) for name in ("dana", "calm")]

    found = await sign_ins.guess(app, dana, calm, tries=240)

    assert found.broken == []
    assert found.ended["answered with 403"] > 120


async def test_an_invite_that_opens_to_anybody_is_caught(
    store: works.Store, catalog: catalogs.Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminderbot.store import invites

    monkeypatch.setattr(invites, "_token_hash", lambda token: token[:2].encode())

    found = await guesses.guess(store, catalog, tries=100, links=2, seed=SEED)

    assert "a guess has opened a link" in found.broken
