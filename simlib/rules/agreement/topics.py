"""Under what a form folds the parameters of agreements; what has no topic stands open."""

from simlib.words import Text

BREACHES, PERIODS = Text("违约处理", "Breaches"), Text("期限计算", "Periods")
