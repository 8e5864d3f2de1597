"""`staff add`, `list`, `link` and `leave`: the first admin of a clinic, without a password on the command line."""

from pathlib import Path

import pytest

from tests.cli import terminal

CLINIC = ("--name", "Dr Bea", "--phone", "+34 600 000 000", "--hours", "Mon-Fri 9-18", "--zone", "Europe/Madrid")
BEA = ("--clinic", "dr bea", "--name", "Bea Ruiz", "--login", "Bea@Clinic.example", "--role", "admin")


class Desk:
    """A database, a key, and the command line over both."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self._settings = {
            "token": terminal.TOKEN,
            "key": terminal.KEY,
            "database_url": database,
            "console_url": "https://console.example",
        }

    def run(self, *words: str) -> terminal.Done:
        return terminal.run(*words, folder=self.folder, telegram_url=terminal.NOWHERE, **self._settings)


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    return Desk(tmp_path, sqlite_url)


def test_the_first_admin_of_a_clinic_gets_a_link(desk: Desk) -> None:
    none = desk.run("staff", "list")
    clinic = desk.run("clinic", "add", *CLINIC)
    added = desk.run("staff", "add", *BEA)
    again = desk.run("staff", "add", *BEA)
    listed = desk.run("staff", "list").out

    assert "reminderbot staff add" in none.out
    assert "reminderbot staff add --clinic" in clinic.out
    assert (added.code, added.err) == (0, "")
    assert "https://console.example/console/welcome/" in added.out
    assert again.code == 1
    assert "works here already" in again.sentence
    assert listed == "bea@clinic.example  Bea Ruiz  admin in Dr Bea  (link not used yet)\n"


def test_a_fresh_link_is_made_and_the_last_admin_does_not_leave(desk: Desk) -> None:
    desk.run("clinic", "add", *CLINIC)
    first = desk.run("staff", "add", *BEA, "--json").json()
    link = desk.run("staff", "link", "BEA@clinic.example", "--second-factor", "--json").json()
    last = desk.run("staff", "leave", "bea@clinic.example")
    desk.run("staff", "add", *BEA[:2], "--name", "Eve", "--login", "eve", "--role", "admin")
    left = desk.run("staff", "leave", "bea@clinic.example")
    gone = desk.run("staff", "link", "bea@clinic.example")

    assert first["link"] != link["link"]
    assert (last.code, left.code) == (1, 0)
    assert "the only admin" in last.sentence
    assert "Bea Ruiz has left." in left.out
    assert "Nobody signs in as “bea@clinic.example”." in gone.sentence


def test_a_wrong_word_is_told_in_a_sentence(desk: Desk) -> None:
    desk.run("clinic", "add", *CLINIC)
    wrong = {
        ("--login", "a b"): (2, "no spaces"),
        ("--role", "boss"): (2, "boss"),
        ("--clinic", "Nobody's"): (1, "There is no clinic called"),
        ("--lang", "tlh"): (2, "there is no language 'tlh'"),
    }

    for words, (code, said) in wrong.items():
        done = desk.run("staff", "add", *BEA, *words)
        assert (done.code, done.out) == (code, "")
        assert said in done.err
        assert "Traceback" not in done.err


def test_a_branch_is_added_to_an_organisation_by_its_name_or_id(desk: Desk) -> None:
    first = desk.run("clinic", "add", *CLINIC, "--json").json()
    named = desk.run("clinic", "add", *CLINIC[2:], "--name", "North", "--organisation", "dr bea", "--json").json()
    by_id = desk.run(
        "clinic", "add", *CLINIC[2:], "--name", "South", "--organisation", first["organisation"], "--json"
    ).json()
    unknown = desk.run("clinic", "add", *CLINIC[2:], "--name", "East", "--organisation", "Nobody's")

    assert named["organisation"] == by_id["organisation"] == first["organisation"]
    assert "There is no group called" in unknown.sentence
