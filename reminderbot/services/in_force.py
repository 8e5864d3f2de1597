"""Which wording is in force in a clinic: read once a publication, for whoever words a message."""

from datetime import datetime

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions
from reminderbot.services import access, contact, organisations
from reminderbot.store import editions as rows
from reminderbot.store import organisations as organisation_rows
from reminderbot.store import work as works


async def wording(
    work: works.Work, catalog: catalogs.Catalog, *, organisation_id: str, clinic_id: str
) -> editions.Wording:
    """Return the texts in force in a clinic. For delivery, which acts for nobody, and for services."""
    found = await rows.in_force(work, organisation_id, clinic_id)
    if not found:
        return editions.Wording(catalog, (), locked=frozenset())
    texts = await rows.texts(work, [row.id for row in found])
    above = await organisation_rows.get(work, organisation_id)
    return editions.Wording(catalog, [_edition(row, texts[row.id]) for row in found], locked=_books(above.locks))


async def said(
    work: works.Work, catalog: catalogs.Catalog, *, organisation_id: str, clinic_id: str
) -> catalogs.Catalog:
    """Return what the bot says in a clinic's name: the shipped catalog under the clinic's own words."""
    return (await wording(work, catalog, organisation_id=organisation_id, clinic_id=clinic_id)).said


class Kept:
    """The wordings of clinics for a door that words many messages: each is read once a publication."""

    def __init__(self, catalog: catalogs.Catalog) -> None:
        """`catalog` holds the shipped texts."""
        self.shipped = catalog
        self._wordings: dict[str, tuple[int, editions.Wording]] = {}

    async def wording(self, work: works.Work, *, organisation_id: str, clinic_id: str, number: int) -> editions.Wording:
        """Return the texts in force in a clinic, read anew once its `number` has changed."""
        before, kept = self._wordings.get(clinic_id, (None, None))
        if kept is None or number != before:
            kept = await wording(work, self.shipped, organisation_id=organisation_id, clinic_id=clinic_id)
            self._wordings[clinic_id] = number, kept
        return kept

    async def said(self, work: works.Work, who: access.Person, *, now: datetime) -> catalogs.Catalog:
        """Return what the bot says in a chat: in the words of the clinic that whoever writes there can reach."""
        clinic = await contact.clinic(work, who, now=now)
        if clinic is None:
            return self.shipped
        whose = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id}
        return (await self.wording(work, **whose, number=clinic.wording)).said


def _books(locks: tuple[str, ...]) -> frozenset[str]:
    mark = organisations.TEXTS
    return frozenset(lock.removeprefix(mark) for lock in locks if lock.startswith(mark))


def _edition(row: rows.EditionRow, texts: list[rows.TextRow]) -> editions.Edition:
    return editions.Edition(
        id=row.id,
        book=row.book,
        number=row.number,
        is_clinics=row.clinic_id is not None,
        reach=editions.Reach(row.reach),
        published_at=row.published_at,
        texts={(text.language, text.key): text.body for text in texts},
    )
