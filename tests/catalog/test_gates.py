"""Every fault a folder of texts can have, made in a copy of a small good one and told with file, line and remedy."""
# ruff: noqa: E501 - a table of slips is read one slip a line

import dataclasses
import pathlib
import shutil

import pytest

from reminderbot import errors
from reminderbot.catalog import catalog, gates
from reminderbot.catalog.faults import Fault

GOOD = pathlib.Path(__file__).parent / "messages"


@dataclasses.dataclass(frozen=True)
class Slip:
    """One slip of whoever edits: in `file`, `old` becomes `new`; `said` is the beginning of the fault at `at`."""

    file: str
    old: str
    new: str
    at: str
    said: str


SLIPS = [
    # TOML and the form of tables
    Slip("en/steps.toml", 'text = """\nHello', 'text = ""\nHello', "en/steps.toml:4", "[step.eve] is not TOML here"),
    Slip("en/chat.toml", 'text = "Yes"', 'text = "Yes', "en/chat.toml:2", "[button.yes] is not TOML here"),
    Slip("es/steps.toml", '["step.eve"]', "[step.eve]", "es/steps.toml:1", "[step] is not the key of a text"),
    Slip("en/chat.toml", '["toast.saved"]', '["button.yes"]', "en/chat.toml:4", "[button.yes] is not TOML here"),
    Slip("en/chat.toml", '["toast.saved"]', '["step.eve"]', "en/steps.toml:1", "[step.eve] this key already stands in"),
    Slip("en/chat.toml", 'text = "Yes"', 'test = "Yes"', "en/chat.toml:2", "[button.yes] unknown field “test” – did you"),
    Slip("en/chat.toml", 'text = "Yes"', "", "en/chat.toml:1", "[button.yes] text is missing"),
    Slip("en/chat.toml", 'text = "Yes"', "text = 1", "en/chat.toml:2", "[button.yes] “text” has the wrong form"),
    Slip("en/chat.toml", 'text = "Yes"', 'text = " "', "en/chat.toml:2", "[button.yes] the text is empty"),
    Slip("en/steps.toml", 'facts = ["E2", "E4"]', 'facts = "E2"', "en/steps.toml:10", "[step.day-1] “facts” has the wrong"),
    Slip("en/language.toml", '"ltr"', '"left"', "en/language.toml:2", "direction is neither ltr nor rtl"),
    Slip("en/language.toml", 'name = "English"', "", "en/language.toml:1", "name is missing"),
    Slip("en/dates.toml", '1 = ["tomorrow"]', "", "en/dates.toml:1", "[days] no word for tomorrow"),
    Slip("en/asking.toml", "joins =", "join =", "en/asking.toml:2", "unknown field “join” – did you mean “joins”?"),
    Slip("en/profile.toml", 'start = "Begin"', "start = 1", "en/profile.toml:6", "[commands] “start” has the wrong form"),
    Slip("facts.toml", "says =", "say =", "facts.toml:3", "[E2] unknown field “say”"),
    # The two languages beside each other
    Slip("es/chat.toml", '["toast.saved"]\ntext = "Guardado"', "", "es/chat.toml:1", "[toast.saved] this text is missing"),
    Slip("es/chat.toml", "button.yes", "button.yess", "es/chat.toml:1", "[button.yess] English has no text under this key"),
    Slip("es/steps.toml", " el día {{ day }}", " el día", "es/steps.toml:9", "[step.day-1] the blank “day” of the English"),
    Slip("es/steps.toml", "Hasta", "{{ day }} hasta", "es/steps.toml:6", "[step.eve] the English does not use the blank “day”"),
    # Blanks, facts, markup, length
    Slip("en/steps.toml", "day {{ day }}", "day {{ dai }}", "en/steps.toml:12", "[step.day-1] unknown blank “dai” – did you mean"),
    Slip("en/steps.toml", "day {{ day }}", "day {{ day.x }}", "en/steps.toml:12", "[step.day-1] column 67: “{{ day.x }}” is not"),
    Slip("en/steps.toml", '["E2", "E4"]', '["E2", "E9"]', "en/steps.toml:9", "[step.day-1] unknown fact “E9”"),
    Slip("en/steps.toml", "<b>tomorrow</b>", "<b>tomorrow", "en/steps.toml:6", "[step.eve] <b> is never closed"),
    Slip("en/steps.toml", "<b>tomorrow</b>", "<br>tomorrow", "en/steps.toml:6", "[step.eve] <br> is not allowed"),
    Slip("en/steps.toml", "{% if first_name %} {{", "{% if first_name %} <b>{{", "en/steps.toml:6", "[step.eve] <b> inside <b>"),
    Slip("en/steps.toml", "{% if first_name %}", "{% if first_name > 3 %}", "en/steps.toml:4", "[step.eve] cannot be filled"),
    Slip("en/expect.toml", "Rest today.", "Rest. " * 700, "en/expect.toml:2", "[expect.today] it can be 4199 characters"),
    Slip("en/chat.toml", "Yes", "Yes " * 17, "en/chat.toml:2", "[button.yes] it can be 67 characters long"),
    Slip("en/chat.toml", '"Yes"', '"<b>Yes</b>"', "en/chat.toml:2", "[button.yes] no markup is shown here"),
    Slip("en/chat.toml", '"Yes"', '"Yes\\nor no"', "en/chat.toml:3", "[button.yes] this is one line"),
    Slip("en/chat.toml", '"Saved"', '"{% if first_name %}Saved{% endif %}"', "en/chat.toml:5", "[toast.saved] the text can come out empty"),
    Slip("en/chat.toml", "Saved", "Saved " * 40, "en/chat.toml:5", "[toast.saved] it can be 239 characters long"),
    Slip("en/profile.toml", '"I send reminders."', f'"{"I send. " * 70}"', "en/profile.toml:2", "[profile.description] it can"),
    Slip("en/profile.toml", '"Begin"', f'"{"Begin " * 50}"', "en/profile.toml:6", "[command.start] it can be 299 characters"),
    Slip("blanks.toml", "sample = 3", 'sample = "3"', "blanks.toml:11", "[day] sample and worst are of two kinds"),
    Slip("blanks.toml", 'sample = "600', 'sample = "+34 600 000 000 000 000 000 000', "blanks.toml:6", "[clinic_phone] worst is"),
    Slip("blanks.toml", "[day]", "[Day]", "blanks.toml:11", "[Day] is not a name for a blank"),
    # Topics
    Slip("topics.toml", '"topic.sun"', '"topic.son"', "topics.toml:1", "[sun] there is no text “topic.son” – did you mean"),
    Slip("topics.toml", '"E2"', '"E3"', "topics.toml:1", "[sun] unknown fact “E3”"),
    Slip("topics.toml", 'command = "sun"', 'command = "/Sun"', "topics.toml:1", "[sun] “/Sun” is not a command"),
    Slip("topics.toml", 'command = "sun"', 'command = "moon"', "topics.toml:1", "[sun] nothing describes the command “moon”"),
    Slip("en/profile.toml", "start =", "Start-now =", "en/profile.toml:6", "[command.Start-now] “Start-now” is not a command"),
    Slip("topics.toml", "order = 1", "", "topics.toml:1", "[sun] a command and an order go together"),
    Slip("topics.toml", 'parent = "sun"', 'parent = "son"', "topics.toml:7", "[sun.hat] there is no topic “son”"),
    Slip("topics.toml", 'parent = "sun"', 'command = "sun"\norder = 2', "topics.toml:7", "[sun.hat] the command “sun” is taken"),
    Slip("es/topics.toml", 'phrases = ["puedo llevar sombrero"]', "", "topics.toml:7", "[sun.hat] nobody can ask for it in “es”"),
    Slip("topics.toml", "order = 1", "odrer = 1", "topics.toml:5", "[sun] unknown field “odrer” – did you mean “order”?"),
    # Plans
    Slip("plans/small.toml", 'key = "small"', 'key = "tall"', "plans/small.toml:1", "the plan's key is not the file's name"),
    Slip("plans/small.toml", '"step.eve"', '"step.even"', "plans/small.toml:5", "[eve] there is no text “step.even” – did you"),
    Slip("plans/small.toml", '"skin"', '"skim"', "plans/small.toml:14", "[day-1] asks: 'skim' is not understood"),
    Slip("plans/small.toml", "until = { days = 1", "until = { days = 0", "plans/small.toml:13", "[day-1] until: it ends before the step falls"),
    Slip("plans/small.toml", '"20:00"', '"25:00"', "plans/small.toml:13", "[day-1] until: "),
    Slip("plans/small.toml", 'until = "start"', "", "plans/small.toml:3", "[eve] until: it is missing"),
    Slip("plans/small.toml", 'key = "day-1"', 'key = "eve"', "plans/small.toml:1", 'two steps have the key "eve"'),
    Slip("plans/small.toml", "asks =", "ask =", "plans/small.toml:14", "[day-1] ask: "),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copytree(GOOD, tmp_path / "messages"))


