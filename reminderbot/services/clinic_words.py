"""A clinic's own words about consent and privacy: cleaned, found for a chat, and hashed with what was agreed to."""

import dataclasses
import hashlib

from reminderbot import errors
from reminderbot.services import access, names
from reminderbot.store import clinic_settings, clinics, invites, patients
from reminderbot.store import work as works

LONGEST = 500  # characters; both are read on a phone, before anything else


@dataclasses.dataclass(frozen=True)
class Privacy:
    """What one clinic of a chat's patients says about privacy; `retention_days` None: until somebody erases."""

    clinic_name: str
    words: str
    retention_days: int | None


def clean(text: str) -> str:
    """Return plain words, line by line, without what cannot be seen. Invalid `console.clinic.refused-words`."""
    lines = [names.clean(line) for line in text.replace("\r\n", "\n").split("\n")]
    cleaned = "\n".join(lines).strip()
    while "\n\n\n" in cleaned:
        cleaned = cleaned.replace("\n\n\n", "\n\n")
    if len(cleaned) > LONGEST:
        raise errors.Invalid("console.clinic.refused-words", count=str(len(cleaned)))
    return cleaned


def agreed(shipped: str, own: str) -> str:
    """Return what `consents.wording` keeps: the hash of the shipped text, with a clinic's own words of both."""
    return hashlib.sha256(f"{shipped}\n{own}".encode()).hexdigest() if own else shipped


async def of_link(work: works.Work, token: str, language: str) -> str:
    """Return what the clinic behind an invite's link says before the consent; empty if nothing in this language."""
    found = await invites.by_token(work, token)
    return await of_clinic(work, found.clinic_id, language) if found else ""


async def of_poster(work: works.Work, poster_id: str, language: str) -> str:
    """Return what the clinic of a poster says before the consent; empty if nothing in this language."""
    clinic_id = await clinic_settings.of_poster(work, poster_id)
    return await of_clinic(work, clinic_id, language) if clinic_id else ""


async def of_clinic(work: works.Work, clinic_id: str, language: str) -> str:
    """Return what a clinic says before the consent; empty if nothing in this language."""
    row = await clinic_settings.get(work, clinic_id)
    return row.consent_words.get(language, "") if row else ""


async def privacy(work: works.Work, who: access.Person, language: str) -> list[Privacy]:
    """Return what the clinics of a chat's patients say about privacy, those that say nothing left out."""
    homes = dict.fromkeys([await patients.home(work, each.id) for each in await patients.of_chat(work, who.chat_id)])
    rows = [await clinic_settings.get(work, id) for id in homes if id and id != clinics.BUILT_IN]
    said = [Privacy(row.name, row.privacy_words.get(language, ""), row.retention_days) for row in rows if row]
    return [each for each in said if each.words or each.retention_days]
