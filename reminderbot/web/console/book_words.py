"""What a clinic's books are called on its pages."""

from reminderbot.services import books, wording
from reminderbot.web.console.visit import Visit


async def title(visit: Visit, book: str) -> str:
    """Return what a book is called: a plan by its name."""
    if book == wording.WORDS:
        return visit.text("wording.words")
    names = await books.names(visit.work, visit.who, visit.console.catalog, visit.language)
    return visit.text("wording.plan", text=names.get(book, book))
