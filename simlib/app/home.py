"""The front door: one card a simulator and a lesson, in the order in which one would take them."""

from __future__ import annotations

import simlib
from simlib.app import data_texts
from simlib.app.page import STATIC, Widget, asked_language
from simlib.app.texts import TEXTS
from simlib.clauses import DOCUMENTS
from simlib.panels import agreement, compare, deposit, dip, retention, scorecard
from simlib.words import Text

TITLE = Text("医保支付政策模拟器", "Simulator of medical-insurance payment policy")
INTRO = Text(
    "按政策条文逐条计算，精确到分；调整参数，即时查看全市结果。",
    "Computed clause by clause, exact to the fen; move a parameter and see the whole city at once.",
)
BEGIN = Text("从这里开始", "Begin here")
SIMULATORS = Text("模拟器", "Simulators")
STUDIES = Text("研究", "Studies")
LESSONS = Text("培训课程", "Course")
CARDS = (
    (BEGIN, "data.ipynb", data_texts.TITLE, data_texts.INTRO, ()),
    (SIMULATORS, "scorecard.ipynb", scorecard.TITLE, scorecard.INTRO, ("JS26", "XX")),
    (SIMULATORS, "dip.ipynb", dip.TITLE, dip.INTRO, ("JY",)),
    (SIMULATORS, "deposit.ipynb", deposit.TITLE, deposit.INTRO, ("JS26", "JS3")),
    (SIMULATORS, "retention.ipynb", retention.TITLE, retention.INTRO, ("XX",)),
    (SIMULATORS, "agreement.ipynb", agreement.TITLE, agreement.INTRO, ("JS3",)),
    (STUDIES, "compare.ipynb", compare.TITLE, compare.INTRO, tuple(DOCUMENTS)),
    (LESSONS, "course/01_deposit.ipynb", Text("第一课 质量保证金", "Lesson 1: the quality deposit"),
     Text("以三家医院为例，由得分计算金额，边学边练。",
          "Three hospitals, from scores to money, with exercises."), ("JS26",)),
    (LESSONS, "course/02_scorecards.ipynb", Text("第二课 评分表", "Lesson 2: the scorecard"),
     Text("以三家医院为例，由评价事实计算得分，再调整评分表。",
          "Three hospitals, from facts to scores; then change the card."), ("JS26",)),
    (LESSONS, "course/03_dip_points.ipynb", Text("第三课 从病例到分值", "Lesson 3: from cases to points"),
     Text("以三家医院的病例为例，逐例计算分值、系数和点值。",
          "The cases of three hospitals, one by one to points, coefficients and the point value."), ("JY",)),
    (LESSONS, "course/04_dip_clearing.ipynb", Text("第四课 清算", "Lesson 4: the clearing"),
     Text("沿用这三家医院，由分值计算决算：结余留用、超支分担、调节金。",
          "The same three, from points to settlements: surplus kept, overspending shared, the regulation fund."),
          ("JY",)),
    (LESSONS, "course/05_county_retention.ipynb", Text("第五课 县域结余留用", "Lesson 5: county surplus retention"),
     Text("以三家医共体为例，由总分计算留用、不予支付和下一年度预算。",
          "Three county communities, from total scores to what is kept, what is not paid and next year's budget."),
          ("XX",)),
    (LESSONS, "course/06_comparing_scenarios.ipynb", Text("第六课 方案比较", "Lesson 6: comparing scenarios"),
     Text("从会议提出的一个问题，到方案文件、逐家对比和报告。",
          "From a question at a meeting to a scenario file, a comparison one by one and a report."), ("JS26",)),
    (LESSONS, "course/07_agreements.ipynb", Text("第七课 定点协议", "Lesson 7: designation agreements"),
     Text("以三起违约为例，由条款计算追回和违约金，再推算期限。",
          "Three breaches: what is recovered, what damages are due, and when things must be done."), ("JS3",)),
    (LESSONS, "course/08_reading_a_clause.ipynb", 
     Text("第八课 把条文读成公式", "Lesson 8: reading a clause as a formula"),
     Text("哪些是公式，哪些是参数，哪些是口径；算到哪一步才舍入。",
          "What is formula, what parameter, what a reading; and at which step to round."), ("JS26", "XX")),
)  # fmt: skip


class Home(Widget):
    """The front page; it answers a visitor's address and language with the cards."""

    _esm = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("show.js", "home.js"))

    def act_open(self, content: dict, buffers: list) -> None:
        """The visitor opens the page, or changes its language."""
        self.language = asked_language(str(content.get("query", "")))
        cards = [
            {"shelf": shelf, "to": to, "title": title, "intro": intro, "documents": [DOCUMENTS[key] for key in keys]}
            for shelf, to, title, intro, keys in CARDS
        ]
        say = {"title": TITLE, "intro": INTRO, "open": data_texts.WORDS["open"], "say": "home", "cards": cards,
               "language": self.language, "switch": TEXTS["language"],
               "version": f"simlib {simlib.__version__}"}  # fmt: skip
        self.tell(say)
