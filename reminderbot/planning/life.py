"""The life of a reminder: its states, the reasons they carry, and which way it may go."""

from enum import StrEnum


class State(StrEnum):
    """Where a reminder (or a row of the outbox) stands; every one ends in a named state."""

    PLANNED = "planned"  # waits for its due time
    CLAIMED = "claimed"  # a sender holds it under a lease; nothing was sent
    SENDING = "sending"  # the intent is committed; it may be on its way
    SENT = "sent"  # Telegram answered ok
    REJECTED = "rejected"  # Telegram refused it for good
    BLOCKED = "blocked"  # the patient blocked the bot
    UNCONFIRMED = "unconfirmed"  # sent into an unknown outcome, with no resend left
    CANCELLED = "cancelled"  # the treatment was cancelled, or the patient stopped
    SKIPPED = "skipped"  # never to be sent, for the reason it carries
    SUPERSEDED = "superseded"  # a newer treatment or plan says it better
    MERGED = "merged"  # said by another reminder
    EXPIRED = "expired"  # its useful time passed first
    PARKED = "parked"  # could not be rendered or loaded; a person must look
    REVIEW = "review"  # restored from a backup after it was due; never sent by itself


class Reason(StrEnum):
    """Why a reminder is not sent, is not sent yet, or comes at another time."""

    LATE_START = "late_start"  # it was due before the patient registered
    NO_TIME_BEFORE = "no_time_before"  # it is for before the session, and the session is too near or past
    QUIET_HOURS = "quiet_hours"  # quiet hours cover all of its useful time
    TOO_LATE = "too_late"  # an outage, a pause or a stop outlasted its useful time
    SAID_TOGETHER = "said_together"  # several of a patient's treatments had something to say at once
    OVERTAKEN = "overtaken"  # a later step became due first; one message at a time
    NEWER_SESSION = "newer_session"  # a newer session of the series says it in its own time, or other care
    ONE_MESSAGE = "one_message"  # the same step of two sessions falls on one day: it is said once
    MOVED = "moved"  # the session moved, and this step's time is now past
    SESSION_CANCELLED = "session_cancelled"
    NOT_HELD = "not_held"  # the clinic said that the session did not take place
    STOPPED = "stopped"  # the patient said stop
    LEFT_OUT = "left_out"  # the patient left this one out
    TODAY_ONLY = "today_only"  # the patient wanted that day's messages only
    NO_READS = "no_reads"  # the patient wants the care part only
    ERASED = "erased"  # the patient's data was erased
    BLOCKED = "blocked"
    REFUSED = "refused"  # Telegram refused the message
    NO_ANSWER = "no_answer"  # Telegram's answer never came, and a second copy is not worth it
    BROKEN = "broken"  # could not be rendered
    NO_CHAT = "no_chat"  # no chat is bound to the patient yet
    ANSWERED = "answered"  # what it would have asked again was answered, or they said that they are worried
    HABITS = "habits"  # the patient's zone, hours or wishes changed
    PLAN = "plan"  # the clinic published another version of the plan
    ZONE_RULES = "zone_rules"  # the rules of a zone's clocks changed


FINAL = frozenset({State.SENT, State.REJECTED, State.UNCONFIRMED, State.SUPERSEDED, State.MERGED})
"""States that nothing leaves, but for MERGED: it is planned again when nothing of the message can have arrived.

And for what is SUPERSEDED by a newer session: it is planned again when that one moves or is called off (`overlaps`).
"""

OPEN = frozenset({State.PLANNED, State.CLAIMED})
"""States before an intent: nothing was sent, so a stop or a cancellation may still end them."""

REOPENABLE = frozenset({State.CANCELLED, State.BLOCKED, State.SKIPPED, State.EXPIRED})
"""States that may return to PLANNED while the step is still useful and nothing of it was accepted."""

MAY_COME = OPEN | REOPENABLE | {State.SUPERSEDED}
"""States of a row that may still be sent, or be sent again after a change: what it says and when follows its plan."""
