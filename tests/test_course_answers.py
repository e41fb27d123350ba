"""Answers that are handed in: the file, what the trainer's check says of it, and the table."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from simlib import cli
from simlib.course import answers, deposit
from simlib.course.widget import Chapter
from simlib.problems import BadInput

MOMENT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
KEPT = {
    "deposit.index": {"answer": "0.5", "right": "0.9333", "tries": 3},
    "deposit.payment": {"answer": "1", "right": "", "tries": 2},
    "deposit.edge": {"answer": "within", "right": "within", "tries": 1},
    "deposit.bonus": {"draft": "typed, not checked"},
}


@pytest.fixture
def hand_in(tmp_path):
    """Write the file of a trainee of that name; ``changes`` are made by hand afterwards."""

    def hand_in(name="", kept=KEPT, **changes) -> Path:
        chapter = Chapter(deposit.EXERCISES, 1)
        chapter.enrol(name)
        file, data = answers.file_of(chapter, kept, MOMENT)
        path = tmp_path / file
        path.write_bytes(data)
        if changes:
            path.write_text(json.dumps({**json.loads(data), **changes}, ensure_ascii=False), "utf-8")
        return path

    return hand_in


def test_a_file_tells_what_is_right_wrong_and_not_tried(hand_in):
    sheet = answers.read(hand_in())
    assert (sheet.trainee, sheet.lesson, sheet.made, sheet.remarks) == ("", 1, "2026-03-05T09:30:00+00:00", [])
    found = answers.table([sheet])
    assert found["结果"].tolist() == ["对", "错", "未答", "未答", "对"]
    assert found["次数"].tolist() == [3, 2, 0, 0, 1]
    assert found["正确答案"].tolist()[1:3] == ["93,333.33 元", "10,000.00 元"]
    assert answers.line(sheet) == "（课堂题目）  第 1 课  答对 2 / 5  ✓✗··✓  simlib-1-class.json"
    assert answers.line(sheet, "en").startswith("(the classroom's)  lesson 1  2 / 5 right")


def test_no_mark_of_a_file_is_believed(hand_in):
    rows = [{"exercise": one.id, "question": answers.asked(one), "answer": "1", "tries": 1, "right": True}
            for one in deposit.EXERCISES]  # fmt: skip
    sheet = answers.read(hand_in(answers=rows, score=5))
    assert sheet.score == 0
    assert sheet.remarks == [answers.CHANGED]


def test_a_file_changed_by_hand_is_told_and_one_only_spaced_anew_is_not(hand_in):
    path = hand_in()
    content = json.loads(path.read_text("utf-8"))
    path.write_text("\ufeff" + json.dumps(content, indent=4, sort_keys=True), "utf-8")
    assert answers.read(path).remarks == []
    content["answers"][1]["answer"] = "93333.33"
    path.write_text(json.dumps(content), "utf-8")
    assert answers.read(path).remarks == [answers.CHANGED]
    for name in ("digest", "made"):
        path.write_text(json.dumps({key: value for key, value in content.items() if key != name}), "utf-8")
        assert answers.CHANGED in answers.read(path).remarks


def test_somebody_elses_numbers_and_answers_are_told(hand_in):
    own = f"{deposit.EXERCISES.one(1, '欧阳三').answer():.4f}"
    mine, copied = (hand_in(name, {"deposit.index": {"answer": own, "tries": 1}}) for name in ("欧阳三", "李四"))
    one, other = answers.read_all([mine, copied])
    assert (one.score, one.remarks, other.score) == (1, [], 0)
    assert [said.zh for said in other.remarks] == ["练习1的错误答案恰是欧阳三（simlib-1-欧阳三.json）题目的正确答案。"]
    content = json.loads(mine.read_text("utf-8")) | {"trainee": "李四"}
    content["digest"] = answers.digest(content)  # by somebody who knows how
    copied.write_text(json.dumps(content), "utf-8")
    assert answers.read(copied).remarks == [answers.OTHER_NUMBERS]
    content["simlib"] = "0.0.1"
    content["digest"] = answers.digest(content)
    copied.write_text(json.dumps(content), "utf-8")
    assert answers.read(copied).remarks == [answers.OTHER_VERSION.fill(version="0.0.1")]


def test_an_answer_that_many_have_accuses_nobody(hand_in):
    """A count is right for half of a class, and what two trainees have may be anybody's own mistake."""
    names = ("欧阳三", "李四", "王五", "赵六", "钱七", "孙八", "周九", "吴十")
    counts = {name: str(deposit.EXERCISES.one(4, name).answer()) for name in names}
    assert set(counts.values()) == {"0", "2"}
    other = {"0": "2", "2": "0"}
    files = [hand_in(name, {"deposit.lower": {"answer": other[counts[name]], "tries": 1}}) for name in names]
    assert [one.remarks for one in answers.read_all(files)] == [[]] * len(names)
    alike: dict[str, list[str]] = {}
    for number in range(200):
        alike.setdefault(f"{deposit.EXERCISES.one(1, f'A{number}').answer():.4f}", []).append(f"A{number}")
    answer, two = next((answer, names) for answer, names in alike.items() if len(names) == 2)
    files = [hand_in(name, {"deposit.index": {"answer": answer, "tries": 1}}) for name in (*two, "李四")]
    assert [one.remarks for one in answers.read_all(files)] == [[], [], []]
    assert len(answers.read_all(files[1:])[-1].remarks) == 1  # of one trainee alone it is told


