"""What a printed page begins with, without a page."""

from __future__ import annotations

import pytest

from simlib.app import sheet
from simlib.words import Text

PLACE = "http://10.1.2.3:8866/voila/render/deposit.ipynb"


@pytest.mark.parametrize("told", [PLACE, "https://模拟器.example/voila/render/dip.ipynb", "http://[::1]:8866/x.ipynb"])
def test_an_address_is_taken_as_the_browser_tells_it(told):
    assert sheet.address(told) == told


@pytest.mark.parametrize(
    "told",
    [None, "", "javascript:alert(1)", "file:///etc/passwd", f"{PLACE}?data=other", "http://a b/c", "x" * 999,
     f"{PLACE}/{'x' * 400}", ["http://a/b"]],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_left_out(told):
    assert sheet.address(told) == ""


def test_a_link_is_the_address_with_what_is_shown():
    assert sheet.link(PLACE, "") == PLACE
    assert sheet.link(PLACE, "deposit.upper=1.03") == f"{PLACE}?deposit.upper=1.03"
    assert sheet.link("", "deposit.upper=1.03") == ""


def test_a_code_holds_a_link_and_a_link_too_long_for_one_stands_alone():
    assert sheet.code(PLACE).startswith("data:image/svg+xml")
    assert sheet.code(PLACE) != sheet.code(PLACE + "?x=1")
    assert sheet.code("x" * 8000) == ""


def test_lines_say_what_was_changed_or_that_nothing_was():
    none, data = Text("无", "none"), [Text("样例", "sample")]
    changed = [Text("上阈值 1.03", "upper 1.03")]
    labels = [line["label"].en for line in sheet.sheet(changed, none, data, PLACE)["lines"]]
    assert labels == ["Parameters", "Data", "Version", "Link"]
    assert sheet.sheet(changed, none, data, PLACE)["lines"][0]["said"] == changed
    bare = sheet.sheet([], none, data, "")
    assert bare["lines"][0]["said"] == [none]
    assert [line["label"].en for line in bare["lines"]] == ["Parameters", "Data", "Version"]
    assert bare["code"] == ""
