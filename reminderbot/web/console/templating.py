"""Jinja2 over our own templates, which nobody edits but us: everything that is filled in is escaped."""

import functools
from collections.abc import Mapping
from typing import Any

import jinja2

from reminderbot.web import assets


@functools.cache
def environment() -> jinja2.Environment:
    """Return the one environment; a name that is not handed in is a mistake, not an empty string."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("reminderbot.web.console"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets.address
    return made


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a template filled."""
    return environment().get_template(template).render(values)
