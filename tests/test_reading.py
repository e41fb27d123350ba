"""How people write numbers and days: what an answer may mean."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.course import reading
from simlib.course.reading import Kind
from strategies.examples import examples

FIGURES = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A whole number as it is said."""
    if number >= 10_000:
        whole, rest = divmod(number, 10_000)
        return in_chinese(whole) + "万" + (("零" if rest < 1_000 else "") + in_chinese(rest) if rest else "")
    said, digits = "", f"{number}"
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            said += FIGURES[int(digit)] + ("", "十", "百", "千")[place]
        elif said and not said.endswith("零"):
            said += "零"
    return said.rstrip("零") or "零"


def read(kind: Kind, text: str) -> list[Decimal]:
    return [number for number, _ in reading.numbers(kind, reading.plain(text))]


@examples(300)
@given(st.integers(0, 99_999_999))
def test_a_whole_number_is_read_as_it_is_said(number):
    assert read(Kind.COUNT, f"{in_chinese(number)}家") == [number]
    assert read(Kind.COUNT, f"{number:,} 家") == [number]


@pytest.mark.parametrize(("said", "number"), [
    ("两家", 2), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("一千零一", 1001), ("三万零五十", 30_050),
    ("二〇二六", 2026), ("一亿二千万", 120_000_000), ("两千", 2000),
])  # fmt: skip
def test_spoken_numbers_are_read(said, number):
    assert read(Kind.COUNT, said) == [number]


@pytest.mark.parametrize(("kind", "said", "number"), [
    (Kind.RATIO, "14/15", "0.9333333333"), (Kind.RATIO, "14 ÷ 15", "0.9333333333"), (Kind.RATIO, "7／8", "0.875"),
    (Kind.RATIO, "百分之九十八", "0.98"), (Kind.RATIO, "百分之六十六点五", "0.665"), (Kind.RATIO, "四分之三", "0.75"),
    (Kind.MONEY, "12.3 万元", "123000"), (Kind.MONEY, "九万三千元", "93000"), (Kind.MONEY, "1.2亿", "120000000"),
    (Kind.MONEY, "¥1,234.5", "1234.5"), (Kind.MONEY, "负三元", "-3"), (Kind.POINTS, "三点五分", "3.5"),
    (Kind.COUNT, "约 3 个参数", "3"),
])  # fmt: skip
def test_amounts_and_shares_are_read(kind, said, number):
    assert abs(read(kind, said)[0] - Decimal(number)) < Decimal("1e-9")


@pytest.mark.parametrize("said", ["1/0", "1/2/3", "/2", "万", "百分之", "十家五", "五公里", "1:2:3", "½½"])
def test_what_is_no_number_is_not_guessed(said):
    assert read(Kind.MONEY, said) == []


@examples(100)
@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_day_is_read_in_every_usual_form(day):
    year, month, number = day.year, day.month, day.day
    forms = [day.isoformat(), f"{day:%Y%m%d}", f"{year}年{month}月{number}日", f"{year}/{month}/{number}",
             f"{year}.{month}.{number}", f" {day.isoformat()}。"]  # fmt: skip
    assert [reading.day(reading.plain(form)) for form in forms] == [day] * len(forms)


@pytest.mark.parametrize("said", ["2025-02-30", "2025-13-01", "25-01-01", "2025", "", "明天", "2025-1-1-1"])
def test_what_is_no_day_is_not_guessed(said):
    assert reading.day(reading.plain(said)) is None
