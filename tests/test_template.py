"""Templates: what is filled in reads back without any assumption, and what is left as it is is no data."""

import io
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from benchmarks import sheet
from outside import need
from simlib.cli import main
from simlib.columns import TABLES, Type
from simlib.intake.template import example, options_of, template
from simlib.tables import account_of, folder, read_folder
from simlib.tables.found import Found
from simlib.tables.recognise import A_GUIDE, GUIDE, NOT_FILLED
from simlib.tables.row_kinds import EXAMPLE
from simlib.tables.typed import typed

SMALL = [table for table in TABLES.values() if not table.large]
ROWS = 3


def value(column, row):
    """What a clerk types into a cell, and what it means."""
    if column.mention:  # free texts, of which nothing is kept but one meaning
        return "家属代办", None
    if labels := options_of(column):
        label = labels[row % len(labels)]
        meaning = label == "是" if column.type is Type.BOOLEAN else list(column.options)[row % len(labels)]
        return label, meaning
    match column.type:
        case Type.TEXT:
            return (text := f"00{row}甲"), text
        case Type.DATE:
            return (day := date(2025, 3, row + 1)), day
        case Type.MONTH:
            return (month := f"2025-{row + 1:02}"), month
        case Type.MONEY:
            return (amount := 1234.5 + row), amount
        case Type.INTEGER:
            return (count := int(column.low or 0) + row + 1), count
        case _:
            number = 0.25 * (row + 1)
            return number, number


def filled(path: Path, table, examples=True) -> dict[str, list]:
    """A template with rows typed into it, below the examples or in their place; by column what they mean."""
    book = openpyxl.load_workbook(io.BytesIO(template(table)))
    page = book[table.label.zh]
    columns = {table.columns[place].name: place + 1 for place in range(len(table.columns))}
    if not examples:
        page.delete_rows(2, 2)
    meant = {name: [] for name in columns}
    for row in range(ROWS):
        for column in table.columns:
            typed_in, meaning = value(column, row)
            page.cell(sheet_row := row + (4 if examples else 2), columns[column.name], typed_in)
            meant[column.name].append(meaning)
    assert sheet_row == ROWS + (3 if examples else 1)
    book.save(path)
    return meant


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("examples", [True, False], ids=["examples kept", "examples deleted"])
def test_a_template_that_is_filled_in_reads_back_and_nothing_is_assumed(tmp_path, name, examples):
    path, table = tmp_path / f"{name}.xlsx", TABLES[name]
    meant = filled(path, table, examples)
    sheets = {one.file.rpartition(" · ")[2]: one for one in folder._found(path, folder.file_digest(path), (), None)}
    assert sheets[GUIDE].why == A_GUIDE
    found = sheets[table.label.zh]
    assert isinstance(found, Found)
    assert found.table is table
    frame = typed(found)
    account = account_of(frame)
    assert [one.line() for one in account.assumptions] == []
    assert (account.totals, account.extras, account.left_out, account.offered) == ((), (), (), ())
    assert frame.to_dict("list") == meant


def test_a_folder_of_templates_of_which_one_is_filled_in_holds_that_one_table(tmp_path):
    assert main(["template", "--out", str(tmp_path / "t")]) == 0
    meant = filled(tmp_path / "t" / "institutions.xlsx", TABLES["institutions"])
    given = read_folder(tmp_path / "t")
    assert list(given) == ["institutions"]
    assert given["institutions"]["settled"].tolist() == meant["settled"]
    assert {one.why for one in given.unread} == {A_GUIDE, NOT_FILLED}
    assert len(given.unread) == 2 * len(TABLES) - 1


def test_templates_never_replace_what_stands_there(tmp_path, capsys):
    out = tmp_path / "t"
    assert main(["template", "--out", str(out)]) == 0
    filled(out / "institutions.xlsx", TABLES["institutions"])
    before = (out / "institutions.xlsx").read_bytes()
    assert main(["template", "--out", str(out)]) == 2
    assert (out / "institutions.xlsx").read_bytes() == before


def test_the_file_may_have_any_name(tmp_path):
    filled(tmp_path / "交回（云岚区）.xlsx", TABLES["communities"])
    assert account_of(read_folder(tmp_path)["communities"]).assumptions == ()


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_template_has_what_a_clerk_needs(table):
    book = openpyxl.load_workbook(io.BytesIO(template(table)))
    assert book.sheetnames == [table.label.zh, GUIDE]
    page, guide = book.worksheets
    assert page.freeze_panes == "B2"
    assert [one.value for one in page[1]] == [column.heading.zh for column in table.columns]
    lists = {str(one.sqref).split(":")[0][:-1]: one for one in page.data_validations.dataValidation}
    for place, column in enumerate(table.columns, start=1):
        head = page.cell(1, place)
        assert column.label.en in head.comment.text
        assert ("必填" in head.comment.text) is column.required
        letter = head.column_letter
        assert 10 <= page.column_dimensions[letter].width <= 31
        if labels := options_of(column):
            source = lists[letter].formula1
            assert lists[letter].type == "list"
            if source.startswith('"'):
                assert source.strip('"').split(",") == labels
            else:
                assert [one.value for (one,) in guide[source.partition("!")[2].replace("$", "")]] == labels
        elif column.low is not None:
            assert (float(lists[letter].formula1), float(lists[letter].formula2)) == (column.low, column.high)
    for row in (2, 3):
        key = page.cell(row, 1 + list(table.by_name).index(table.key)).value
        assert key.startswith(EXAMPLE)
        required = [place for place, column in enumerate(table.columns, start=1) if column.required]
        assert all(page.cell(row, place).value is not None for place in required)
    explained = {guide.cell(row, 1).value for row in range(1, guide.max_row + 1)}
    assert {column.heading.zh for column in table.columns} <= explained
    assert not any(one.hidden for part in book for one in part.row_dimensions.values())


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_examples_keep_to_their_columns(table):
    for row in (1, 2):
        for column in table.columns:
            shown = example(table, column, row)
            if column.name != table.key and options_of(column):
                assert shown in options_of(column)
            elif isinstance(shown, float):
                assert column.within(shown)


def test_libreoffice_opens_a_template_and_keeps_its_drop_downs(tmp_path):
    need("LibreOffice", sheet.SOFFICE)
    path, out, profile = tmp_path / "incidents.xlsx", tmp_path / "out", tmp_path / "profile"
    path.write_bytes(template(TABLES["incidents"]))
    command = [sheet.SOFFICE, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", out, path], check=True, capture_output=True, timeout=120)
    sheets = openpyxl.load_workbook(out / path.name)
    again = sheets[TABLES["incidents"].label.zh]
    assert [one.value for one in again[1]] == [column.heading.zh for column in TABLES["incidents"].columns]
    assert {one.type for one in again.data_validations.dataValidation} >= {"list", "date"}
    assert sheets.sheetnames[1] == GUIDE


def test_a_template_holds_no_macro_and_no_link():
    with zipfile.ZipFile(io.BytesIO(template(TABLES["facts"]))) as parts:
        names = parts.namelist()
        texts = b"".join(parts.read(name) for name in names)
    assert not any("vba" in name.lower() or "externalLink" in name for name in names)
    assert b'TargetMode="External"' not in texts
