"""New patients of a list, entered in batches: what `invites.create` does for one, without its statements a line."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans, timeline
from reminderbot.services import access, invites, people, sessions, shipping
from reminderbot.services.lists import lines, uploading
from reminderbot.store import clinics, entering
from reminderbot.store import invites as invite_rows
from reminderbot.store import work as works

SIZE: Final = 50
"""Patients of one batch: between two batches other visits of this process have their turn."""


@dataclasses.dataclass
class Batch:
    """New patients of a clinic on their way in."""

    work: works.Work
    who: access.Staff
    clinic: clinics.ClinicRow
    choices: lines.Choices
    catalog: catalogs.Catalog
    now: datetime

    async def enter(self, new: Sequence[lines.Line]) -> list[tuple[str, str]]:
        """Enter a patient with a session and an invite for each line; return patient and treatment of each.

        Raises Invalid as `sessions.anchor` does.
        """
        if new:
            await invite_rows.wipe_expired(self.work, now=self.now)
        habits = timeline.Habits(zone=self.clinic.zone, morning=people.MORNING, quiet=self.clinic.quiet)
        followed = {key: await self._followed(key) for key in {line.plan for line in new}}
        entered = list[tuple[str, str]]()
        for start in range(0, len(new), SIZE):
            newcomers = [self._newcomer(line, habits, *followed[line.plan]) for line in new[start : start + SIZE]]
            entered += await entering.add(
                self.work,
                organisation_id=self.who.organisation_id,
                clinic_id=self.who.clinic_id,
                staff_id=self.who.staff_id,
                habits=habits,
                newcomers=newcomers,
                now=self.now,
            )
        return entered

    async def _followed(self, plan_key: str) -> tuple[plans.Plan, str]:
        """Return the plan in force and the id of its version."""
        plan = await shipping.in_force(self.work, self.catalog, plan_key, clinic_id=self.who.clinic_id)
        whose = self.who.organisation_id
        return plan, await shipping.version_of(self.work, self.catalog, plan, organisation_id=whose, now=self.now)

    def _newcomer(self, line: lines.Line, habits: timeline.Habits, plan: plans.Plan, version: str) -> entering.Newcomer:
        anchor = sessions.anchor(day=line.day, at=line.at or self.choices.at, zone=self.clinic.zone, now=self.now)
        number = uploading.blind_number(self.work, self.who, line.number) if line.number else None
        return entering.Newcomer(
            name=line.name,
            language=line.language,
            number=number,
            anchor=anchor,
            slots=tuple(timeline.slots(plan, anchor, habits, now=self.now)),
            plan_version_id=version,
            token=invites.new_token(),
            code=invites.new_code(),
            expires_at=invites.ends(timeline.start(anchor), now=self.now),
        )
