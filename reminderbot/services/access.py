"""Who asks: a chat, or the operator at the command line; whatever a person reads is joined through their chat."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Person:
    """Whoever writes in a chat: sees the patients that are bound to it now, and nothing else."""

    chat_id: str


@dataclasses.dataclass(frozen=True)
class Operator:
    """Whoever runs the program on its machine: sees what the command line shows."""


Actor = Person | Operator
