"""Text pasted from a word processor: what becomes of it, and that nothing is changed without a word."""

import time

import pytest

from reminderbot.catalog import cleaning, files, telegram_html
from reminderbot.catalog.cleaning import Change


@pytest.mark.parametrize(
    ("pasted", "meant", "change"),
    [
        ("{{ name | default: “friend” }}", '{{ name | default: "friend" }}', Change.QUOTES),
        ("{% if place == ‘home’ %}a{% endif %}", "{% if place == 'home' %}a{% endif %}", Change.QUOTES),
        ("<a href=”https://a.example/”>x</a>", '<a href="https://a.example/">x</a>', Change.QUOTES),
        ("{{\u00a0name\u00a0}}", "{{ name }}", Change.SPACES),
        ("{{ na\u200bme }}", "{{ name }}", Change.INVISIBLE),
        ("{{ <b>name</b> }}", "{{ name }}", Change.REMOVED),
        ("{% if day &lt; 3 %}a{% endif %}", "{% if day < 3 %}a{% endif %}", Change.ENTITIES),
        ("5\u00a0days", "5 days", Change.SPACES),
        ("5 \u00a0 days", "5 days", Change.SPACES),
        ("su\u00adn\u200b", "sun", Change.INVISIBLE),
        ("a\u202eb", "ab", Change.INVISIBLE),
        ("a\x07b", "ab", Change.CONTROL),
        ("a\ud800b", "ab", Change.CONTROL),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", Change.ENDS),
        ("·\tsun\n\uf0b7  sweat\no\tsea", "• sun\n• sweat\n• sea", Change.BULLETS),
        ("<strong>No</strong> sun", "<b>No</b> sun", Change.TAGS),
        ("<em>No</em> <ins>sun</ins>", "<i>No</i> <u>sun</u>", Change.TAGS),
        ("<B>No</B>", "<b>No</b>", Change.REMOVED),
        ('<b style="color:red">No</b>', "<b>No</b>", Change.STYLES),
        ('<span style="font-weight:700">No</span>', "<b>No</b>", Change.TAGS),
        ("<span lang=ES>No</span>", "No", Change.STYLES),
        ("<p>One</p><p>Two</p>", "One\n\nTwo", Change.LINES),
        ("<div>One</div>\n<div>Two<br/>Three</div>", "One\nTwo\nThree", Change.LINES),
        ("<ul><li>sun</li><li>sea</li></ul>", "• sun\n• sea", Change.BULLETS),
        ("<ol><li>sun</li><li>sea</li></ol>", "1. sun\n2. sea", Change.BULLETS),
        ("<code>a</code><o:p></o:p>", "a", Change.REMOVED),
        ("<!-- [if mso]><b> -->a<style>b { c }</style>", "a", Change.HIDDEN),
        ("a&nbsp;b", "a b", Change.ENTITIES),
        ("ma&ntilde;ana &ndash; &lt;1", "mañana – &lt;1", Change.ENTITIES),
        ("<a target=_blank href='https://a.example/'>x</a>", '<a href="https://a.example/">x</a>', Change.STYLES),
    ],
)
def test_what_was_pasted_becomes_what_telegram_takes_and_is_told(pasted: str, meant: str, change: Change) -> None:
    cleaned = cleaning.clean(pasted)

    assert cleaned.text == meant
    assert change in {notice.change for notice in cleaned.notices}


@pytest.mark.parametrize(
    "text",
    [
        "“Quotes” and – dashes, it’s fine",
        'Hi {{ name }} <a href="https://a.example/?a=1&b={{ id }}">x</a> &amp; &lt;',
        "{{ name | default: 'L’Hospitalet' }} {{ name | default: \"so “she” said\" }}",
        "👩‍👩‍👧‍👦 ❤️",
        "می‌خواهم",
        "السلام\u200f عليكم",
        "Est-ce «\u00a0tôt\u00a0»\u00a0?",
        "- a line\n* another",
        "a < b & c, <name> and <b>one<b>",
    ],
)
def test_what_is_meant_stays_as_it_is(text: str) -> None:
    assert cleaning.clean(text) == cleaning.Cleaned(text, ())


def test_a_shipped_text_is_left_alone() -> None:
    messages = files.load(files.default_folder()).messages.values()

    assert [one.key for one in messages if cleaning.clean(one.text) != cleaning.Cleaned(one.text, ())] == []


WORD = (
    "<p class=MsoNormal><b><span lang=EN-US style='font-size:12.0pt'>After\r\nyour session</span></b></p>\r\n\r\n"
    "<p class=MsoListParagraph style='text-indent:-18.0pt'>No&nbsp;sun for <strong><em>5</em></strong> days,\r\n"
    "{{ first_name | default: “friend” }}.<o:p></o:p></p>\r\n"
)


def test_a_whole_page_of_a_word_processor_is_read_as_its_writer_saw_it() -> None:
    cleaned = cleaning.clean(WORD)

    assert cleaned.text == (
        '<b>After your session</b>\n\nNo sun for <b><i>5</i></b> days, {{ first_name | default: "friend" }}.'
    )
    assert telegram_html.problem(cleaned.text) is None
    assert {notice.line for notice in cleaned.notices if notice.change is Change.QUOTES} == {3}


def test_what_google_puts_around_everything_makes_nothing_bold() -> None:
    pasted = '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span>One</span></p></b>'

    assert cleaning.clean(pasted).text == "One"


def test_a_style_within_the_same_style_is_written_once() -> None:
    pasted = '<strong><span style="font-weight:bold">a <b>b</b></span> c</strong>'

    assert cleaning.clean(pasted).text == "<b>a b c</b>"


def test_a_notice_says_on_which_line_what_was_changed() -> None:
    cleaned = cleaning.clean("one\ntwo\u00a0a\u00a0b\n<em>three</em>")

    assert cleaned.notices == (
        cleaning.Notice(2, Change.SPACES, "\u00a0"),
        cleaning.Notice(3, Change.TAGS, "<em>"),
    )


def test_what_is_clean_is_not_changed_again() -> None:
    once = cleaning.clean(WORD).text

    assert cleaning.clean(once) == cleaning.Cleaned(once, ())


@pytest.mark.parametrize(
    "text",
    ["<" * 20_000, "<!--" * 5000, "<style>" * 2800, "{{" * 10_000, "&a" * 10_000, "\u00a0 " * 9000, "<b>" * 6600],
)
def test_no_text_keeps_the_cleaner_busy(text: str) -> None:
    started = time.thread_time()

    cleaning.clean(text)

    assert time.thread_time() - started < 1