def slipped(folder: pathlib.Path, slip: Slip) -> list[Fault]:
    path = folder / slip.file
    before = path.read_text(encoding="utf-8")
    assert slip.old in before
    path.write_text(before.replace(slip.old, slip.new, 1), encoding="utf-8")
    return gates.faults(folder)


def test_a_good_folder_has_no_faults(folder: pathlib.Path) -> None:
    assert gates.faults(folder) == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.file}: {slip.said[:40]}")
def test_a_slip_is_told_with_its_file_its_line_and_what_to_do(folder: pathlib.Path, slip: Slip) -> None:
    told = [str(fault) for fault in slipped(folder, slip)]

    assert any(line.startswith(f"messages/{slip.at}: {slip.said}") and " – " in line for line in told), told


def test_the_same_faults_are_told_in_the_same_order_each_time(folder: pathlib.Path) -> None:
    slipped(folder, SLIPS[5])
    first = slipped(folder, SLIPS[-1])

    assert first == gates.faults(folder) == sorted(first)
    assert len(first) > 1


def test_a_language_says_of_every_blank_what_it_means_and_of_nothing_else(folder: pathlib.Path) -> None:
    said = '[blanks]\nfirst_name = "El nombre."\nfist_name = "El nombre."\n[facts]\n'
    (folder / "es" / "meanings.toml").write_text(said, encoding="utf-8")

    told = [str(fault) for fault in gates.faults(folder)]
    assert any("es/meanings.toml:1: [fist_name] is neither a blank nor a fact" in each for each in told)
    assert any("es/meanings.toml:1: [day] what this means is missing" in each for each in told)


