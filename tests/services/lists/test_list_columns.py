"""Columns are found by their headings, in English and Spanish, with slips; what is not sure is left to staff."""

import pytest

from reminderbot.services.lists import columns
from reminderbot.services.lists.columns import Column


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("Appointment ID", "Patient name", "Date", "Time"), "appointment name day time"),
        (("ID cita", "Paciente", "Fecha", "Hora"), "appointment name day time"),
        (("First name", "Last name", "Appointment date", "Start time"), "name surname day time"),
        (("Nombre", "Apellidos", "Fecha de la cita", "Nº paciente", "Idioma"), "name surname day number language"),
        (("PATIENT", "apointment date", "Chart Number", "Service"), "name day number plan"),
        (("Date of birth", "E-mail", "Phone", "Notes"), ""),
        (("Fecha de nacimiento", "Teléfono", "Correo"), ""),
        (("Name", "Name", "Date", "Date"), "name day"),
        (("", "  ", "…"), ""),
    ],
    ids=str,
)
def test_headings_are_matched(headings: tuple[str, ...], found: str) -> None:
    assert set(columns.matched(headings)) == {Column(name) for name in found.split()}


def test_of_two_headings_that_fit_the_surer_is_taken() -> None:
    assert columns.matched(("Naem", "Name", "Date"))[Column.NAME] == 1


def test_no_two_columns_are_known_by_one_heading() -> None:
    known = [heading for headings in columns.HEADINGS.values() for heading in headings if heading == heading.strip()]

    assert len(known) == len(set(known))
