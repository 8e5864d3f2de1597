"""Names and phones as people type them: cleaned, bounded, otherwise left as they are."""

NAME = 64  # characters; S10 of the security design


def clean(text: str) -> str:
    """Return a name without control and bidirectional characters, spaces joined; may be empty."""
    raise NotImplementedError


def name(text: str) -> str:
    """Return a cleaned name of 1 to 64 characters; Invalid `refusal.name`."""
    raise NotImplementedError


def phone(text: str) -> str:
    """Return a phone as typed, trimmed, if it may be one (5 to 25 digits, + ( ) - . and spaces); Invalid `refusal.phone`."""
    raise NotImplementedError