@pytest.mark.parametrize("file", ["blanks.toml", "topics.toml", "facts.toml", "es/chat.toml", "en/language.toml"])
def test_a_missing_file_is_told_by_its_name(folder: pathlib.Path, file: str) -> None:
    (folder / file).unlink()

    assert f"messages/{file}:1: the file is missing" in str(gates.faults(folder)[0])


def test_a_broken_file_hides_no_fault_elsewhere_and_causes_none(folder: pathlib.Path) -> None:
    (folder / "es/chat.toml").write_text("[", encoding="utf-8")
    told = slipped(folder, SLIPS[-1])

    assert {fault.file for fault in told} == {"messages/es/chat.toml", "messages/plans/small.toml"}


def test_a_file_that_is_not_utf_8_is_told_with_the_line(folder: pathlib.Path) -> None:
    (folder / "en/chat.toml").write_bytes('["button.yes"]\ntext = "Sí"'.encode("latin-1"))

    assert "messages/en/chat.toml:2: is not UTF-8" in str(gates.faults(folder)[0])


def test_a_folder_that_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    assert "there is no such folder" in str(gates.faults(tmp_path / "nowhere")[0])


def test_a_file_with_windows_line_ends_is_read_all_the_same(folder: pathlib.Path) -> None:
    path = folder / "en/steps.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert gates.faults(folder) == []


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if "is not TOML" in slip.said or "column" in slip.said])
def test_a_broken_folder_is_not_loaded_at_all(folder: pathlib.Path, slip: Slip) -> None:
    slipped(folder, slip)

    with pytest.raises(errors.Unusable, match=f"messages/{slip.at}"):
        catalog.Catalog.load(folder)
