"""The markup of texts: what Telegram accepts, cut down to four tags."""

import pytest

from reminderbot.catalog import telegram_html


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "<b>bold</b> and <i>italic</i> and <u>under</u>",
        "<b>bold <i>and italic</i></b>",
        '<a href="https://example.org/a?b=1&amp;c=2">here</a>',
        "1 &lt; 2 &gt; 0 &amp; &quot;so&quot; &#39;on&#x27;",
        "",
    ],
)
def test_markup_that_telegram_accepts_passes(text: str) -> None:
    assert telegram_html.problem(text) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a < b", "a bare <"),
        ("a > b", "a bare >"),
        ("salt & pepper", "a bare &"),
        ("&nbsp;", "a bare &"),
        ("<b>never", "<b> is never closed"),
        ("<b><i>crossed</b></i>", "</b> closes nothing"),
        ("closed</b>", "</b> closes nothing"),
        ("<b><b>twice</b></b>", "<b> inside <b>"),
        ("a<br>b", "<br> is not allowed"),
        ("<p>a</p>", "<p> is not allowed"),
        ("<B>loud</B>", "<B> is not allowed"),
        ("<code>x</code>", "<code> is not allowed"),
        ('<b class="x">a</b>', "<b> with attributes"),
        ('<a href="http://example.org">a</a>', "a link that is not to https://…"),
        ('<a href="javascript:alert(1)">a</a>', "a link that is not to https://…"),
        ('<a href="tg://user?id=1">a</a>', "a link that is not to https://…"),
        ("<a href='https://example.org'>a</a>", "a link that is not to https://…"),
        ('<a href="https://example.org" onclick="x">a</a>', "a link that is not to https://…"),
        ("<a>a</a>", "a link that is not to https://…"),
        ("<>", "a bare <"),
        ("</>", "a bare <"),
        ("<!-- hidden -->", "a bare <"),
    ],
)
def test_markup_that_telegram_refuses_is_named(text: str, what: str) -> None:
    problem = telegram_html.problem(text)

    assert problem is not None
    assert problem.what == what


def test_a_problem_names_its_line() -> None:
    problem = telegram_html.problem("one\ntwo\n<b>three")

    assert problem is not None
    assert problem.line == 3


def test_the_length_is_counted_in_characters_after_parsing() -> None:
    text = '<b>Ana</b> &amp; <a href="https://example.org/very/long">Bea</a> 👩‍👧'

    assert telegram_html.plain(text) == "Ana & Bea 👩‍👧"
    assert telegram_html.visible_length(text) == len("Ana & Bea 👩‍👧")


def test_an_escaped_tag_is_not_taken_for_a_tag() -> None:
    assert telegram_html.plain("&lt;b&gt;") == "<b>"
