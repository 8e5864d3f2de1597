"""What a person must be told: four refusals with a message key, and one sentence for the operator."""


class Refusal(Exception):
    """Something we decline to do, said to a person by the message `key` filled with `values`.

    Raised where it is known, before anything is written; each door translates it into its own form.
    """

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotFound(Refusal):
    """What was asked for does not exist, or is not the asker's to see: one answer for both."""


class NotAllowed(Refusal):
    """The asker may see it, but may not do this."""


class Conflict(Refusal):
    """It was possible a moment ago: used, moved or answered meanwhile."""


class Invalid(Refusal):
    """The input cannot be understood or kept; the message says what to write instead."""


class Unusable(Exception):
    """The environment, a file or the database keeps us from starting: one sentence that says what to do."""
