"""Invites as a clinic's desk has them: listed by what became of them, shown again, called back, made anew."""

import dataclasses
from datetime import date, datetime, time

from reminderbot import errors
from reminderbot.services import access, audit, handover, invites, standings
from reminderbot.store import clinics, invite_lists, patients
from reminderbot.store import invites as rows
from reminderbot.store import treatments as treatment_rows
from reminderbot.store import work as works

PAGE = 50  # invites on one page of the list


@dataclasses.dataclass(frozen=True)
class InviteView:
    """An invite with whom it is for; `made_by` is a name, empty for the command line. `day` and `at` are in `zone`."""

    id: str
    patient_id: str
    treatment_id: str
    name: str = dataclasses.field(repr=False)
    language: str
    day: date
    at: time
    zone: str
    state: invites.State
    made_by: str = dataclasses.field(repr=False)
    created_at: datetime
    expires_at: datetime
    changed_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Tell whether the link may still be used."""
        return self.state in invites.LIVE


@dataclasses.dataclass(frozen=True)
class Page:
    """Some invites, the latest first; `after` leads to the next page, empty on the last."""

    invites: tuple[InviteView, ...]
    after: str


@dataclasses.dataclass(frozen=True)
class Pass:
    """What is handed to the patient. `link` is empty while the bot has not told its name yet."""

    link: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)


async def list_(
    work: works.Work, who: access.Staff, *, state: invites.State | None, before: str, now: datetime
) -> Page:
    """Return a page of the clinic's invites, those in `state` only if one is given, after the invite `before`."""
    access.require(who, access.Right.INVITE)
    found = await invite_lists.page(
        work, who.clinic_id, state=state, before=before or None, limit=PAGE + 1, tries=invites.TRIES, now=now
    )
    shown = [_view(row, now) for row in found[:PAGE]]
    return Page(tuple(shown), shown[-1].id if len(found) > PAGE else "")


async def view(work: works.Work, who: access.Staff, invite_id: str, *, now: datetime) -> InviteView:
    """Return one invite; NotFound for another clinic's."""
    access.require(who, access.Right.INVITE)
    row = await invite_lists.one(work, who.clinic_id, invite_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return _view(row, now)


async def pass_(work: works.Work, who: access.Staff, invite_id: str, *, bot_id: int, now: datetime) -> Pass | None:
    """Return what is handed to the patient; None once the invite has ended. NotFound for another clinic's."""
    row = await _row(work, who, invite_id)
    if row.state(tries=invites.TRIES, now=now) not in invites.LIVE:
        return None
    kept = await rows.secrets(work, row)
    return Pass(await handover.start(work, bot_id, kept.token), kept.code) if kept else None


async def revoke(work: works.Work, who: access.Staff, invite_id: str, *, now: datetime) -> None:
    """Call an invite back, at once. Twice is the same as once.

    Raises NotFound for another clinic's, Conflict `console.invites.refused-joined` once the patient has joined.
    """
    row = await _row(work, who, invite_id)
    if not await rows.is_revoked(work, row.id, now=now) and row.redeemed_at is not None:
        raise errors.Conflict("console.invites.refused-joined")
    await standings.settle(work, [row.patient_id], now=now)
    await audit.note(work, who, "onboarding.revoked", patient_id=row.patient_id, invite=row.id)


async def reissue(work: works.Work, who: access.Staff, invite_id: str, *, now: datetime) -> invites.Created:
    """Make a new link and code for the same patient and session; the old ones are dead at once.

    Raises NotFound for another clinic's, Conflict `console.invites.refused-joined` for a patient who has joined.
    """
    row = await _row(work, who, invite_id)
    return await for_treatment(work, who, row.treatment_id, now=now)


async def for_treatment(work: works.Work, who: access.Staff, treatment_id: str, *, now: datetime) -> invites.Created:
    """Make the link of a session that the clinic has entered before.

    Raises NotFound for another clinic's, Conflict `console.invites.refused-joined` while a chat is bound,
    `console.invites.refused-off` for a session that does not take place.
    """
    clinic = await invites.adopted(work, who)
    found = await treatment_rows.of_clinic(work, who.clinic_id, treatment_id=treatment_id)
    if not found:
        raise errors.NotFound("console.sorry.not-found")
    treatment = found[0]
    await rows.revoke_of_patient(work, treatment.patient_id, now=now)  # waits for a chat that is just joining
    if await patients.chat_of(work, treatment.patient_id) is not None:
        raise errors.Conflict("console.invites.refused-joined")
    if treatment.state is not treatment_rows.State.BOOKED:
        raise errors.Conflict("console.invites.refused-off")
    made = await invites.made(
        work,
        who,
        clinic,
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
        starts_at=treatment.starts_at,
        now=now,
    )
    await audit.note(work, who, "onboarding.invited", patient_id=treatment.patient_id, invite=made.invite_id)
    return made


async def clinic(work: works.Work, who: access.Staff) -> clinics.ClinicRow:
    """Return the clinic that the staff works in."""
    found = await clinics.get(work, who.clinic_id)
    if found is None:
        raise errors.NotFound("console.sorry.not-found")
    return found


async def _row(work: works.Work, who: access.Staff, invite_id: str) -> rows.InviteRow:
    access.require(who, access.Right.INVITE)
    row = await rows.of_clinic(work, who.clinic_id, invite_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return row


def _view(row: invite_lists.ListedRow, now: datetime) -> InviteView:
    invite = row.invite
    ends = (invite.redeemed_at, invite.declined_at, invite.revoked_at, invite.opened_at)
    return InviteView(
        id=invite.id,
        patient_id=invite.patient_id,
        treatment_id=invite.treatment_id,
        name=row.name,
        language=row.language,
        day=row.day,
        at=row.at,
        zone=row.zone,
        state=invite.state(tries=invites.TRIES, now=now),
        made_by=row.made_by,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        changed_at=next((at for at in ends if at is not None), None),
    )
