"""Telegram's HTML: what parses, into what, and how the rest is refused."""

import contextlib
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminderbot.simulator import entities, markup, refusals


def _shape(found: list[markup.Entity]) -> list[tuple[str, int, int]]:
    return [(e["type"], e["offset"], e["length"]) for e in found]


@pytest.mark.parametrize(
    ("source", "text", "shape"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("<STRONG>x</STRONG>", "x", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<b></b>x", "x", []),
        ("&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "', []),
        ("&nbsp;&copy;&apos;", "&nbsp;&copy;&apos;", []),
        ("&#39;&#x1F600;&#0;", "'😀&#0;", []),
        ("&#0000065;&#00000065;", "A&#00000065;", []),
        ("5 > 3 & 2", "5 > 3 & 2", []),
        ('<a href="https://a.example/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="javascript:x">x</a>', "x", []),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ('<tg-time unix="1795000000" format="wDt">x</tg-time>', "x", [("date_time", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, shape: list[tuple[str, int, int]]) -> None:
    parsed, found = markup.parse(source)

    assert (parsed, _shape(found)) == (text, shape)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("line one and<br>", 'Unsupported start tag "br" at byte offset 12'),
        ("ñ<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("I <3 you", 'Unsupported start tag "3" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x!>y</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(refusals.Refused) as refused:
        markup.parse(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text())
def test_any_escaped_text_comes_back_as_it_was(text: str) -> None:
    parsed, found = markup.parse(f"<b>{html.escape(text)}</b>")

    assert parsed == text
    assert found == ([{"type": "bold", "offset": 0, "length": markup.utf16(text)}] if text else [])


@given(st.text(st.sampled_from("<>/&;#=\"' abi😀\n"), max_size=60))
def test_no_text_breaks_the_parser_in_any_other_way(text: str) -> None:
    with contextlib.suppress(refusals.Refused):
        parsed, found = markup.trim(*markup.parse(markup.clean(text)))

        assert all(0 < e["length"] <= markup.utf16(parsed) - e["offset"] for e in found)


def test_spaces_at_both_ends_are_stripped_and_entities_follow() -> None:
    text, found = markup.trim(*markup.parse("\n  hi <b>you</b> \n"))

    assert (text, _shape(found)) == ("hi you", [("bold", 3, 3)])


def test_the_server_finds_commands_links_and_phone_numbers_by_itself() -> None:
    found = entities.found_in("/stop or https://a.example/x, call +34 910 000 000.")

    assert [e["type"] for e in found] == ["bot_command", "url", "phone_number"]


def test_html_of_a_message_nests_and_escapes() -> None:
    source = "<b>1 &lt; <i>2</i></b> &amp; <u>3</u>"

    assert entities.to_html(*markup.parse(source)) == source
