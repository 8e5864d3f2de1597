"""What the bot does with a set of questions: right, wrong, kept back, worries heard and false alarms."""

import dataclasses
from collections.abc import Sequence

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import answering
from tests.questions import sets


@dataclasses.dataclass(frozen=True)
class Figures:
    """Counts over one set. What the article covers is right (each thing asked got its topic), wrong or left.

    Wrong: something asked did not get its topic, and a topic was given that was not asked for. `extra`: of the right
    ones, those that were given such a topic beside.

    Of the rest: what is not covered and was kept back, worries heard, alarms where there was no worry, commands heard.
    """

    covered: int = 0
    right: int = 0
    wrong: int = 0
    extra: int = 0
    uncovered: int = 0
    kept: int = 0
    worries: int = 0
    heard: int = 0
    calm: int = 0
    alarms: int = 0
    commands: int = 0
    obeyed: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        mine, theirs = dataclasses.astuple(self), dataclasses.astuple(other)
        return Figures(*(one + two for one, two in zip(mine, theirs, strict=True)))


def of(catalog: catalogs.Catalog, language: str, questions: Sequence[sets.Question]) -> Figures:
    """Return the figures of one set."""
    return sum((one(catalog, language, question) for question in questions), Figures())


def one(catalog: catalogs.Catalog, language: str, question: sets.Question) -> Figures:
    """Return the figures of one question."""
    given = answering.read(catalog, question.text, language=language)
    is_alarm = given.kind is answering.Kind.WORRY
    calm = {"calm": question.kind != "worry", "alarms": question.kind != "worry" and is_alarm}
    match question.kind:
        case "answer":
            right = is_right(question, given)
            strays = given.kind is answering.Kind.ANSWER and is_wrong(question, given)
            return Figures(covered=1, right=right, wrong=strays and not right, extra=strays and right, **calm)
        case "unknown":
            return Figures(uncovered=1, kept=is_kept(question, given), **calm)
        case "worry":
            return Figures(worries=1, heard=is_alarm, **calm)
        case _:
            return Figures(commands=1, obeyed=given.kind is answering.Kind.COMMAND, **calm)


def is_right(question: sets.Question, given: answering.Read) -> bool:
    """Tell whether each thing that was asked got its topic."""
    got = set(given.topics)
    return bool(got) and all(want & got for want in question.wants)


def is_wrong(question: sets.Question, given: answering.Read) -> bool:
    """Tell whether a topic was given that was not asked for."""
    return bool(set(given.topics) - set().union(*question.wants))


def is_kept(question: sets.Question, given: answering.Read) -> bool:
    """Tell whether it was said that the article does not answer; a topic that the set names beside it is no fault."""
    if given.kind is answering.Kind.UNKNOWN:
        return True
    return given.kind is answering.Kind.ANSWER and bool(given.topics) and not is_wrong(question, given)
