"""`messages export`, `import` and `lint`: texts out to whoever translates them, and back as drafts."""

import csv
import io
import shutil
import tomllib
from pathlib import Path

import pytest

from reminderbot.catalog import files
from tests.cli import terminal

CLINIC = ("--name", "Dr Bea", "--phone", "+34 600 000 000", "--hours", "Mon-Fri 9-18", "--zone", "Europe/Madrid")
BEA = ("--clinic", "dr bea", "--name", "Bea Ruiz", "--role", "admin", "--login", "bea")
EVE = ("--clinic", "dr bea", "--name", "Eve", "--role", "clinician", "--login", "eve")
IMPORT = ("--clinic", "dr bea", "--lang", "es", "--as", "bea")


class Desk:
    """A database with Dr Bea's clinic, and the command line over it."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self._settings = {"token": terminal.TOKEN, "key": terminal.KEY, "database_url": database}
        self.run("clinic", "add", *CLINIC, "--languages", "es,en")
        self.run("staff", "add", *BEA)

    def run(self, *words: str) -> terminal.Done:
        return terminal.run(*words, folder=self.folder, telegram_url=terminal.NOWHERE, **self._settings)

    def exported(self, *words: str) -> str:
        done = self.run("messages", "export", "--clinic", "dr bea", "--lang", "es", *words)
        assert (done.code, done.err) == (0, "")
        return done.out

    def imported(self, content: str | bytes, *words: str, name: str = "texts.csv") -> terminal.Done:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.run("messages", "import", name, *IMPORT, *words)


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    return Desk(tmp_path, sqlite_url)


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline="")))


def table(rows: list[dict[str, str]]) -> str:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def drafted(desk: Desk, of: str, draft: str, **others: str) -> str:
    """Return the exported table with one draft written into it."""
    found = rows(desk.exported("--book", "microneedling"))
    return table([row | ({"draft": draft} | others if row["key"] == of else {}) for row in found])


def test_what_is_exported_and_imported_again_changes_nothing(desk: Desk) -> None:
    for form in ("csv", "toml"):
        again = desk.imported(desk.exported("--format", form), name=f"texts.{form}")

        assert (again.code, again.err) == (0, "")
        assert again.out.startswith("0 kept as drafts")
    sheet = desk.run("messages", "export", "--clinic", "dr bea", "--lang", "es", "--format", "xlsx", "-o", "all.xlsx")
    back = desk.run("messages", "import", "all.xlsx", *IMPORT)

    assert sheet.code == 0
    assert back.out.startswith("0 kept as drafts")


def test_a_row_says_all_that_a_translator_needs(desk: Desk) -> None:
    row = next(row for row in rows(desk.exported("--book", "microneedling")) if row["key"] == "step.day-1")

    assert row["book"] == "microneedling"
    assert row["when"] == "1 day after the session, in the morning"
    assert "For today: no make-up" in row["english"]
    assert "maquillaje" in row["in_force"]
    assert row["draft"] == ""
    assert "first_name" in row["blanks"]
    assert row["facts"] == "E1, E2, E4, E5"


def test_an_import_shows_what_changes_and_keeps_drafts_alone(desk: Desk) -> None:
    before = desk.exported("--book", "microneedling")
    content = drafted(desk, "step.day-1", "Hola {{ first_name }}: hoy, sin sol.")
    dry = desk.imported(content, "--dry-run")
    untouched = desk.exported("--book", "microneedling")
    told = desk.imported(content, "--json").json()
    row = next(row for row in rows(desk.exported("--book", "microneedling")) if row["key"] == "step.day-1")

    assert "[step.day-1] line" in dry.out
    assert "{+" in dry.out
    assert "1 would change" in dry.out
    assert untouched == before
    assert (told["kept"], told["wrong"]) == (1, [])
    assert told["changes"][0]["after"] == "Hola {{ first_name }}: hoy, sin sol."
    assert row["draft"] == "Hola {{ first_name }}: hoy, sin sol."
    assert "maquillaje" in row["in_force"]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("Hola {{ nombre }}.", "unknown blank “nombre”"),
        ("Hola {{ answers }}.", "unknown blank “answers”"),
        ("<b>Hola", "never closed"),
        ("Hola {{ first_name.", "To mend it:"),
        ("<b>Hola</b> & adiós", "a bare &"),
        ("a" * 5000, "5000 characters long"),
        ("a" * 20001, "longer than 20000"),
        ("=1+1", "formula"),
        ("+34 600", "formula"),
    ],
)
def test_a_text_that_may_not_be_sent_is_told_with_its_line_and_nothing_is_kept(
    desk: Desk, draft: str, said: str
) -> None:
    before = desk.exported("--book", "microneedling")
    done = desk.imported(drafted(desk, "step.day-1", draft))

    assert done.code == 1
    assert said in done.sentence
    assert done.sentence.startswith("Line ")
    assert "1 to mend; nothing was kept." in done.out
    assert desk.exported("--book", "microneedling") == before


def test_one_wrong_line_keeps_the_good_ones_out_too(desk: Desk) -> None:
    found = rows(desk.exported("--book", "microneedling"))
    found[0]["draft"], found[1]["draft"], found[2]["key"] = "Hola.", "<b>", "step.dya-1"
    before = desk.exported("--book", "microneedling")
    done = desk.imported(table(found))

    assert done.code == 1
    assert len(done.err.splitlines()) == 2
    assert "Did you mean “step.day-1”?" in done.err
    assert desk.exported("--book", "microneedling") == before


def test_a_file_that_is_none_of_ours_is_told_in_one_line(desk: Desk) -> None:
    good = desk.exported("--book", "microneedling")
    wrong: dict[str, tuple[str | bytes, str]] = {
        "empty.csv": ("", "no table of texts"),
        "old.csv": (good.encode("cp1252", "replace"), "not saved as UTF-8"),
        "zeros.csv": (b"\0\1\2\3" * 40, "cannot be read"),
        "other.csv": ("Name,Date\nAna,24.11.2026\n", "lacks the columns: language, key, draft"),
        "page.csv": ("<html></html>", "no table of texts"),
        "broken.xlsx": (b"PK\x03\x04nothing", "damaged"),
        "texts.toml": ('["step.day-1"]\ntext = "', "texts.toml:2"),
        "plan.toml": ('key = "microneedling"\n', "is not a text"),
        "large.csv": (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    }

    for name, (content, said) in wrong.items():
        done = desk.imported(content, name=name)
        assert (done.code, done.out) == (1, ""), name
        assert said in done.sentence, name
    assert "cannot be read" in desk.run("messages", "import", "nowhere.csv", *IMPORT).sentence


def test_what_belongs_to_another_place_is_told_with_its_line(desk: Desk) -> None:
    wrong = {
        "no texts for “peeling”": {"book": "peeling"},
        "this line is in “en”": {"language": "en"},
        "is no longer what in_force says": {"in_force": "Otra cosa."},
        "there is no text called “zzz”": {"key": "zzz"},
        "in this file twice": {"key": "step.eve"},
    }

    for said, others in wrong.items():
        done = desk.imported(drafted(desk, "step.day-1", "", **others))
        assert done.code == 1, said
        assert said in done.err, said


def test_only_an_admin_of_the_clinic_imports(desk: Desk) -> None:
    desk.run("staff", "add", *EVE)
    content = drafted(desk, "step.day-1", "Hola.")
    clinician = desk.imported(content, "--as", "eve")
    nobody = desk.imported(content, "--as", "zoe")
    nowhere = desk.imported(content, "--clinic", "Nobody's")

    assert (clinician.code, nobody.code, nowhere.code) == (1, 1, 1)
    assert "eve is not an admin of this clinic" in clinician.sentence
    assert "Nobody signs in as “zoe”" in nobody.sentence
    assert "There is no clinic called" in nowhere.sentence


def test_wrong_usage_is_told_as_such(desk: Desk) -> None:
    asked = (
        ("--lang", "tlh", "--shipped"),
        ("--lang", "es"),
        ("--lang", "es", "--shipped", "--clinic", "dr bea"),
        ("--lang", "es", "--shipped", "--book", "peeling"),
        ("--lang", "es", "--shipped", "--format", "pdf"),
        ("--lang", "es", "--shipped", "--format", "xlsx"),
        ("--lang", "es", "--shipped", "-o", "nowhere/texts.csv"),
    )

    assert {desk.run("messages", "export", *words).code for words in asked} == {2}
    assert desk.run("messages", "import", "texts.csv", "--clinic", "dr bea", "--lang", "es").code == 2


def test_shipped_texts_need_no_database_and_are_toml_of_the_messages_folder(tmp_path: Path) -> None:
    done = terminal.run(
        "messages",
        "export",
        "--shipped",
        "--lang",
        "es",
        "--book",
        "microneedling",
        "--format",
        "toml",
        folder=tmp_path,
    )
    shipped = tomllib.loads((files.default_folder() / "es" / "steps.toml").read_text("utf-8"))
    exported = tomllib.loads(done.out)

    assert (done.code, done.err) == (0, "")
    assert {key: entry["text"].strip() for key, entry in exported.items()} == {
        key: shipped[key]["text"].strip() for key in exported
    }
    assert all(exported[key]["facts"] == shipped[key]["facts"] for key in exported)


def test_a_folder_is_held_to_the_gates_by_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(files.default_folder(), tmp_path / "messages")
    steps = tmp_path / "messages" / "es" / "steps.toml"
    good = terminal.run("messages", "lint", "messages", folder=tmp_path)
    steps.write_text(steps.read_text("utf-8").replace("{{ session_time }}", "{{ sesion_time }}", 1), "utf-8")
    wrong = terminal.run("messages", "lint", "messages", folder=tmp_path)
    nowhere = terminal.run("messages", "lint", "nowhere", folder=tmp_path)

    assert (good.code, good.out) == (0, "Nothing is wrong.\n")
    assert wrong.code == 1
    assert "messages/es/steps.toml:" in wrong.err
    assert "did you mean “session_time”?" in wrong.err
    assert nowhere.code == 1
    assert "there is no such folder" in nowhere.err
