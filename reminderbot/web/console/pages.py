"""The table of the console's pages: for each a path, who may open it, and the function that serves it."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access
from reminderbot.store import work as works

if TYPE_CHECKING:
    from reminderbot.web.console.visit import Ahead, Visit

PREFIX: Final = "/console"
FORM: Final = 64 * 1024
"""Bytes that a form may have; a page that takes a file says more."""

KEPT: Final = 256 * 1024
"""Bytes of a form that brings another along, kept while somebody signs in: in hex it is twice as long, and more."""

Handler = Callable[["Visit"], Awaitable[Response]]
Before = Callable[["Ahead"], Awaitable[object]]
Known = Callable[[works.Work, access.Staff, catalogs.Catalog], Awaitable[catalogs.Catalog]]


class Open(StrEnum):
    """Who may open a page, where it is not a right of the staff's."""

    ANYBODY = "anybody"  # also who is not signed in
    HALF = "half"  # the password was given, or a desk's computer is locked
    STAFF = "staff"  # anybody who is signed in, whatever the role


Policy = access.Right | Open


@dataclasses.dataclass(frozen=True)
class Page:
    """One route. `objects` says of which kind each id in the path is: of another clinic's it answers 404."""

    method: str
    path: str
    policy: Policy
    handler: Handler
    writes: bool
    again: Handler | None
    objects: Mapping[str, str]
    most: int
    proves: bool
    before: Before | None = None
    is_part: bool = False
    catalog: Known | None = None
    seen: str = ""

    @property
    def name(self) -> str:
        """Return "POST /console/invites"."""
        return f"{self.method} {self.path}"


class Pages:
    """The pages of one module, in the order in which they are declared."""

    def __init__(self, catalog: Known | None = None) -> None:
        """`catalog` finds what these pages know of texts and plans beyond what is shipped, as `visit.catalog`."""
        self.all: list[Page] = []
        self._catalog = catalog

    def get(
        self,
        path: str,
        policy: Policy,
        *,
        writes: bool = False,
        objects: Mapping[str, str] | None = None,
        is_part: bool = False,
        seen: str = "",
    ) -> Callable[[Handler], Handler]:
        """Declare a page that is looked at; `writes` where the look itself is noted in the audit.

        `seen` names a page of one patient, by the id in its path: the look is then noted for it. `is_part` says that
        it is a piece which a page fetches anew, and never stands alone.
        """
        how = {"proves": False, "is_part": is_part, "seen": seen}
        return self._declared("GET", path, policy, writes or bool(seen), None, objects, FORM, **how)  # type: ignore[arg-type]

    def post(
        self,
        path: str,
        policy: Policy,
        *,
        again: Handler | None = None,
        objects: Mapping[str, str] | None = None,
        most: int = FORM,
        proves: bool = False,
        before: Before | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare what a form is sent to.

        A refusal undoes everything, and shows `again` with what was typed; `proves` asks for the second factor unless
        it was given in the last minutes. `before` does what must not be done inside a transaction, since it takes long
        or is to stay whatever comes of the rest: what it returns is `visit.prepared`.
        """
        return self._declared("POST", path, policy, True, again, objects, most, proves=proves, before=before)

    def _declared(
        self,
        method: str,
        path: str,
        policy: Policy,
        writes: bool,
        again: Handler | None,
        objects: Mapping[str, str] | None,
        most: int,
        *,
        proves: bool,
        before: Before | None = None,
        is_part: bool = False,
        seen: str = "",
    ) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            whole, kinds = PREFIX + path, dict(objects or {})
            declared = Page(method, whole, policy, handler, writes, again, kinds, most, proves, before, is_part)
            self.all.append(dataclasses.replace(declared, catalog=self._catalog, seen=seen))
            return handler

        return declare
