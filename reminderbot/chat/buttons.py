"""What our buttons send back: a stable prefix, a colon and the rest, at most 64 bytes."""

from enum import StrEnum
from typing import Final

LIMIT: Final = 64
"""Bytes of callback data (telegram.md, "Limits")."""


class Tapped(StrEnum):
    """The prefixes. They stay for ever: a button lives in a chat as long as its message does."""

    AGREE = "agree"
    CHECK_IN = "ci"  # ci:<reminder>:<ask>:<answer>, made by delivery
    WORRY = "worry"  # worry or worry:<reminder>, made by delivery too
    CALL_ME = "callme"  # callme:<worry>; callme alone under what nobody has seen
    DAY = "day"  # day:0, day:-1, day:other
    CALENDAR = "cbcal"  # of the calendar's library
    READ = "read"  # read:<ISO date or date-time>, one of several readings
    TIME = "time"  # time:15:30
    ZONE = "zone"  # zone:<IANA name>, or zone:other
    HOUR = "hour"  # hour:08:30, or hour:other
    SAVE = "save"
    AGAIN = "again"  # the date again
    CANCEL = "cancel"  # leave the dialogue
    SESSION = "session"
    MOVE = "move"  # move or move:<treatment>
    DROP = "drop"  # drop:<treatment>: it will not take place?
    DROPPED = "dropped"  # dropped:<treatment>: no, it will not
    TIMELINE = "timeline"  # timeline, timeline:<treatment>
    ROWS = "rows"  # rows:<treatment>: its messages, each on a button
    ONE = "one"  # one:<reminder>: read an old one, or change one that comes
    SNOOZE = "snooze"  # snooze:<reminder>, then :<YYYYMMDD> or :<YYYYMMDDTHHMM> on the patient's clock
    UNSNOOZE = "unsnooze"  # unsnooze:<reminder>
    SKIP = "skip"  # skip:<reminder>
    UNSKIP = "unskip"  # unskip:<reminder>
    ICS = "ics"  # what is coming, as a calendar file
    NEXT = "next"
    EXPECT = "expect"
    TOPIC = "topic"  # topic:<key>
    TOPICS = "topics"
    LANGUAGE = "lang"  # lang:<code>
    SETTINGS = "settings"
    SET = "set"  # set:<what>
    QUIET = "quiet"  # quiet:21:00-08:00, quiet:none
    READS = "reads"  # reads:yes, reads:no
    PHONE = "phone"  # phone:skip, phone:none
    STOP = "stop"
    RESUME = "resume"
    PAUSE = "pause"  # pause, pause:<ISO date>
    UNPAUSE = "unpause"
    LESS = "less"  # the ways to get fewer messages
    TODAY_ONLY = "todayonly"
    ALL_AGAIN = "allagain"  # undoes todayonly
    PRIVACY = "privacy"
    MY_DATA = "mydata"
    FORGET = "forget"  # forget, forget:yes
    KEEP = "keep"  # leave it as it is
    HELP = "help"
    LETTER = "letter"  # letter, letter:<patient>; the second is made by services.letters, too
    SEND = "send"  # the questions that nobody could answer, to the clinic
    TAKE = "take"  # take:<case>, made by services/alerts: a colleague takes it on
    DECLINE = "decline"  # no, thanks: to a clinic's link or poster
    NAME = "name"  # name:own, the first name that Telegram tells
    CLINIC = "clinic"  # clinic, clinic:code: what lets a clinic claim somebody
    NOT_MINE = "notmine"  # notmine, notmine:leave: the clinic that did; made by services.claims too


HANDLED: Final = frozenset(Tapped)
"""Every prefix that has a handler; `handlers.TAPS` holds them."""


def data(prefix: Tapped, rest: str = "") -> str:
    """Return the callback data of a button; ValueError beyond 64 bytes."""
    made = f"{prefix}:{rest}" if rest else str(prefix)
    if len(made.encode()) > LIMIT:
        raise ValueError(f"callback data is over {LIMIT} bytes: {prefix}")
    return made


def parted(tapped: str) -> tuple[str, str]:
    """Return the prefix and the rest of callback data; the calendar's own is parted by underscores."""
    if tapped.startswith(f"{Tapped.CALENDAR}_"):
        return str(Tapped.CALENDAR), tapped
    prefix, _, rest = tapped.partition(":")
    return prefix, rest
