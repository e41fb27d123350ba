"""A paper or its key as a Word document of A4: the same bytes whenever it is made."""

from __future__ import annotations

import io
import zipfile

import docx
import pandas as pd
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from simlib.course.exercise import Exercise
from simlib.course.paper.exam import Exam, answer, lettered, mistakes
from simlib.course.paper.texts import WORDS, made
from simlib.words import Text

FONT, FONT_ZH = "Times New Roman", "宋体"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file knows


def document(exam: Exam, language: str, title: Text, *, key: bool) -> bytes:
    """The lessons with their tables and questions; with ``key`` their answers, steps and common mistakes."""
    page, words = _blank(title.to(language)), {name: text.to(language) for name, text in WORDS.items()}
    if not key:
        blank = "_" * 16
        page.add_paragraph("    ".join(f"{words[name]}{blank}" for name in ("name", "date", "marks")))
    page.add_paragraph(words["note"])
    for part in exam.parts:
        page.add_heading(part.title.to(language), 1)
        for table in part.tables(language):
            _table(page, table)
        for number, one in enumerate(part.exercises, 1):
            _question(page, one, number, language)
            if key:
                _answer(page, one, language, words)
            else:
                _room(page, one, language, words)
    footer = page.sections[0].footer.paragraphs[0]
    footer.text, footer.alignment = made(exam).to(language), WD_ALIGN_PARAGRAPH.CENTER
    return _same_bytes(page)


def _blank(title: str) -> Document:
    page = docx.Document()
    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1"):
        style = page.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT_ZH)
    page.styles["Normal"].font.size = Pt(10.5)
    page.core_properties.title, page.core_properties.author = title, "simlib"
    page.add_heading(title, 0)
    return page


def _question(page: Document, one: Exercise, number: int, language: str) -> None:
    asked = page.add_paragraph()
    asked.paragraph_format.keep_with_next = True
    asked.add_run(f"{number}. ").bold = True
    asked.add_run(one.question.to(language))
    for letter, option in lettered(one):
        _indented(page, f"{letter}. {option.to(language)}")


def _indented(page: Document, text: str) -> None:
    """A line of a question, on the page of the next one."""
    line = page.add_paragraph(text).paragraph_format
    line.left_indent, line.keep_with_next = Mm(8), True


def _room(page: Document, one: Exercise, language: str, words: dict[str, str]) -> None:
    """Where the answer is written."""
    lines = one.start.to(language).splitlines() if one.start else []
    for line in lines:
        _indented(page, line)
    page.add_paragraph(words["answer"] + "_" * (12 if one.options else 40))
    if not one.options:
        page.add_paragraph()


def _answer(page: Document, one: Exercise, language: str, words: dict[str, str]) -> None:
    page.add_paragraph().add_run(words["right"] + answer(one).to(language)).bold = True
    for step in one.solution():
        page.add_paragraph(step.to(language), style="List Bullet")
    known = mistakes(one)
    if known:
        page.add_paragraph(words["mistakes"])
        rows = [(wrong.to(language), text.to(language)) for wrong, text in known]
        _grid(page, [list(row) for row in rows])


def _table(page: Document, table: pd.DataFrame) -> None:
    head = [[_heading(table.columns.name or ""), *map(_heading, table.columns)]]
    _grid(page, head + [[str(name), *map(str, row)] for name, row in zip(table.index, table.to_numpy(), strict=True)])


def _heading(column: object) -> str:
    return " ".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _grid(page: Document, rows: list[list[str]]) -> None:
    grid = page.add_table(len(rows), len(rows[0]), style="Table Grid")
    for number, (cells, row) in enumerate(zip(grid.rows, rows, strict=True), 1):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.paragraphs[0].paragraph_format.keep_with_next = number < len(rows)  # a table stays on one page
            cell.paragraphs[0].add_run(text).font.size = Pt(9)
    page.add_paragraph()


def _same_bytes(page: Document) -> bytes:
    """The document without the hour at which its parts were packed."""
    raw, packed = io.BytesIO(), io.BytesIO()
    page.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
