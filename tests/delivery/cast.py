"""Ana and her reminders as rows, a house of delivery around the simulator, and what the tests look at."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Coroutine, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from reminderbot import clocks, ticker
from reminderbot.delivery import claiming, compose, dispatcher
from reminderbot.delivery import courier as couriers
from reminderbot.gateway import gate, pace, probing, seat, transport
from reminderbot.planning import life, plan_form, plans
from reminderbot.simulator import client, server
from reminderbot.store import bots, chats, outbox, sendings, tables
from reminderbot.store import ready as readies
from reminderbot.store.work import Store, Work

BOT = int(server.TOKEN.partition(":")[0])
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BRISK = transport.Timeouts(connect=1.0, read=1.0, write=1.0, pool=0.5, commit=2.0, margin=0.5)
FAST = pace.Limits(reminders=500.0, total=600.0, chat=500.0, burst=50)

DAY_1 = plans.Step("day-1", "step.day-1", plans.OnDay(1), plans.OnDay(1, time(20)), asks=(plans.Ask.SKIN,))
PLAN = plans.Plan("microneedling", (DAY_1,))


@dataclasses.dataclass(frozen=True)
class Patient:
    """A patient with a chat, a treatment and the clinic it belongs to."""

    id: str
    chat_id: str
    telegram_id: int
    treatment_id: str
    clinic_id: str


async def clinic(store: Store) -> str:
    """Add a clinic to the built-in organisation."""
    id = tables.new_id()
    async with store.writing() as work:
        await work.run(
            insert(tables.clinics).values(
                id=id,
                organisation_id=tables.BUILT_IN,
                name="Dr Bea",
                phone="+34 600 000 000",
                emergency="112",
                hours={},
                zone="UTC",
                languages=["en"],
                default_plan="microneedling",
                quiet_from=time(21),
                quiet_to=time(8),
                created_at=NOON,
            )
        )
    return id


async def patient(
    store: Store, telegram_id: int, *, clinic_id: str = tables.BUILT_IN, bound: bool = True, **habits: Any
) -> Patient:
    """Add a patient who has consented, with a treatment; `habits` are columns of the patient's row."""
    id, treatment_id, version_id = (tables.new_id() for _ in range(3))
    async with store.writing() as work:
        await bots.ensure(work, BOT)
        chat_id = await chat(work, telegram_id)
        await _patient_row(work, id, **habits)
        if bound:
            await bind(work, id, chat_id)
        await work.run(
            insert(tables.plan_versions).values(
                id=version_id,
                organisation_id=tables.BUILT_IN,
                plan_key=f"plan-{version_id}",
                number=1,
                hash=version_id,
                body=plan_form.plan_to(PLAN),
                created_at=NOON,
            )
        )
        await _treatment_row(work, treatment_id, id, clinic_id, version_id)
    return Patient(id, chat_id, telegram_id, treatment_id, clinic_id)


async def treatment(store: Store, of: Patient) -> Patient:
    """Give a patient another treatment, by the same plan; return the patient as the one of that treatment."""
    id, at = tables.new_id(), tables.treatments.c
    async with store.writing() as work:
        version = (await work.run(select(at.plan_version_id).where(at.id == of.treatment_id))).scalar_one()
        await _treatment_row(work, id, of.id, of.clinic_id, version)
    return dataclasses.replace(of, treatment_id=id)


async def chat(work: Work, telegram_id: int) -> str:
    """Add a chat that has consented."""
    id, key = tables.new_id(), await work.new_key("chat")
    row = {
        "id": id,
        "bot_id": BOT,
        "telegram_index": chats.index(work, bot_id=BOT, telegram_id=telegram_id),
        "telegram_id": key.seal(str(telegram_id), table="chats", row=id, column="telegram_id"),
        "key_id": key.id,
        "language": "en",
        "consented_at": NOON,
        "created_at": NOON,
    }
    await work.run(insert(tables.chats).values(row))
    return id


