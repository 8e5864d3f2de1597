"""One reminder as whoever explains it needs it: found by the beginning of its id, with all that may hold it now."""

import dataclasses
from datetime import datetime, time

from sqlalchemy import and_, select

from reminderbot.planning import hours, life
from reminderbot.store import leases, tables
from reminderbot.store.work import Work

_r, _p, _b, _c, _t = (
    tables.reminders.c,
    tables.patients.c,
    tables.bindings.c,
    tables.chats.c,
    tables.treatments.c,
)
_OWN = (
    *("id", "organisation_id", "clinic_id", "treatment_id", "step_key", "round", "state", "reason", "due_at"),
    *("useful_until", "retry_at", "budget", "resends", "attempts", "lease_until", "sent_at", "merged_into"),
)


@dataclasses.dataclass(frozen=True)
class Subject:
    """A reminder with what is read when it is about to be sent. `instant` is the machine's, the database's own."""

    id: str
    organisation_id: str
    clinic_id: str
    treatment_id: str
    treatment_state: str
    step_key: str
    round: int
    state: life.State
    reason: life.Reason | None
    due_at: datetime
    useful_until: datetime
    retry_at: datetime | None
    budget: int
    resends: int
    attempts: int
    lease_until: datetime | None
    sent_at: datetime | None
    merged_into: str | None
    zone: str
    quiet_from: time
    quiet_to: time
    stopped_at: datetime | None
    paused_until: datetime | None
    chat_id: str | None
    consented_at: datetime | None
    blocked_at: datetime | None
    bot_paused_until: datetime | None
    broken_at: datetime | None
    instant: datetime

    @property
    def quiet(self) -> hours.Quiet:
        """The patient's quiet hours."""
        return hours.Quiet(self.quiet_from, self.quiet_to)


async def beginning_with(work: Work, prefix: str, *, limit: int) -> list[str]:
    """Return up to `limit` ids of reminders that begin with `prefix`, which holds no wildcard."""
    after = prefix + "g"  # follows every hex digit in every collation: a range of the primary key
    query = select(_r.id).where(_r.id >= prefix, _r.id < after).order_by(_r.id).limit(limit)
    return list((await work.run(query)).scalars())


async def subject(work: Work, id: str) -> Subject:
    """Return the reminder under an id that exists."""
    bound = and_(_b.patient_id == _r.patient_id, _b.ended_at.is_(None))
    query = (
        select(
            *(_r[each] for each in _OWN),
            *(_p[each] for each in ("zone", "quiet_from", "quiet_to", "stopped_at", "paused_until")),
            *(_c[each] for each in ("consented_at", "blocked_at")),
            _b.chat_id,
            _t.state.label("treatment_state"),
            tables.bots.c.paused_until.label("bot_paused_until"),
            tables.bots.c.broken_at,
            leases.now(work).label("instant"),
        )
        .join_from(tables.reminders, tables.treatments, _t.id == _r.treatment_id)
        .join(tables.patients, _p.id == _r.patient_id)
        .outerjoin(tables.bindings, bound)
        .outerjoin(tables.chats, _c.id == _b.chat_id)
        .outerjoin(tables.bots, tables.bots.c.id == _c.bot_id)
        .where(_r.id == id)
    )
    row = dict((await work.run(query)).mappings().one())
    reason = life.Reason(row.pop("reason")) if row["reason"] else row.pop("reason")
    return Subject(**row | {"state": life.State(row["state"]), "reason": reason})
