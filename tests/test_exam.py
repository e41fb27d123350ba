"""Test papers, keys, handouts and slides: made of the lessons' exercises, the same whenever they are made."""

import html
import io
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import docx
import pytest

from oracles.by_hand import CHAPTERS, WORKED
from simlib import cli
from simlib.course import lessons, paper
from simlib.course.exercise import shown
from simlib.course.paper.exam import answer
from simlib.course.reading import Kind
from simlib.words import LANGUAGES

ALL = [str(number) for number in lessons.LESSONS]
FILES = {"paper.html", "paper.docx", "key.html", "key.docx", "handout.html", "slides.html", "exam.json"}
WITHOUT_ANSWERS = ("paper.html", "handout.html", "slides.html")


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """All lessons of one seed, in both languages."""
    place = tmp_path_factory.mktemp("exam")
    for language in LANGUAGES:
        paper.write(paper.exam(ALL, "张三"), place / language, language)
    return place


def text_of(path) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", path.read_text("utf-8"), flags=re.DOTALL))


def words_of(path) -> str:
    document = docx.Document(io.BytesIO(path.read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def exercises():
    return [one for part in paper.exam(ALL, "张三").parts for one in part.exercises]


def test_every_answer_of_a_key_is_the_one_worked_by_hand():
    for one in exercises():
        by_hand = WORKED[one.id](**one.numbers)
        if isinstance(by_hand, str):
            assert one.answer() == by_hand
        else:
            assert abs(Fraction(one.answer()) - by_hand) < Fraction(1, 10**10), one.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_has_every_answer_and_step_and_a_paper_every_question_and_no_answer(papers, language):
    folder = papers / language
    assert {one.name for one in folder.iterdir()} == FILES
    key, word = text_of(folder / "key.html"), words_of(folder / "key.docx")
    for one in exercises():
        for said in (answer(one), *one.solution()):
            assert said.to(language) in key, one.id
            assert said.to(language) in word, one.id
        asked = one.question.to(language)
        assert all(asked in text_of(folder / name) for name in (*WITHOUT_ANSWERS, "key.html")), one.id
        assert asked in words_of(folder / "paper.docx")
        for name in WITHOUT_ANSWERS:
            said = text_of(folder / name)
            assert not any(step.to(language) in said for step in one.solution()), (one.id, name)
            if one.kind in (Kind.RATIO, Kind.MONEY) and len(str(one.answer())) > 6 and Decimal(str(one.answer())) % 10:
                assert shown(one).to(language).split("（")[0].split(" (")[0] not in said, (one.id, name)


def test_the_same_seed_gives_the_same_files_and_another_other_numbers(papers, tmp_path):
    paper.write(paper.exam(ALL[:2], " 张三　"), tmp_path / "a", "zh")
    paper.write(paper.exam(ALL[:2], "张三"), tmp_path / "b", "zh")
    paper.write(paper.exam(ALL[:2], "李四"), tmp_path / "c", "zh")
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a/paper.html").read_bytes() != (tmp_path / "c/paper.html").read_bytes()
    told = json.loads((tmp_path / "c/exam.json").read_text("utf-8"))
    assert (told["seed"], told["lessons"]) == ("李四", [1, 2])
    assert told["exercises"]["deposit.index"] == {
        name: str(value) for name, value in CHAPTERS["01_deposit"].EXERCISES.one(1, "李四").numbers.items()
    }


@pytest.mark.parametrize("name", ["paper.html", "key.html", "handout.html", "slides.html"])
def test_pages_ask_no_network_and_run_nothing(papers, name):
    page = (papers / "zh" / name).read_text("utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|\bsrc=|https?://|@import|url\(", page)
    assert "@page" in page


def test_word_files_are_a4(papers):
    (section,) = docx.Document(papers / "zh/paper.docx").sections
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]


def test_a_question_and_a_table_of_a_word_file_are_not_torn_apart(papers):
    document = docx.Document(io.BytesIO((papers / "zh" / "paper.docx").read_bytes()))
    told = [one for one in document.paragraphs if one.text]
    options = [number for number, one in enumerate(told) if re.match(r"[A-F]\. ", one.text)]
    assert len(options) > 10
    assert all(told[number].paragraph_format.keep_with_next for number in options)
    for table in document.tables:
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert kept == [True] * (len(kept) - 1) + [False]


def test_a_seed_stands_on_its_papers_as_it_was_typed(tmp_path):
    typed, other = (paper.exam(["1"], seed) for seed in (" 2026 春季A卷 ", "2026春季a卷"))
    assert typed.seed == "2026 春季A卷"
    assert [one.numbers for one in typed.parts[0].exercises] == [one.numbers for one in other.parts[0].exercises]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slide_is_one_page(papers, language, chromium):
    page = chromium.new_page()
    page.goto((papers / language / "slides.html").as_uri())
    tall = page.evaluate(
        "[...document.querySelectorAll('article')]"
        ".filter(one => one.offsetHeight > 632 || one.scrollWidth > one.offsetWidth)"
        ".map(one => one.innerText.slice(0, 80))"
    )
    count = page.locator("article").count()
    page.close()
    assert tall == []
    assert count > 40


def test_lessons_that_are_none_are_told_in_a_line_each_and_nothing_is_written(tmp_path, capsys):
    assert cli.main(["exam", "--lesson", "1", "99", "x", "--out", str(tmp_path / "out")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [re.search("“(.+?)”", line)[1] for line in lines] == ["99", "x"]
    assert all("没有这一课" in line for line in lines)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone_and_an_earlier_exam_is_replaced(tmp_path, capsys):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.txt").write_text("mine")
    assert cli.main(["exam", "--lesson", "1", "--out", str(tmp_path / "other")]) == 2
    assert [one.name for one in (tmp_path / "other").iterdir()] == ["mine.txt"]
    for seed in ("a", "b"):
        assert cli.main(["exam", "--lesson", "1", "1", "--seed", seed, "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out/exam.json").read_text("utf-8"))["lessons"] == [1]
    assert "试卷文件夹" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["trainer.md", "trainer.zh-CN.md"])
def test_the_trainers_plan_has_every_lesson_with_its_exercises_and_minutes(name):
    text = (Path(__file__).resolve().parent.parent / "docs" / name).read_text("utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \| .+ \| (\d+) \| (\d+) \|$", text)
    assert rows == [
        (str(number), str(len(lessons.module_of(number).EXERCISES)), str(one.minutes))
        for number, one in lessons.LESSONS.items()
    ]
    for option in ("--trainer-key", "SIMLIB_TRAINER_KEY", "simlib answers", "simlib exam", *(FILES - {"exam.json"})):
        assert option in text
