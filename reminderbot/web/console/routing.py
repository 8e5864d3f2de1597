"""Every page of the console, in one table; and the routes that serve them."""

from typing import Final

from starlette.routing import BaseRoute

from reminderbot.web.console import (
    account,
    alerts,
    arrivals,
    branch,
    cases,
    chain,
    clinic,
    editions,
    exchange,
    invites,
    letters,
    lists,
    patient,
    patient_changes,
    patient_data,
    patient_habits,
    patients,
    plans,
    proof,
    questions,
    serving,
    sign_in,
    staff,
    time_machine,
    today,
    wording,
    worrying,
)
from reminderbot.web.console.pages import Page
from reminderbot.web.console.visit import Console

MODULES: Final = (
    sign_in,
    account,
    alerts,
    today,
    cases,
    patients,
    patient,
    patient_changes,
    patient_data,
    patient_habits,
    proof,
    invites,
    arrivals,
    lists,
    letters,
    worrying,
    questions,
    plans,
    editions,
    chain,
    clinic,
    branch,
    staff,
    exchange,
    time_machine,
    wording,  # last: a text's page answers whatever no page of a book has
)

ALL: Final[tuple[Page, ...]] = tuple(page for module in MODULES for page in module.pages.all)
"""The route table: what the matrix of routes, roles and objects is made from."""


def site(console: Console) -> list[BaseRoute]:
    """Return the routes of the whole console."""
    return serving.routes(console, ALL)