def test_who_hands_in_twice_is_told(hand_in, tmp_path):
    first, nobodys = hand_in("Zhang 3"), hand_in()
    assert [one.remarks for one in answers.read_all([nobodys, nobodys])] == [[], []]
    second = tmp_path / "again.json"
    second.write_bytes(first.read_bytes())
    assert [one.remarks for one in answers.read_all([first, second])] == [
        [answers.TWICE.fill(file="again.json")], [answers.TWICE.fill(file=first.name)],
    ]  # fmt: skip


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b"{" * 100_000, b'{"kind": "simlib answers", "lesson": 1}',
    b'{"kind": "simlib answers", "lesson": true, "trainee": "", "answers": []}',
    b'{"kind": "simlib answers", "lesson": 1, "format": 1, "trainee": "", "answers": [{"exercise": 1}]}',
])  # fmt: skip
def test_what_is_no_file_of_answers_is_one_line_and_so_is_each_other(data, tmp_path, hand_in):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(BadInput) as bad:
        answers.read_all([path, hand_in(), tmp_path / "none.json"])
    assert [problem.rule for problem in bad.value.problems] == [answers.UNREADABLE, answers.MISSING]


def test_a_file_of_a_lesson_or_form_that_is_not_known_names_its_version(hand_in):
    for changes in ({"lesson": 99}, {"format": 2}):
        with pytest.raises(BadInput, match=r"其他版本（\d"):
            answers.read(hand_in(**changes))


@pytest.mark.parametrize("kept", [{"deposit.index": 1}, {"deposit.index": {"answer": ["x"], "tries": "9"}}, {"x": {}},
                                  {"deposit.index": {"answer": "9" * 99_999, "tries": 10**12}}])  # fmt: skip
def test_whatever_a_browser_hands_over_becomes_a_file_that_can_be_read(hand_in, kept):
    assert answers.read(hand_in(kept=kept)).remarks == []


def test_the_command_prints_a_line_a_file_and_writes_the_table(hand_in, tmp_path, capsys):
    path = hand_in(kept=KEPT | {"deposit.payment": {"answer": "=1+1", "tries": 1}})
    for name in ("marks.csv", "marks.xlsx"):
        assert cli.main(["answers", str(path), "--out", str(tmp_path / name)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "（课堂题目）  第 1 课  答对 2 / 5  ✓✗··✓  simlib-1-class.json"
    data = (tmp_path / "marks.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype=str)
    assert table["作答"].tolist()[1] == "'=1+1"
    sheet = openpyxl.load_workbook(tmp_path / "marks.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][4] == "=1+1"
    assert sheet["E3"].data_type == "s"
    assert len(rows) == 1 + 5
    assert cli.main(["answers", str(path), "--out", "marks.pdf"]) == 2
    assert "须以 .csv 或 .xlsx 结尾" in capsys.readouterr().err
