"""Under what a form folds the parameters of the retention; what has no topic stands open."""

from simlib.words import Text

SCORE, FUND = Text("评价得分", "Score"), Text("留用基数、分担和核减", "Base, sharing and cuts")
