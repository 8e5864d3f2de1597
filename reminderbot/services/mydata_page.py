"""All that is stored about a person as a page to read, in the language that `voice` speaks."""

import html
from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

from reminderbot.catalog import places
from reminderbot.planning import hours
from reminderbot.services import mydata, own_titles, privacy, rows
from reminderbot.services.voices import Voice

_PARTS: Final = (
    ("answers", "check_ins", "answered_at"),
    ("worries", "worries", "raised_at"),
    ("letters", "letters", "at"),
    ("questions", "questions", "at"),
)
"""What people have said: the words above it, its table, and the column of its time."""

_BUTTONS: Final = {"ok": "as_expected", "worried": "worried", "yes": "reads_yes", "no": "reads_no"}
"""The button of each answer to a check-in."""

_CLOCKS: Final = ("morning", "quiet_from", "quiet_to")
"""The columns of a patient's hours."""

_PAGE: Final = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }}
blockquote {{ margin: .5rem 0 1rem; padding-inline-start: 1rem; border-inline-start: 3px solid #999 }}</style></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def whole(voice: Voice, copy: mydata.Copy, titles: own_titles.Titles) -> str:
    """Return what is stored as a file of its own; `titles` are those of a clinic's own steps."""
    return _PAGE.format(
        language=voice.language,
        direction=voice.catalog.language(voice.language).direction,
        title=html.escape(voice.catalog.say_plain(voice.language, "mydata.title")),
        body=body(voice, copy, titles),
    )


def body(voice: Voice, copy: mydata.Copy, titles: own_titles.Titles) -> str:
    """Return what is stored as HTML below a heading; all that somebody typed is escaped."""
    parts = [f"<p>{_lines(patient(voice, each))}</p>" for each in copy.patients]
    parts += [
        *_habits(voice, copy),
        *_sessions(voice, copy, titles),
        *_written(voice, copy),
        f"<p>{voice.text('mydata.rest')}</p>",
    ]
    return "\n".join(parts)


def patient(voice: Voice, of: privacy.StoredPatient) -> str:
    """Return in a few words what is stored about one patient."""
    return voice.text(
        "privacy.patient",
        patient_name=of.name,
        clinic_name=", ".join(of.clinic_names),
        clinic_phone=of.treated_by,
        city=places.city(of.zone, voice.language),
        clock=voice.catalog.clock(voice.language, of.morning),
        sessions=of.treatments,
        count=of.reminders_sent,
        answers=of.answers,
        worries=of.worries,
    )


def _habits(voice: Voice, copy: mydata.Copy) -> Iterator[str]:
    """Tell what each patient prefers, and the stop or the pause that holds their messages back."""
    for row in copy.rows["patients"]:
        clocks = [voice.catalog.clock(voice.language, time.fromisoformat(str(row[key]))) for key in _CLOCKS]
        zone, language = str(row["zone"]), voice.catalog.match_language(str(row["language"] or voice.language))
        told = voice.text(
            "settings.now",
            clock=clocks[0],
            quiet="" if clocks[1] == clocks[2] else f"{clocks[1]}–{clocks[2]}",
            city=places.city(zone, voice.language),
            language_name=voice.catalog.language(language).name,
            clinic_phone=str(row["treated_by"] or ""),
            wants_reads=bool(row["wants_reads"]),
        )
        yield f"<p>{_lines(told)}</p>"
        until = datetime.fromisoformat(str(row["paused_until"])) if row["paused_until"] else copy.made_at
        if row["stopped_at"]:
            yield f"<p>{voice.text('stop.line')}</p>"
        elif until > copy.made_at:
            day = voice.day(hours.to_local(until, zone).date(), zone=zone)
            yield f"<p>{voice.text('pause.line', date=day)}</p>"


def _sessions(voice: Voice, copy: mydata.Copy, titles: own_titles.Titles) -> Iterator[str]:
    """Tell each session, and of each message when it came or why not, and what it said."""
    bodies = {row["id"]: str(row["body"] or "") for row in copy.rows["reminders"]}
    for each in copy.sessions:
        yield f"<h2>{html.escape(rows.session(voice, each.treatment))}</h2>"
        for row in each.rows:
            yield f"<p>{rows.waiting(voice, row, each.treatment, titles, copy.held)}</p>"
            if bodies.get(row.id):
                yield f"<blockquote>{_lines(bodies[row.id])}</blockquote>"


def _written(voice: Voice, copy: mydata.Copy) -> Iterator[str]:
    """Yield what was answered and written, part by part, each with its time; a part without anything is left out."""
    for part, table, at in _PARTS:
        if copy.rows[table]:
            yield f"<h2>{html.escape(voice.catalog.say_plain(voice.language, f'mydata.{part}'))}</h2>"
        for row in copy.rows[table]:
            words = _answer(voice, str(row["answer"])) if table == "check_ins" else str(row["words"] or "")
            is_theirs = row.get("direction") == "out"
            head = [copy.clinic_names.get(str(row["clinic_id"]), "")] if is_theirs else []
            head.append(_moment(voice, str(row[at]), copy.zone))
            yield f"<p>{html.escape(' · '.join(filter(None, head)))}<br>{_lines(html.escape(words))}</p>"


def _answer(voice: Voice, answer: str) -> str:
    return voice.catalog.say_plain(voice.language, f"button.{_BUTTONS[answer]}")


def _moment(voice: Voice, at: str, zone: str) -> str:
    local = hours.to_local(datetime.fromisoformat(at), zone).replace(tzinfo=None)
    return voice.moment(local, zone=zone)


def _lines(text: str) -> str:
    return text.strip().replace("\n", "<br>\n")
