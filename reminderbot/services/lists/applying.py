"""A list applied after a yes: all of it or nothing, in one transaction, and only what the preview has shown."""

import dataclasses
from datetime import datetime
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import timeline
from reminderbot.services import (
    access,
    audit,
    invites,
    people,
    registration,
    sessions,
    shipping,
    standings,
    telling,
    treatments,
)
from reminderbot.services.lists import comparing, entering, lines, uploading
from reminderbot.store import clinics, listed, uploads
from reminderbot.store import work as works

SETTLED: Final = 200  # patients at once


@dataclasses.dataclass(frozen=True)
class Yes:
    """What was agreed to: `seen` is the fingerprint of the report that was shown."""

    seen: str
    leave_out: bool  # the lines that cannot be read
    cancel_gone: bool  # the sessions that the list no longer has


async def apply(
    work: works.Work,
    who: access.Staff,
    upload_id: str,
    yes: Yes,
    *,
    catalog: catalogs.Catalog,
    bot_id: int,
    now: datetime,
    machine_now: datetime,
) -> dict[str, int]:
    """Do what the preview has shown, and return how many were new, moved and cancelled.

    Raises as `uploading.look` does; Invalid `console.lists.missing-column`, `console.lists.faulty-left`; Conflict
    `console.lists.changed` when something else has changed since the preview was shown.
    """
    look = await uploading.look(work, who, upload_id, catalog=catalog, now=now, lock=True)
    report = look.report
    if report is None:
        raise errors.Invalid("console.lists.missing-column")
    if report.fingerprint != yes.seen:
        raise errors.Conflict("console.lists.changed")
    if report.of(comparing.Kind.FAULTY) and not yes.leave_out:
        raise errors.Invalid("console.lists.faulty-left")
    clinic = await invites.adopted(work, who)
    said = {"catalog": catalog, "bot_id": bot_id, "now": now, "machine_now": machine_now}
    doing = _Applying(work, who, clinic, look.choices, catalog, now, said)
    await doing.move(report.of(comparing.Kind.MOVED))
    await doing.enter(report.of(comparing.Kind.NEW))
    gone = report.of(comparing.Kind.GONE) if yes.cancel_gone else []
    await doing.cancel(gone)
    await doing.keep(report, upload_id)
    counts = {**report.counts, "cancelled": len(gone)}
    if not await uploads.is_applied(work, upload_id, counts=counts, now=now):
        raise errors.Conflict("console.lists.applied-already")
    await audit.note(
        work,
        who,
        "list.applied",
        upload=upload_id,
        counts=" ".join(f"{name}={count}" for name, count in counts.items()),
    )
    return counts


