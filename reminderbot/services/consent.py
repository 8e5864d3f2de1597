"""Consent: given with a tap to one wording, asked for before anything about a person is kept."""

from datetime import datetime

from reminderbot.services import access
from reminderbot.store import work as works


async def give(work: works.Work, who: access.Person, *, wording: str, now: datetime) -> bool:
    """Keep that the person agreed to the text whose hash is `wording`; False if they had agreed to it before."""
    raise NotImplementedError


async def is_given(work: works.Work, who: access.Person) -> bool:
    """Tell whether the chat has agreed."""
    raise NotImplementedError


async def require(work: works.Work, who: access.Person) -> None:
    """Raise NotAllowed `refusal.no_consent` unless the chat has agreed; NotFound if there is no such chat."""
    raise NotImplementedError
