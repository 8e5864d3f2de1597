"""Which column of a list holds what: found by its heading, English or Spanish, with slips forgiven."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rapidfuzz import fuzz

from reminderbot.catalog import asking

LIKE: Final = 86
"""rapidfuzz's ratio from which a heading may be a slip for a known one: "Apointment date", not "Date of birth"."""
SHORTEST: Final = 4
"""Letters of a heading in which a slip is forgiven."""


class Column(StrEnum):
    """What a column may hold."""

    NAME = "name"
    SURNAME = "surname"  # put behind the name
    DAY = "day"
    TIME = "time"
    APPOINTMENT = "appointment"  # what the booking system calls the appointment
    NUMBER = "number"  # what the clinic calls the patient
    PLAN = "plan"
    LANGUAGE = "language"


REQUIRED: Final = (Column.NAME, Column.DAY)

HEADINGS: Final[Mapping[Column, tuple[str, ...]]] = MappingProxyType(
    {
        Column.NAME: (
            *("name", "patient", "patient name", "full name", "client", "client name", "customer", "customer name"),
            *("first name", "given name", "forename", "initials", "patient full name", "first names"),
            *("nombre", "paciente", "nombre del paciente", "nombre paciente", "nombre completo", "nombre y apellidos"),
            *("apellidos y nombre", "cliente", "nombre del cliente", "nombre de pila", "iniciales"),
        ),
        Column.SURNAME: (
            *("last name", "surname", "family name", "last names", "patient last name", "client last name"),
            *("apellido", "apellidos", "primer apellido", "apellidos del paciente"),
        ),
        Column.DAY: (
            *("date", "day", "session date", "appointment date", "treatment date", "visit date", "booking date"),
            *("date of appointment", "date of session", "date of visit", "appt date", "start date", "date time"),
            *("date and time", "appointment date and time", "appointment", "scheduled date", "scheduled for", "start"),
            *("starts at", "appointment start", "fecha", "dia", "fecha de la cita", "fecha cita", "fecha de cita"),
            *("fecha sesion", "fecha de la sesion", "fecha del tratamiento", "fecha y hora", "fecha de inicio"),
            *("fecha hora", "inicio", "cita", "dia de la cita"),
        ),
        Column.TIME: (
            *("time", "hour", "start time", "appointment time", "session time", "appt time", "time of appointment"),
            *("hora", "hora de la cita", "hora cita", "hora de inicio", "hora inicio", "hora de la sesion"),
        ),
        Column.APPOINTMENT: (
            *("appointment id", "appointment number", "appointment no", "appt id", "booking id", "booking number"),
            *("booking reference", "booking ref", "booking no", "reference", "event id", "visit id", "session id"),
            *(
                "id",
                "id cita",
                "id de la cita",
                "id de cita",
                "numero de cita",
                "n cita",
                "codigo de cita",
                "referencia",
            ),
            *("reserva", "id reserva", "id de la reserva", "numero de reserva", "localizador"),
        ),
        Column.NUMBER: (
            *("patient id", "patient number", "patient no", "patient code", "client id", "client number", "client no"),
            *("customer id", "customer number", "chart number", "chart no", "mrn", "medical record number", "file no"),
            *("record number", "id paciente", "id del paciente", "numero de paciente", "n paciente", "nº paciente"),
            *("historia", "numero de historia", "n historia", "nhc", "historia clinica", "codigo de paciente"),
            *("id cliente", "numero de cliente", "codigo de cliente", "expediente", "numero de expediente"),
        ),
        Column.PLAN: (
            *("plan", "aftercare plan", "treatment", "service", "procedure", "treatment type", "treatment plan"),
            *("tratamiento", "servicio", "procedimiento", "tipo de tratamiento", "plan de cuidados"),
        ),
        Column.LANGUAGE: ("language", "lang", "preferred language", "idioma", "lengua", "idioma preferido"),
    }
)
"""The headings that are known, each written without capitals and accents."""


def matched(headings: Sequence[str]) -> dict[Column, int]:
    """Return for each column that is found where it stands; the surest first, each heading once."""
    folded = [asking.fold(heading) for heading in headings]
    scores = [(_score(heading, column), column, at) for at, heading in enumerate(folded) for column in Column]
    found: dict[Column, int] = {}
    for score, column, at in sorted(scores, key=lambda each: (-each[0], each[2])):
        if score >= LIKE and column not in found and at not in found.values():
            found[column] = at
    return found


def _score(heading: str, column: Column) -> float:
    known = HEADINGS[column]
    if heading in known:
        return 101 - known.index(heading) / 1000
    if len(heading) < SHORTEST:
        return 0
    return max(float(fuzz.ratio(heading, each, score_cutoff=LIKE)) for each in known if len(each) >= SHORTEST)