@dataclasses.dataclass
class _Applying:
    """One list on its way into the clinic's books."""

    work: works.Work
    who: access.Staff
    clinic: clinics.ClinicRow
    choices: lines.Choices
    catalog: catalogs.Catalog
    now: datetime
    said: dict[str, Any]
    """What `telling` needs besides."""
    keys: dict[bytes, str] = dataclasses.field(default_factory=dict)
    """Which keys stand for which sessions from now on."""
    patients: dict[str, str] = dataclasses.field(default_factory=dict)
    """Who were entered, by the clinic's number."""
    touched: list[str] = dataclasses.field(default_factory=list)

    async def move(self, moved: list[comparing.Entry]) -> None:
        """Move sessions, in the order of their ids: two lists at once then wait for each other instead of for ever."""
        for entry in sorted(moved, key=lambda entry: entry.held.treatment_id if entry.held else ""):
            if entry.held is None or entry.line is None:
                continue
            done = await treatments.move(
                self.work,
                self.who,
                entry.held.treatment_id,
                day=entry.line.day,
                at=entry.line.at or entry.held.at,
                now=self.now,
                version=entry.held.version,
            )
            await telling.moved(self.work, self.who, done, **self.said)
            self.touched.append(entry.held.patient_id)

    async def enter(self, new: list[comparing.Entry]) -> None:
        """Enter what is new: a patient with an invite, or a session more for a patient who is known."""
        first, further = _parted(new)
        made = entering.Batch(self.work, self.who, self.clinic, self.choices, self.catalog, self.now)
        for line, (patient_id, treatment_id) in zip(first, await made.enter(first), strict=True):
            self.keys[self._blind(line.key)] = treatment_id
            self.patients[line.number] = patient_id
            self.touched.append(patient_id)
        for line, known in further:
            self.keys[self._blind(line.key)] = await self._another(line, known or self.patients[line.number])
        await self._invite([entry.patient_id for entry in new if entry.patient_id])

    async def cancel(self, gone: list[comparing.Entry]) -> None:
        """Cancel sessions that the list no longer has."""
        held = sorted((entry.held for entry in gone if entry.held), key=lambda each: each.treatment_id)
        for each in held:
            done = await treatments.cancel(self.work, self.who, each.treatment_id, now=self.now)
            await telling.cancelled(self.work, self.who, done, **self.said)
            self.touched.append(each.patient_id)
        await listed.set_gone(self.work, self.who.clinic_id, [each.treatment_id for each in held], now=self.now)

    async def keep(self, report: comparing.Report, upload_id: str) -> None:
        """Keep under which keys the sessions are known; Conflict if another list was first with one of them."""
        again, old = list[bytes](), list[bytes]()
        for entry in report.entries:
            if entry.line is None:
                continue
            key, held = self._blind(entry.line.key), entry.held
            if entry.kind is comparing.Kind.NEW:
                again.append(key)
            elif entry.kind in (comparing.Kind.MOVED, comparing.Kind.SAME) and held and held.key != key:
                self.keys[key] = held.treatment_id
                old += [held.key] if held.key else []
        await listed.forget_ended(self.work, self.who.clinic_id, again)
        await listed.forget(self.work, self.who.clinic_id, old)
        whose = {"organisation_id": self.who.organisation_id, "clinic_id": self.who.clinic_id}
        if await listed.add(self.work, **whose, upload_id=upload_id, treatments=self.keys) != len(self.keys):
            raise errors.Conflict("console.lists.changed")
        touched = list(dict.fromkeys(self.touched))
        for start in range(0, len(touched), SETTLED):
            await standings.settle(self.work, touched[start : start + SETTLED], now=self.now)

    async def _another(self, line: lines.Line, patient_id: str) -> str:
        """Enter one session more for a patient of the clinic, and tell who has joined."""
        patient = await people.held(self.work, self.who, patient_id)
        anchor = sessions.anchor(day=line.day, at=line.at or self.choices.at, zone=self.clinic.zone, now=self.now)
        plan = await shipping.in_force(self.work, self.catalog, line.plan, clinic_id=self.who.clinic_id)
        slots = timeline.slots(plan, anchor, patient.habits, now=self.now, wants_reads=patient.wants_reads)
        treatment_id = await registration.booked(
            self.work,
            patient=(self.who.organisation_id, self.who.clinic_id, patient_id),
            anchor=anchor,
            slots=tuple(slots),
            zone=patient.zone,
            plan=plan,
            entered_by="clinic",
            catalog=self.catalog,
            now=self.now,
        )
        added = await treatments.get(self.work, self.who, treatment_id)
        await telling.added(self.work, self.who, added, **self.said)
        self.touched.append(patient_id)
        return treatment_id

    async def _invite(self, patient_ids: list[str]) -> None:
        """Make links for known patients who have no chat, no link that may be used, and have not said no."""
        wanting = await listed.uninvited(self.work, patient_ids, tries=invites.TRIES, now=self.now)
        booked = {treatment_id: key for key, treatment_id in self.keys.items()}
        for row in await listed.sessions_of(self.work, wanting):
            if row.treatment_id in booked and row.patient_id in wanting:
                wanting.remove(row.patient_id)
                await invites.made(
                    self.work,
                    self.who,
                    self.clinic,
                    patient_id=row.patient_id,
                    treatment_id=row.treatment_id,
                    starts_at=row.starts_at,
                    now=self.now,
                )

    def _blind(self, key: str) -> bytes:
        return uploading.blind(self.work, self.who, key)


def _parted(new: list[comparing.Entry]) -> tuple[list[lines.Line], list[tuple[lines.Line, str | None]]]:
    """Part the first sessions of new patients from those of patients who are known, or whom another line enters."""
    first, further, numbers = list[lines.Line](), list[tuple[lines.Line, str | None]](), set[str]()
    for entry in new:
        if entry.line is None:
            continue
        if entry.patient_id or entry.line.number in numbers:
            further.append((entry.line, entry.patient_id))
        else:
            first.append(entry.line)
            numbers |= {entry.line.number} - {""}
    return first, further
