"""What can keep us from being ready: a sentence for each, what to do, and where the runbook tells more."""

import dataclasses

RUNBOOK = "docs/runbook.md"


@dataclasses.dataclass(frozen=True)
class Fault:
    """Something out of bounds; `section` is a heading of the runbook."""

    sentence: str
    remedy: str
    section: str

    @property
    def advice(self) -> str:
        """Return it as it is told to whoever is on call."""
        return " ".join(each for each in (self.sentence, self.remedy, f"See “{self.section}” in {RUNBOOK}.") if each)


AWAY = Fault(
    "The database cannot be reached.",
    "Start it, or mend REMINDERBOT_DATABASE_URL; nothing is lost meanwhile.",
    "Database away",
)
SILENT = Fault(
    "The database does not answer.", "Look at its load, its disk and its locks; nothing is lost.", "Database away"
)
KEYLESS = Fault(
    "A master key is missing: what another process has wrapped by it cannot be read here, and waits.",
    "Restart this process with the new key and the old one in REMINDERBOT_KEY; nothing is lost meanwhile.",
    "Rotating keys",
)
DEAF = Fault(
    "Telegram has not answered a poll lately.",
    "Look at the log of the process with the chat door; Telegram keeps what people write for 24 hours.",
    "Telegram away",
)
UNREACHED = Fault(
    "Telegram's posts have not reached the webhook lately.",
    "Look at the proxy, its certificate and the log; Telegram keeps what people write for 24 hours.",
    "Webhook not reached",
)
OVERDUE = Fault(
    "A reminder is overdue.", "Look at the log of the process with the delivery door.", "A reminder is overdue"
)


def outdated(standing: str) -> Fault:
    """Return the fault of a schema that is older than this program."""
    return Fault(f"The database's schema is {standing}. Run `reminderbot migrate`.", "", "Upgrade without downtime")
