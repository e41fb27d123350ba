"""What numbers are counted in, in words: for columns of tables and for parameters."""

from simlib.words import Text

YUAN, POINTS, RATIO, COUNT, DAYS, YEARS = (
    Text("元", "yuan"),
    Text("分", "points"),
    Text("比值", "ratio"),
    Text("个", "count"),
    Text("天", "days"),
    Text("岁", "years"),
)
