"""The buttons under a reminder: the answers to what its step asks, and the way to a person."""

from collections.abc import Mapping
from typing import Final

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans

ASKED: Final = {
    plans.Ask.SKIN: (("button.as_expected", "skin:ok"), ("button.worried", "skin:worried")),
    plans.Ask.READS: (("button.reads_yes", "reads:yes"), ("button.reads_no", "reads:no")),
}


def buttons(
    catalog: catalogs.Catalog, language: str, asked: Mapping[plans.Ask, str], html: str, *, of: str
) -> list[tuple[str, str]]:
    """Return the words of each button under `html` and what it sends back, one a row.

    `asked` leads from what is asked to the id of the reminder that asks; `of` is that of the one that bears the
    message. The last button is the way to a person, which is the worried answer where the skin is asked.
    """
    answers = [(key, f"ci:{id}:{data}") for ask, id in asked.items() for key, data in ASKED[ask]]
    rows = [(catalog.say_plain(language, key), data) for key, data in answers]
    if plans.Ask.SKIN not in asked:
        rows.append((catalog.person_button(language, html), f"worry:{of}"))
    return rows
