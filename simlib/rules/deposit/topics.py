"""Under what a form folds the parameters of the deposit; what has no topic stands open."""

from simlib.words import Text

INDEX, MONEY = Text("指数与平均分", "Index and mean"), Text("保证金与奖励金", "Deposit and pool")
