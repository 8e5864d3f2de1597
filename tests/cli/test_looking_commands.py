"""`explain`, `attention` and `retry`: what happened and what needs a person, told to the operator in plain words."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.cli import telling
from reminderbot.gateway import meaning
from reminderbot.planning import life
from reminderbot.services import stories
from reminderbot.store import events, tables, vault
from reminderbot.store import work as works
from tests.cli import terminal
from tests.services import cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENT = ("Ana", "García", "4100200300")
"""What would recognise her."""


class Desk:
    """A database with Ana's session in it, and the command line over both."""

    def __init__(self, folder: Path, database: str) -> None:
        self._folder, self._database = folder, database
        self.ids: dict[str, str] = {}

    def run(self, *words: str, now: datetime = NOW) -> terminal.Done:
        return terminal.run(
            *words,
            folder=self._folder,
            key=terminal.KEY,
            database_url=self._database,
            telegram_url=terminal.NOWHERE,
            clock=f"{now.isoformat()}*0",
        )

    def fill(self) -> None:
        """Let Ana register, day 1 go into an unknown outcome twice, and day 2 be parked."""
        asyncio.run(self._fill())

    def audited(self) -> list[tuple[str, str]]:
        """Return who did what, by the audit."""
        with contextlib.closing(sqlite3.connect(self._database.removeprefix("sqlite:///"))) as connection:
            return connection.execute("SELECT actor, action FROM audit ORDER BY id").fetchall()

    async def _fill(self) -> None:
        store = await works.Store.open(self._database, vault.Masters.read(terminal.KEY))
        catalog = catalogs.Catalog.load(files.default_folder())
        ana = await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=NOW)
        treatment = (await cast.register(store, ana, catalog, now=NOW)).treatment_id
        self.ids = {step: row.id for step, row in (await cast.rows(store, treatment)).items()}
        await cast.set_rows(store, treatment, "day-1", state="unconfirmed", reason="no_answer", attempts=2, resends=1)
        await cast.set_rows(store, treatment, "day-2", state="parked", reason="broken")
        async with store.writing() as work:
            for number in (1, 2):
                began = datetime(2026, 11, 25, 7, 30 + number, tzinfo=UTC)
                row: dict[str, Any] = {"reminder_id": self.ids["day-1"], "organisation_id": tables.BUILT_IN}
                row |= {"number": number, "owner": "o", "outcome": "unknown", "detail": "TimedOut from ReadTimeout"}
                ended = began + timedelta(seconds=10)
                await work.run(insert(tables.attempts).values(**row, began_at=began, ended_at=ended))
        await store.close()


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    made = Desk(tmp_path, sqlite_url)
    made.fill()
    return made


def test_explain_tells_the_chain_in_plain_words(desk: Desk) -> None:
    done = desk.run("explain", desk.ids["day-1"][:8])

    assert done.code == 0, done.err
    assert done.out.splitlines()[2:] == [
        "",
        "  Mon 2026-11-23 10:00 (09:00 UTC)  planned for Wed 2026-11-25 08:30 (07:30 UTC)",
        "  Wed 2026-11-25 08:31 (07:31 UTC)  attempt 1 began",
        "  Wed 2026-11-25 08:31 (07:31 UTC)  attempt 1 ended: nobody knows whether it arrived: Telegram's answer "
        "never came; a resend is left [TimedOut from ReadTimeout]",
        "  Wed 2026-11-25 08:32 (07:32 UTC)  attempt 2 began",
        "  Wed 2026-11-25 08:32 (07:32 UTC)  attempt 2 ended: nobody knows whether it arrived: Telegram's answer "
        "never came; no resend is left [TimedOut from ReadTimeout]",
        "",
        "Now:    unconfirmed: it may have arrived; Telegram's answer never came, and no resend is left",
        "Next:   Final. Somebody may ask the patient whether it arrived.",
        "Shown:  In `reminderbot attention`, and in the patient's own list of messages.",
    ]