async def bind(work: Work, patient_id: str, chat_id: str) -> None:
    """Bind a patient to a chat."""
    await work.run(
        insert(tables.bindings).values(
            organisation_id=tables.BUILT_IN,
            chat_id=chat_id,
            patient_id=patient_id,
            generation=1,
            via="self",
            bound_at=NOON,
        )
    )


async def _patient_row(work: Work, id: str, **habits: Any) -> None:
    key = await work.new_key("patient")
    usual = {
        "language": "en",
        "zone": "UTC",
        "morning": time(8, 30),
        "quiet_from": time(21),
        "quiet_to": time(8),
        "wants_reads": True,
    }
    row = {"id": id, "organisation_id": tables.BUILT_IN, "key_id": key.id, "created_at": NOON, **usual, **habits}
    await work.run(insert(tables.patients).values(**row))


async def _treatment_row(work: Work, id: str, patient_id: str, clinic_id: str, version_id: str) -> None:
    await work.run(
        insert(tables.treatments).values(
            id=id,
            organisation_id=tables.BUILT_IN,
            clinic_id=clinic_id,
            patient_id=patient_id,
            plan_version_id=version_id,
            day=date(2026, 11, 22),
            at=time(15, 30),
            zone="UTC",
            starts_at=NOON - timedelta(hours=20),
            state="booked",
            entered_by="patient",
            version=1,
            created_at=NOON,
        )
    )


async def reminder(store: Store, of: Patient, step: str = "day-1", **changed: Any) -> str:
    """Plan a reminder that is due at noon and useful until eight in the evening; `changed` are its columns."""
    id = tables.new_id()
    row: dict[str, Any] = {
        "id": id,
        "organisation_id": tables.BUILT_IN,
        "clinic_id": of.clinic_id,
        "patient_id": of.id,
        "treatment_id": of.treatment_id,
        "step_key": step,
        "round": 1,
        "message_key": f"step.{step}",
        "state": life.State.PLANNED,
        "due_at": NOON,
        "useful_until": NOON + timedelta(hours=8),
        "zone": "UTC",
        "budget": 1,
        "resends": 0,
        "attempts": 0,
        "faults": 0,
        "silent": False,
    }
    async with store.writing() as work:
        await work.run(insert(tables.reminders).values(row | changed))
    return id


class Words:
    """A composer whose words are the reminder's id, so that copies can be counted.

    For `broken` reminders it raises; for `unserved` ones the database does.
    """

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.broken: set[str] = set()
        self.unserved: set[str] = set()
        self.asks_again_after: timedelta | None = None

    async def __call__(
        self,
        work: Work,
        every: Sequence[readies.Ready],
        *,
        now: datetime,  # noqa: ARG002 - the contract
    ) -> compose.Composed | None:
        """Return the message."""
        ids = [each.id for each in every]
        self.made.append(ids)
        if self.broken & set(ids):
            raise KeyError("a blank that nobody filled")
        if self.unserved & set(ids):
            await work.run(text("SELECT text FROM nowhere"))
        opened = readies.opened(work, every[0])
        if opened is None:
            return None
        wordings = tuple(sendings.Wording(None, each.language, each.id) for each in every)
        again = self.asks_again_after if every[0].round == 1 else None
        return compose.Composed(opened.to, {"text": " ".join(ids)}, wordings, asks_again_after=again)


