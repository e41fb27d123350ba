"""Under what a form folds the parameters of DIP; the levers that a meeting moves have no topic and stand open."""

from simlib.words import Text

POINTS, REVIEWED, CATALOGUE, COEFFICIENT, FUND, ADVANCES = (
    Text("病例分值", "Points of cases"),
    Text("特殊病例、违规和重复住院", "Special, irregular and repeated cases"),
    Text("病种目录", "Catalogue"),
    Text("权重系数", "Coefficient"),
    Text("基金与清算", "Fund and clearing"),
    Text("月预结算与周转金", "Prepayment and advances"),
)
