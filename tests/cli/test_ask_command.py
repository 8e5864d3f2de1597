"""`reminderbot ask`: a question as the chat answers it, one text or one a line."""

import json
from pathlib import Path

from tests.cli import terminal


def test_a_question_is_answered_in_the_shape_that_stays(tmp_path: Path) -> None:
    done = terminal.run("ask", "can I wear makeup", "--lang", "en", "--hours", "30", "--json", folder=tmp_path)

    answer = done.json()
    assert list(answer) == ["kind", "topics", "facts", "says"]
    assert (answer["kind"], answer["topics"], answer["facts"]) == ("answer", ["aftercare.makeup"], ["E4", "E5"])
    assert "<" not in answer["says"]


def test_every_line_of_stdin_gets_one_line_of_json_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    lines = [b"puedo maquillarme", b"", b"9" * 300_000, b"\xff\xfe \x00", "🎉".encode() * 4000, b"me sangra la cara"]

    done = terminal.run("ask", "-", "--lang", "es", "--json", folder=tmp_path, stdin=b"\n".join(lines))

    kinds = [json.loads(line)["kind"] for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert kinds == ["answer", "refused", "refused", "unknown", "unknown", "worry"]


def test_hours_that_are_no_number_are_wrong_usage(tmp_path: Path) -> None:
    assert terminal.run("ask", "makeup", "--hours", "nan", folder=tmp_path).code == 2
    assert terminal.run("ask", "makeup", "--hours", "1e12", folder=tmp_path).code == 2
