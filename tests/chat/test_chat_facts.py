"""The facts that a visit holds: printed by accident, they show nobody's words and no link."""

from reminderbot.chat import dialogues, reply
from reminderbot.gateway import meaning


def test_what_is_printed_of_a_reply_holds_none_of_its_words() -> None:
    shown = f"{reply.message('Hello Ana')!r} {meaning.accepted({'text': 'Hello Ana'})!r}"

    assert "sendMessage" in shown
    assert "Ana" not in shown


def test_what_is_printed_of_a_link_does_not_hold_its_token() -> None:
    assert "s3cret" not in repr(dialogues.Link("s3cret"))