def test_explain_tells_what_a_planned_reminder_waits_for(desk: Desk) -> None:
    done = desk.run("explain", desk.ids["day-3"])

    assert "Next:   It waits for its time, Fri 2026-11-27 08:30 (07:30 UTC). Of use until" in done.out


def test_explain_writes_json_with_the_same_words(desk: Desk) -> None:
    told = desk.run("explain", desk.ids["day-1"], "--json").json()

    assert (told["id"], told["state"], told["reason"]) == (desk.ids["day-1"], "unconfirmed", "no_answer")
    assert [(line["kind"], line["attempt"]) for line in told["chain"]][:3] == [
        ("planned", None),
        ("began", 1),
        ("unknown", 1),
    ]
    assert told["chain"][1]["local"] == "2026-11-25T08:31:00"


def test_nothing_that_recognises_the_patient_is_told(desk: Desk) -> None:
    said = [desk.run("explain", desk.ids["day-1"], *more).out for more in ((), ("--json",))]
    said += [desk.run("attention", *more).out for more in ((), ("--json",))]

    assert [word for word in PATIENT for out in said if word in out] == []


@pytest.mark.parametrize("typed", ["ffffffff", "../.."])
def test_an_unknown_id_is_one_sentence(desk: Desk, typed: str) -> None:
    done = desk.run("explain", typed)

    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(f"reminderbot: There is no reminder “{typed}”. Give its id")


def test_attention_lists_what_needs_a_person_until_it_is_put_back(desk: Desk) -> None:
    before = desk.run("attention", "--json").json()
    back = desk.run("retry", desk.ids["day-2"][:10])
    after = desk.run("attention").out

    assert {each["id"]: each["state"] for each in before["reminders"]} == {
        desk.ids["day-1"]: "unconfirmed",
        desk.ids["day-2"]: "parked",
    }
    assert (back.code, desk.ids["day-2"] in back.out) == (0, True)
    assert [desk.ids[step] in after for step in ("day-1", "day-2")] == [True, False]
    assert desk.audited() == [("operator", "reminder.retried")]


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("day-1", 1, "This reminder is UNCONFIRMED, and only PARKED or REVIEW can be tried again."),
        ("update:7", 1, "Nothing is parked under that number"),
        ("chat:7", 2, "is neither a reminder's id nor update:N"),
        ("update:" + "9" * 30, 2, "is neither a reminder's id nor update:N"),
    ],
)
def test_what_cannot_be_put_back_is_told_in_a_sentence(desk: Desk, what: str, code: int, said: str) -> None:
    done = desk.run("retry", desk.ids.get(what, what))

    assert (done.code, done.out) == (code, "")
    assert said in " ".join(done.err.replace("│", " ").split())


def test_an_unknown_clinic_is_told_in_a_sentence(desk: Desk) -> None:
    done = desk.run("attention", "--clinic", "Nobody")

    assert done.sentence.startswith("reminderbot: There is no clinic called “Nobody”.")


def test_everything_that_can_happen_to_a_reminder_has_its_words() -> None:
    kinds = [*events.Event, *life.State]
    told = [telling.line(stories.Line(NOW, kind, due_before=NOW, due_after=NOW), "UTC") for kind in kinds]

    assert all(told)
    assert set(telling.REASONS) == set(life.Reason)
    assert set(telling.STATES) == set(life.State)
    assert set(telling.OUTCOMES) == set(meaning.Outcome)
    assert set(telling.WAITS) == set(stories.Waits)


def test_what_nobody_foresaw_is_told_by_its_name() -> None:
    line = stories.Line(NOW, "carried_off", "odd_wind")

    assert telling.line(line, "UTC") == "carried off: odd wind"


def test_a_hold_tells_until_when() -> None:
    line = stories.Line(NOW, "held", "quiet_hours", due_before=NOW, due_after=NOW + timedelta(hours=1))

    assert telling.line(line, "UTC") == "held back until Mon 2026-11-23 10:00 (10:00 UTC): the patient's quiet hours"
