"""A token never reaches a log line, whoever writes it."""

import io
import logging

import pytest

from reminderbot import observability

TOKEN = "123456789:AAAA-canary-token-of-nobody-0000000"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", stream)
    observability.configure("DEBUG")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_token_is_masked_in_a_message_and_in_a_traceback(written: io.StringIO) -> None:
    log = logging.getLogger("some.library")
    try:
        raise RuntimeError(f"https://api.example/bot{TOKEN}/sendMessage")
    except RuntimeError:
        log.exception("GET https://api.example/bot%s/getMe", TOKEN)

    assert TOKEN not in written.getvalue()
    assert written.getvalue().count("<token>") == 2


def test_the_http_client_does_not_tell_its_addresses(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api.example/secret-path")

    assert written.getvalue() == ""


def test_an_event_is_one_line_with_its_ids(written: io.StringIO) -> None:
    observability.logger().info("A reminder was sent", reminder_id="abc")

    assert "A reminder was sent" in written.getvalue()
    assert "reminder_id='abc'" in written.getvalue()


def test_a_value_with_a_line_break_forges_no_line(written: io.StringIO) -> None:
    observability.logger().info("A page was refused", page="x\n2026-01-01 level='info' event='all is well'")

    assert written.getvalue().count("\n") == 1
