"""What each actor of the threat model tries against a running bot with two organisations, and what happens."""

from tests.security.journal import browsing, chatting, inside, outside, sending, taking, telling

ATTACKS = telling.ALL
"""Every attack, in the order in which it is made."""

__all__ = ["ATTACKS", "browsing", "chatting", "inside", "outside", "sending", "taking"]
