"""A file's bytes become headings and numbered lines, or a sentence; nothing in a file is believed."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from reminderbot import errors
from reminderbot.services.lists import grids, reading
from tests.services.lists import making

ROWS = (("Patient", "Date"), ("Ana García", "24/11/2026"), ("Luis", "25/11/2026"))


def refusal(content: bytes) -> str:
    with pytest.raises(errors.Invalid) as refused:
        reading.read(content)
    return refused.value.key.removeprefix("console.lists.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_text_is_read_in_every_encoding_with_every_delimiter(encoding: str, delimiter: str) -> None:
    table = reading.read(making.commas(*ROWS, delimiter=delimiter, encoding=encoding))

    assert table.headings == ("Patient", "Date")
    assert table.rows == ((2, ("Ana García", "24/11/2026")), (3, ("Luis", "25/11/2026")))


def test_windows_letters_are_said_so() -> None:
    assert reading.read(making.commas(*ROWS, encoding="cp1252")).notes == ("windows",)
    assert reading.read(making.commas(*ROWS)).notes == ()


def test_a_comma_in_quotes_and_a_line_break_in_a_cell_part_nothing() -> None:
    table = reading.read(
        b'Patient,Date\r\n"Garc\xc3\xada, Ana","24/11/2026"\r\n"Luis\nP\xc3\xa9rez",25/11/2026\r\nEva,26/11/2026'
    )

    assert [(number, cells[0]) for number, cells in table.rows] == [(2, "García, Ana"), (3, "Luis\nPérez"), (5, "Eva")]


def test_what_stands_above_the_headings_is_passed_by() -> None:
    table = reading.read(b"Citas de Bea Skin\n\nPaciente;Fecha;Hora\nAna;24/11/2026;15:30\n")

    assert (table.headings, table.rows[0][0]) == (("Paciente", "Fecha", "Hora"), 4)


def test_the_delimiter_that_excel_names_is_taken() -> None:
    assert reading.read(b"sep=;\nPatient;Date\nAna, G.;24/11/2026\n").rows == ((3, ("Ana, G.", "24/11/2026")),)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "no-rows"),
        (b"Patient,Date\n", "no-rows"),
        (b"Patient,Date\nAna\x00,24/11/2026\n", "encoding"),
        (b"\xff\xfe\x00", "encoding"),
        (b"\x81\x8d,\x8f\n", "encoding"),
        (b'Patient,Date\n"Ana"x,24/11/2026\n', "quote"),
        (b'Patient,Date\nAna,"24/11/2026\n', "quote"),
        (b"Patient,Date\n" + b"x" * 200_000 + b",1\n", "long-cell"),
        (b"," * 5_000_000, "too-many-columns"),
        (b"\n".join(b",".join(b"%d" % n for n in range(90)) for _ in range(3)), "too-many-columns"),
        (b"\r\n".join([b"Patient,Date", *[b"Ana,24/11/2026"] * 5001]), "too-many-rows"),
        (b"Patient,Date\n" * 400_000, "too-many-rows"),
        (b"x" * (reading.MOST_BYTES + 1), "too-large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-excel"),
        (b"%PDF-1.7 \n", "not-a-list"),
        (b"<!doctype html><table>", "not-a-list"),
        (b"PK\x03\x04", "broken"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_list_is_refused(content: bytes, why: str) -> None:
    assert refusal(content) == why


def test_5000_lines_are_read() -> None:
    assert len(reading.read(making.commas(ROWS[0], *[ROWS[1]] * 5000)).rows) == 5000


def test_a_line_with_more_cells_than_headings_keeps_the_one_that_tells() -> None:
    assert reading.read(b"Patient,Date\nGarcia, Ana,24/11/2026,x\n").rows[0][1] == ("Garcia", " Ana", "24/11/2026")


def test_a_very_long_cell_is_cut_and_marked() -> None:
    [(_, cells)] = reading.read(making.commas(ROWS[0], ("A" * 5000, "24/11/2026"))).rows

    assert cells[0] == "A" * reading.LONGEST_CELL + grids.CUT


def test_a_workbooks_values_become_plain_texts() -> None:
    rows = (
        ("Patient", "Date", "Time", "No", "Paid"),
        ("Ana", datetime(2026, 11, 24, 15, 30), time(15, 30), 1001.0, True),  # noqa: DTZ001 - Excel knows no zones
        ("Luis", date(2026, 11, 25), 0.5, 7, None),
    )

    table = reading.read(making.workbook(*rows))

    assert [cells for _, cells in table.rows] == [
        ("Ana", "2026-11-24 15:30", "15:30", "1001", "TRUE"),
        ("Luis", "2026-11-25", "0.5", "7"),
    ]


def test_a_formula_is_never_evaluated() -> None:
    table = reading.read(making.workbook(ROWS[0], ('=HYPERLINK("https://evil.example")', "=TODAY()"), ("#REF!", "x")))

    assert table.rows[0][1] == (grids.FORMULA, grids.FORMULA)
    assert reading.read(b"Patient,Date\n=1+1,24/11/2026\n").rows[0][1][0] == grids.FORMULA


def test_of_several_sheets_the_first_that_is_shown_is_read_and_said_so() -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Hidden", "hidden"  # type: ignore[union-attr]
    sheet = book.create_sheet("Citas")
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[3].hidden = True

    table = reading.read(making.saved(book))

    assert (table.sheet, table.notes) == ("Citas", ("first-sheet", "merged", "hidden-rows"))


def test_a_workbook_with_only_hidden_sheets_is_refused() -> None:
    content = making.workbook(*ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')

    assert refusal(changed(content, {"xl/workbook.xml": book})) == "no-sheet"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(making.workbook(*ROWS), {"xl/worksheets/sheet1.xml": b"<row/>" * 20_000_000})

    assert len(bomb) < reading.MOST_BYTES
    assert refusal(bomb) == "unpacked"


def test_a_sheet_of_a_million_tags_is_refused() -> None:
    assert refusal(changed(making.workbook(*ROWS), {"xl/worksheets/sheet1.xml": b"<c/>" * 1_200_000})) == "unpacked"


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'.encode(
            "utf-16"
        ),
        b'<?xml version="1.0" encoding="cp037"?>',
    ],
    ids=["entities", "utf-16", "another-encoding"],
)
def test_entities_and_other_encodings_are_refused(head: bytes) -> None:
    assert refusal(changed(making.workbook(*ROWS), {"xl/styles.xml": head + b"<x/>"})) == "broken"


def test_a_part_under_a_strange_name_is_looked_over_too() -> None:
    types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    evil = changed(making.workbook(*ROWS), {"[Content_Types].xml": types}, {"xl/strings.bin": b"<!DOCTYPE x []><x/>"})

    assert refusal(evil) == "broken"


def test_a_truncated_workbook_is_refused() -> None:
    content = making.workbook(*ROWS)

    for length in range(4, len(content), 97):
        assert refusal(content[:length]) in ("broken", "no-rows")


def test_a_wrong_dimension_cuts_no_line_off() -> None:
    content = making.workbook(*ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B3"', b'ref="A1:A1"')

    assert len(reading.read(changed(content, {"xl/worksheets/sheet1.xml": sheet})).rows) == 2


def changed(content: bytes, parts: dict[str, bytes], added: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook with other parts in it, and some added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return written.getvalue()