@dataclasses.dataclass
class House:
    """Delivery around a store and a Telegram, its clock standing at noon."""

    store: Store
    telegram: transport.Transport
    clock: clocks.Clock
    words: Words = dataclasses.field(default_factory=Words)
    limits: pace.Limits = FAST

    def courier(self, owner: str = "here") -> couriers.Courier:
        """Return a courier."""
        return couriers.Courier(self.store, self.telegram, self.words, self.clock, owner=owner)

    @contextlib.asynccontextmanager
    async def dispatching(self, owner: str = "here") -> AsyncIterator[dispatcher.Dispatcher]:
        """Run a dispatcher and its breaker's probing under a seat, woken by a ticker."""
        post = seat.Seat(self.store, bot_id=self.telegram.bot_id, duty=bots.Duty.SENDER, owner=owner)
        door = gate.Gate(self.limits)
        async with ticker.Ticker() as ticks, post.kept():
            runs = dispatcher.Dispatcher(
                self.store,
                self.telegram,
                door,
                self.words,
                self.clock,
                post,
                owner=owner,
                wake_at=lambda at: ticks.at(at, runs.wake, name="reminders"),
            )
            async with running(runs.run()), running(probing.Probe(self.store, self.telegram, door, post).run()):
                yield runs

    async def claim(
        self, owner: str = "here", *, lease: timedelta = timedelta(seconds=30), limit: int = 10
    ) -> list[couriers.Prepared]:
        """Claim what is due and prepare it, as one look does."""
        async with self.store.writing() as work:
            now = self.clock.now()
            claimed = await claiming.claim(work, BOT, claiming.Turns(), owner=owner, now=now, lease=lease, limit=limit)
        return await self.courier(owner).prepare(claimed)

    async def row(self, id: str) -> Any:
        """Return a reminder's row."""
        async with self.store.reading() as work:
            return (await work.run(select(tables.reminders).where(tables.reminders.c.id == id))).one()

    async def rows(self) -> list[Any]:
        """Return all reminders' rows."""
        async with self.store.reading() as work:
            return list(await work.run(select(tables.reminders)))

    async def state(self, id: str) -> tuple[str, str | None]:
        """Return a reminder's state and reason."""
        row = await self.row(id)
        return row.state, row.reason

    async def settled(self, *ids: str, seconds: float = 60) -> None:
        """Wait until these reminders are neither planned, claimed nor on their way."""
        async with asyncio.timeout(seconds):
            while {(await self.row(id)).state for id in ids} & {"planned", "claimed", "sending"}:
                await asyncio.sleep(0.02)

    async def tried(self, id: str, outcome: str, *, seconds: float = 60) -> None:
        """Wait until an attempt at a reminder has ended so."""
        async with asyncio.timeout(seconds):
            while outcome not in await self.outcomes(id):
                await asyncio.sleep(0.02)

    async def put_off(self, id: str, until: datetime, *, seconds: float = 60) -> None:
        """Wait until a reminder is due at another instant."""
        async with asyncio.timeout(seconds):
            while (await self.row(id)).due_at != until:
                await asyncio.sleep(0.02)

    async def outcomes(self, id: str) -> list[str | None]:
        """Return the outcomes in a reminder's ledger."""
        at = tables.attempts.c
        async with self.store.reading() as work:
            query = select(at.outcome).where(at.reminder_id == id).order_by(at.number)
            return list((await work.run(query)).scalars())

    async def change(self, table: Any, id: Any, **values: Any) -> None:
        """Change a row as somebody else would."""
        async with self.store.writing() as work:
            await work.run(update(table).where(table.c.id == id).values(**values))


@contextlib.asynccontextmanager
async def running(duty: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have a duty done for the length of the block."""
    task = asyncio.create_task(duty)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def copies(simulated: client.Simulated, text: str) -> int:
    """Return how many messages with this text Telegram has accepted."""
    return sum(1 for send in await simulated.sends() if text in str(send))


async def owe(store: Store, to: Patient, text: str, **more: Any) -> int:
    """Owe a patient's chat a message."""
    async with store.writing() as work:
        return await outbox.owe(
            work,
            bot_id=BOT,
            organisation_id=tables.BUILT_IN,
            chat_id=to.chat_id,
            **{
                "kind": outbox.Kind.REPLY,
                "method": "sendMessage",
                "params": {"text": text},
                "now": clocks.machine(),
                **more,
            },
        )
