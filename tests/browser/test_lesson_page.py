"""A lesson in a browser: what is kept, cleared and handed in, the two languages, a guess, the key, dark and narrow."""

from __future__ import annotations

import json

import pytest

from browser.server import TRAINER_KEY
from browser.visiting import visits
from simlib.course import answers

NOTEBOOK = "course/01_deposit.ipynb"
# The least contrast of any prose or table text with what is behind it (WCAG: 4.5 for text).
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [1, 1, 1, 1];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = [...document.querySelectorAll(".sim-prose *, .sim-opening *, .sim-exercise *, .sim-steps-box *")];
  const shown = texts.filter((one) => one.checkVisibility() && !one.matches(":disabled, svg, svg *")
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  return shown.map((one) => {
    const pair = [light(rgba(getComputedStyle(one).color)), light(behind(one))].sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), one.tagName + " " + one.textContent.slice(0, 20)];
  }).sort((a, b) => a[0] - b[0]).slice(0, 3);
}"""


@pytest.fixture(scope="module")
def lesson(chromium, address):
    """Lesson 1, opened once; the browser has kept nothing of it, and keeps nothing afterwards."""
    with visits(chromium, address, NOTEBOOK) as start:
        visit = start().open()
        yield visit
        visit.page.evaluate("localStorage.clear()")


def exercise(lesson, name):
    return lesson.page.locator(f"[data-exercise='deposit.{name}']")


def answer(lesson, name, text, tone):
    one = exercise(lesson, name)
    one.locator("input").fill(text)
    one.locator(".sim-check").click()
    one.locator(f".sim-feedback.sim-{tone}").wait_for()


def empty(lesson, name):
    """Wait until the field of an exercise is empty."""
    lesson.page.wait_for_function(
        "id => !document.querySelector(id).value", arg=f"[data-exercise='deposit.{name}'] input"
    )


def say(lesson, name):
    lesson.page.fill("#sim-trainee", name)
    lesson.page.locator(".sim-who button").click()
    lesson.page.locator(".sim-who .sim-note", has_text=name or "课堂题目").wait_for()


def test_answers_stay_with_their_trainee_are_handed_in_and_cleared(lesson, tmp_path):
    page = lesson.page
    assert page.locator(".sim-steps-box details").count() == 0
    answer(lesson, "index", "0.9333", "right")
    answer(lesson, "payment", "1", "wrong")
    exercise(lesson, "bonus").locator("input").fill("typed only")
    page.locator(".sim-steps-box details").wait_for()
    lesson.open()
    exercise(lesson, "payment").locator(".sim-feedback.sim-wrong").wait_for()
    exercise(lesson, "index").locator(".sim-feedback.sim-right").wait_for()
    assert "已试 1 次" in exercise(lesson, "payment").inner_text()
    assert exercise(lesson, "bonus").locator("input").input_value() == "typed only"
    page.locator(".sim-opening header", has_text="已答对 1 / 5").wait_for()
    say(lesson, "张三")
    empty(lesson, "payment")
    exercise(lesson, "payment").locator("input").fill("3")
    exercise(lesson, "payment").locator(".sim-check").click()
    exercise(lesson, "payment").locator(".sim-feedback:not(:empty)").wait_for()
    with page.expect_download() as got:
        lesson.do("export").click()
    path = tmp_path / got.value.suggested_filename
    got.value.save_as(path)
    sheet = answers.read(path)
    assert (path.name, sheet.trainee, sheet.remarks) == ("simlib-1-张三.json", "张三", [])
    assert [sheet.answer(n) for n in range(5)] == ["", "3", "", "", ""]
    say(lesson, "张 三")  # the same trainee, as the numbers are the same
    exercise(lesson, "payment").locator(".sim-feedback.sim-wrong").wait_for()
    assert exercise(lesson, "payment").locator("input").input_value() == "3"
    for _ in range(2):
        lesson.do("clear").click()
    empty(lesson, "payment")
    say(lesson, "")
    exercise(lesson, "index").locator(".sim-feedback.sim-right").wait_for()
    assert exercise(lesson, "index").locator("input").input_value() == "0.9333"
    kept = json.loads(page.evaluate("JSON.stringify(localStorage)"))
    assert [name for name in kept if "张三" in name] == []


def test_the_lesson_lists_its_parts_and_says_its_time(lesson):
    links = lesson.page.locator(".sim-contents a")
    assert links.all_inner_texts() == ["学习目标", "条文要点", "三家医院，手算一遍", "练习 1–5", "动手操作", "后续学习"]
    assert "大约 35 分钟" in lesson.page.locator(".sim-opening").inner_text()
    links.nth(4).click()
    assert lesson.page.evaluate("document.activeElement.textContent.startsWith('动手操作')")
    assert lesson.page.evaluate("document.activeElement.getBoundingClientRect().top") < 200


def test_every_word_follows_the_language(lesson):
    page = lesson.page
    page.locator(".sim-opening [data-do=language]").click()
    page.locator("[data-panel=payout][lang], .sim[lang=en] [data-panel=payout] h2", has_text="Payout").first.wait_for()
    page.locator(".sim-opening[lang=en] header", has_text="about 35 minutes").wait_for()
    shown = page.locator("body").inner_text()
    rest = [line for line in shown.splitlines() if any("\u4e00" <= sign <= "\u9fff" for sign in line)]
    assert [line for line in rest if line.strip() != "中文" and chinese(line)] == []
    assert page.locator(".sim-contents a").all_inner_texts()[0] == "What you will learn"
    assert page.evaluate("location.search") == "?lang=en"
    page.locator(".sim-opening [data-do=language]").click()
    page.locator(".sim-opening[lang=zh-CN]").wait_for()
    page.locator("[data-panel=payout] h2", has_text="支付曲线").wait_for()


def chinese(line: str) -> bool:
    """Whether a line says more in Chinese than the names of hospitals."""
    return any("\u4e00" <= sign <= "\u9fff" and sign not in "甲乙丙丁戊己" for sign in line)


def test_a_move_waits_for_a_guess(lesson):
    page = lesson.page
    field = page.locator("[data-parameter=lower] input[type=text]")
    row = page.locator("[data-panel=institutions] tbody tr", has_text="丙")
    field.fill("0.93")
    field.press("Enter")
    page.locator(".sim-guess", has_text="下阈值 0.930").wait_for()
    assert "93,333.33" in row.inner_text()
    assert page.locator(".sim-guess .sim-check").is_disabled()
    page.locator(".sim-guess input[value=丙]").check()
    page.locator(".sim-guess .sim-check").click()
    page.locator(".sim-guess", has_text="与您的预想一致").wait_for()
    page.locator("[data-panel=institutions] tbody tr[aria-selected=true]:not(:has-text('93,333.33'))").wait_for()
    assert row.inner_text().count("100,000.00") == 2
    assert field.input_value() == "0.930"
    page.locator(".sim-reset-all").click()
    page.locator("[data-panel=institutions] tbody tr", has_text="93,333.33").wait_for()


def test_the_key_opens_the_solutions(lesson):
    page = lesson.page
    page.locator(".sim-trainer summary").click()
    for key, said in (("not-the-key", "口令不对"), (TRAINER_KEY, "解答已打开")):
        assert page.locator(".sim-solution").count() == 0
        page.fill("#sim-key", key)
        page.locator(".sim-trainer form button").click()
        page.locator(".sim-told", has_text=said).wait_for()
    page.locator(".sim-solution").nth(4).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_and_nothing_sticks_out(lesson, scheme):
    page = lesson.page
    page.emulate_media(color_scheme=scheme)
    assert [found for found in page.evaluate(CONTRAST) if found[0] < 4.5] == []
    assert [lesson.overhang(width) for width in (1920, 1366, 390)] == [0, 0, 0]
    assert lesson.unnamed() == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
