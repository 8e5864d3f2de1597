"""Every word that a page of the console asks for exists, and none is written into a template itself."""

import re
from pathlib import Path

import reminderbot
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files, mending, pasted_signs, wrongs
from reminderbot.planning import life

CONSOLE = Path(reminderbot.__file__).parent / "web" / "console"
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
ASKED = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+)["']\s*[,)]""")
CODE = re.compile(r"""(?:\.text\(\s*|done=)f?["']([a-z0-9_.-]+)["']""")
TAG = re.compile(r"<!--.*?-->|<[^>]*>|\{[%{#].*?[%}#]\}", re.DOTALL)
LETTERS = re.compile(r"[^\W\d_]{3,}")


def keys() -> set[str]:
    return {key for code, key in files.load(files.default_folder()).messages if code == "en"}


def test_every_word_that_a_template_asks_for_exists() -> None:
    known = keys()
    asked = {(path.name, key) for path in TEMPLATES for key in ASKED.findall(path.read_text("utf-8"))}

    assert asked
    assert sorted(one for one in asked if one[1] not in known and f"console.{one[1]}" not in known) == []


def test_every_word_that_a_page_asks_for_exists() -> None:
    known, missing = keys(), []
    for path in sorted(CONSOLE.glob("*.py")):
        for key in CODE.findall(path.read_text("utf-8")):
            whole = key if "." in key else f"done.{key}"
            if not whole.endswith(".") and whole not in known and f"console.{whole}" not in known:
                missing.append(f"{path.name} {key}")

    assert missing == []


def test_every_state_and_every_reason_of_a_reminder_is_said_to_the_staff() -> None:
    known = keys()
    asked = [f"life.{state}" for state in life.State] + [f"why.{reason}" for reason in life.Reason]

    assert [key for key in asked if f"console.{key}" not in known] == []


def test_no_template_holds_words_of_its_own() -> None:
    spoken = {path.name: LETTERS.findall(TAG.sub(" ", path.read_text("utf-8"))) for path in TEMPLATES}

    assert {name: words for name, words in spoken.items() if words} == {}


def test_no_template_holds_a_script_a_style_or_a_strangers_address() -> None:
    inline = re.compile(r"""<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|(?:src|href)=["']https?://""")

    assert [path.name for path in TEMPLATES if inline.search(path.read_text("utf-8"))] == []


def test_every_change_of_a_pasted_text_and_every_mend_has_its_words() -> None:
    known = keys()

    assert [change for change in pasted_signs.Change if f"console.cleaned.{change}" not in known] == []
    assert [mend for mend in mending.Mend if f"console.mended.{mend}" not in known] == []


def test_what_can_be_wrong_with_a_text_is_said_by_the_console_as_to_whoever_runs_the_bot() -> None:
    shipped, said = catalogs.Catalog.load(), {"text": "<x>", "words": "{{ y }}", "count": "7", "most": "9"}
    differing = [
        (name, told)
        for name, whole in wrongs.SENTENCES.items()
        if (told := shipped.told("en", wrongs.of(name, **said))) != tuple(each.format(**said) for each in whole)
    ]

    assert differing == []


def test_every_language_of_the_console_says_what_blanks_mean_and_facts_say() -> None:
    read = files.load(files.default_folder())
    others = {code for code, key in read.messages if key.startswith("console.")} - {"en"}

    assert others
    assert {code for code in others if not (read.languages[code].meanings and read.languages[code].passages)} == set()
