"""What people and enemies write to the bot: commands, answers, dates, worries, nonsense, and far too much of it."""

import random
from typing import Final

from reminderbot.chat import handlers
from tests.fuzz import hostile

LONGEST: Final = 4096
"""Characters of a message that Telegram lets somebody send."""

SAID: Final = (
    *("yes", "no", "stop", "STOP!", "basta", "cancel", "help", "pause", "sí", "oui", "ja", "sim", "نعم", "توقف"),
    *("24 Nov 15:30", "yesterday at 4 pm", "mañana", "morgen um 9", "31.12.2026", "29 February", "99:99", "15:30", "0"),
    *("أمس", "tomorrow", "2026-11-24T15:30", "next tuesday", "in 3 days", "1 1 1", "12345", "+34 600 123 456", "7"),
    *("Madrid", "Barcelna", "Europe/Madrid", "New York", "القاهرة", "Köln", "São Paulo", "UTC", "../etc/passwd"),
    *("22:00-07:30", "21-8", "24:00-24:00", "00:00-23:59", "my chin is bleeding", "I am worried", "fiebre y pus"),
    *("ich habe Schmerzen", "can I wear makeup", "and the sun?", "puedo maquillarme", "wann darf ich in die Sonne"),
    *(
        "what is this",
        "is this infected?",
        "do I have your data",
        "delete me",
        "write to my clinic",
        "talk to a person",
    ),
    *(
        "j'ai mal",
        "estou preocupada",
        "أنا قلقة",
        "send later",
        "change the hour",
        "another language",
        "xyzzy",
        "😀",
        "?",
    ),
)

RESTS: Final = (
    *(
        "",
        "x",
        "yes",
        "no",
        "none",
        "other",
        "skip",
        "own",
        "leave",
        "code",
        "hour",
        "quiet",
        "zone",
        "language",
        "phone",
    ),
    *(
        "0",
        "-1",
        "1",
        "5",
        "99999999999999999999",
        "08:30",
        "23:59",
        "25:00",
        "9",
        "21:00-08:00",
        "-",
        ":",
        "::",
        "done",
    ),
    *(
        "Europe/Madrid",
        "America/New_York",
        "Etc/GMT+12",
        "../../x",
        "UTC",
        "en",
        "es",
        "xx",
        "2026-11-24",
        "9999-12-31",
    ),
    *(
        "2026-11-24T15:30",
        "0001-01-01",
        "2026-11-24T15:30+01:00",
        "_1_2026",
        "_s_d_2026_11_24",
        "evening",
        "ask",
        "sun",
    ),
)


def words(chance: random.Random) -> str:
    """Return one text, at most as long as Telegram lets it be, never empty."""
    kind = chance.choices(("said", "command", "pieces", "mixed", "large"), weights=(42, 38, 14, 4, 2))[0]
    match kind:
        case "said":
            text = chance.choice(SAID)
        case "command":
            text = "/" + chance.choice((*sorted(handlers.COMMANDS), "makeup", "sun", "xyz", ""))
            text += chance.choice(("", "", "@aftercare_bot", "@other_bot", " ", "\n")) + chance.choice(("", "", *RESTS))
        case "pieces":
            text = "".join(chance.choices(hostile.PIECES, k=chance.randint(1, 3)))
        case "mixed":
            text = " ".join(chance.choice((*SAID, *hostile.PIECES)) for _ in range(chance.randint(2, 4)))
        case _:
            text = hostile.large(chance) if chance.random() < 0.5 else chance.choice(SAID + hostile.PIECES) * LONGEST
    return text[:LONGEST] or "."
