"""Under what a form folds the parameters of the scorecards; what has no topic stands open."""

from simlib.words import Text

SCORING = Text("评分口径", "Scoring")
