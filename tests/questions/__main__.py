"""Prints the figures of a half: `python -m tests.questions --half blind`; `--show` lists the dev half's failures."""

import argparse

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import answering
from tests.questions import measuring, sets

HEAD = (
    f"{'':4} {'right':>12} {'with more':>10} {'wrong':>10} {'kept back':>12} "
    f"{'worries':>9} {'false alarms':>13} {'commands':>9}"
)


def main() -> None:
    """Measure one half, language by language."""
    options = argparse.ArgumentParser()
    options.add_argument("--half", choices=("dev", "blind"), default="dev")
    options.add_argument("--show", action="store_true", help="list what failed; of the dev half alone")
    chosen = options.parse_args()
    catalog = catalogs.Catalog.load()
    print(HEAD)  # noqa: T201 - a report is printed
    for language in [code for code in sets.languages(chosen.half) if code in catalog.languages]:
        questions = sets.load(chosen.half, language)
        print(line(language, measuring.of(catalog, language, questions)))  # noqa: T201 - a report is printed
        if chosen.show and chosen.half == "dev":
            show(catalog, language, questions)


def line(language: str, figures: measuring.Figures) -> str:
    """Return the figures of a language as one line."""
    right = f"{figures.right}/{figures.covered} {share(figures.right, figures.covered)}"
    wrong = f"{figures.wrong} {share(figures.wrong, figures.covered)}"
    kept = f"{figures.kept}/{figures.uncovered} {share(figures.kept, figures.uncovered)}"
    heard, alarms = f"{figures.heard}/{figures.worries}", f"{figures.alarms}/{figures.calm}"
    obeyed = f"{figures.obeyed}/{figures.commands}"
    return f"{language:4} {right:>12} {figures.extra:>10} {wrong:>10} {kept:>12} {heard:>9} {alarms:>13} {obeyed:>9}"


def share(part: int, whole: int) -> str:
    """Return a share in percent."""
    return f"{100 * part / whole:.0f}%" if whole else "-"


def show(catalog: catalogs.Catalog, language: str, questions: list[sets.Question]) -> None:
    """List what failed, with what was wanted and what was given."""
    for question in questions:
        figures = measuring.one(catalog, language, question)
        good = figures.right or (figures.kept and not figures.alarms) or figures.heard or figures.obeyed
        if not good or figures.alarms:
            given = answering.read(catalog, question.text, language=language)
            wanted = ["|".join(sorted(want)) for want in question.wants]
            print(f"  {question.text}\n    wanted {question.kind} {wanted}, got {given.kind} {list(given.topics)}")  # noqa: T201 - a report is printed


if __name__ == "__main__":
    main()
