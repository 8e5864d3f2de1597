"""Markup that is almost right: what is proposed, and that every proposal is what Telegram takes."""

import random
import time

import pytest

from reminderbot.catalog import files, mending, telegram_html
from reminderbot.catalog.mending import Mend


@pytest.mark.parametrize(
    ("written", "meant", "mend"),
    [
        ("<b>No sun", "<b>No sun</b>", Mend.CLOSED),
        ("<b>Title\ntext <b>word</b>", "<b>Title</b>\ntext <b>word</b>", Mend.CLOSED),
        ("<b>No <i>sun</b> today</i>", "<b>No <i>sun</i></b><i> today</i>", Mend.CROSSED),
        ("<b><i>No</b></i> sun", "<b><i>No</i></b> sun", Mend.CROSSED),
        ("<b>No<b> sun", "<b>No</b> sun", Mend.SLASH),
        ("<b>One<b> two <b>three</b>", "<b>One</b> two <b>three</b>", Mend.SLASH),
        ("<b>one <b>two</b> three</b>", "<b>one two three</b>", Mend.TWICE),
        ("No sun</b>", "No sun", Mend.STRAY),
        ("a & b", "a &amp; b", Mend.SIGN),
        ("1 < 2 > 0", "1 &lt; 2 &gt; 0", Mend.SIGN),
        ("<name> & co", "&lt;name&gt; &amp; co", Mend.SIGN),
        ("&nbsp;&copy &amp;", "&amp;nbsp;&amp;copy &amp;", Mend.SIGN),
        ('<B class="x">No</B>', "<b>No</b>", Mend.BARE),
        ("<a href='http://a.example/x'>a</a>", '<a href="https://a.example/x">a</a>', Mend.LINK),
        ('<a href="javascript:alert(1)">a</a> b', "a b", Mend.LINK),
        ("<a>a</a>", "a", Mend.LINK),
        ("{% if day < 3 %}<b>{{ name }}{% endif %}", "{% if day < 3 %}<b>{{ name }}{% endif %}</b>", Mend.CLOSED),
        ('<a href="{{ link }}">a', '<a href="{{ link }}">a</a>', Mend.CLOSED),
        ("a\U00100005b", "ab", Mend.HIDDEN),
    ],
)
def test_what_is_almost_right_is_proposed_as_it_was_meant(written: str, meant: str, mend: Mend) -> None:
    proposal = mending.repair(written)

    assert proposal.text == meant
    assert mend in {each.mend for each in proposal.mended}


def test_a_proposal_says_on_which_line_what_was_mended() -> None:
    proposal = mending.repair("one\n<b>two\nthree & four")

    assert proposal.mended == (mending.Mended(2, Mend.CLOSED, "<b>"), mending.Mended(3, Mend.SIGN, "&"))


def test_nothing_is_proposed_for_a_shipped_text() -> None:
    messages = files.load(files.default_folder()).messages.values()

    assert [one.key for one in messages if mending.repair(one.text) != mending.Proposal(one.text, ())] == []


PIECES = (
    *("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "</a>", '<a href="https://a.example/?a&b">', "<a href=tg://x>"),
    *("<a>", "<B>", "</I >", "<b style='x'>", "<br>", "<p", "<", ">", "&", "&amp;", "&lt", "&nbsp;", "<!--", "-->"),
    *("\n", " ", "word", "é", "</", "/>", "<>", '"', "'", "<name>", "<x a&b>", "\U00100001", "</b x>"),
)  # fmt: skip


def test_every_proposal_is_what_telegram_takes_keeps_the_words_and_is_not_mended_again() -> None:
    chance = random.Random(5)
    for _ in range(5000):
        written = "".join(chance.choices(PIECES, k=chance.randint(1, 14)))
        proposal = mending.repair(written)

        assert telegram_html.problem(proposal.text) is None, written
        assert mending.repair(proposal.text) == mending.Proposal(proposal.text, ()), written
        assert bool(proposal.mended) == (proposal.text != written), written
        assert proposal.text.count("word") == written.count("word"), written
        assert proposal.text.count("\n") == written.count("\n"), written


@pytest.mark.parametrize(
    "text",
    ["<" * 20_000, "<b>" * 6600, "<b><i>" * 3000, "<b>\n" * 5000, "</b>" * 5000, "{{a}}" * 4000, "<b></i>" * 2800],
)
def test_no_text_keeps_the_mender_busy(text: str) -> None:
    started = time.thread_time()

    mending.repair(text)

    assert time.thread_time() - started < 1
