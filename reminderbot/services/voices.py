"""How somebody is spoken to: texts, days and hours in one language, at one moment."""

import abc
import dataclasses
from datetime import date, datetime
from typing import Final

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours

NOWHERE: Final = "UTC"
"""The zone to count in before a person has told theirs; nothing is saved in it."""


class Voice(abc.ABC):
    """Whoever speaks: `catalog` is what there is to say, `now` is of the product clock."""

    catalog: catalogs.Catalog
    now: datetime

    @property
    @abc.abstractmethod
    def language(self) -> str:
        """The language that is spoken."""

    def text(self, key: str, /, **values: blanks.Value) -> str:
        """Return a text as HTML."""
        return self.catalog.say(self.language, key, **values)

    def local(self, zone: str | None) -> datetime:
        """Return now on the clocks of `zone`."""
        return hours.to_local(self.now, zone or NOWHERE)

    def day(self, on: date, *, zone: str | None = None) -> str:
        """Return a date with its weekday."""
        return self.catalog.day(self.language, on, today=self.local(zone).date())

    def day_and_clock(self, local: datetime, *, zone: str | None = None) -> str:
        """Return a local time with its date and weekday."""
        return self.catalog.day_and_clock(self.language, local, today=self.local(zone).date())

    def moment(self, local: datetime, *, zone: str | None = None) -> str:
        """Return a local time with its weekday, and "today" or "tomorrow" where it is."""
        return self.catalog.moment(self.language, local, today=self.local(zone).date())

    def clock(self, local: datetime) -> str:
        """Return the wall-clock time."""
        return self.catalog.clock(self.language, local.time())


@dataclasses.dataclass(frozen=True)
class Reader(Voice):
    """The voice of a page for somebody who reads `code`."""

    catalog: catalogs.Catalog
    now: datetime
    code: str

    @property
    def language(self) -> str:
        """The language that is read."""
        return self.code
