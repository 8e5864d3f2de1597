"""Which wording is in force in a clinic: read once a publication, for whoever words a message."""

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions
from reminderbot.services import organisations
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
