"""One institution's breaches and deadlines in sentences, each with its numbers and its clause."""

from __future__ import annotations

import pandas as pd

from simlib.clauses import cites
from simlib.columns import INCIDENTS, ITEMS
from simlib.columns.values import Row, row_of
from simlib.money import to_fen, to_yuan
from simlib.params import PERCENT
from simlib.rules.agreement.articles import cited
from simlib.rules.agreement.ladder import LADDER, damages, ranges
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.tables import Action
from simlib.rules.agreement.told import matter
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text

KEY = "institution_id"


@cites("JS3 42", "JS3 43", "JS3 44", "JS3 45", "JS3 48")
def explain(results: Results, params: AgreementParams, institution_id: str) -> list[Text]:
    """Every breach of one institution, what they come to, and its deadlines; KeyError if the tables do not know it."""
    mine = {name: results[name][results[name][KEY] == institution_id] for name in ("agreement", "agreement_timeline")}
    breaches, matters = mine["agreement"], mine["agreement_timeline"]
    if breaches.empty and matters.empty:
        raise KeyError(institution_id)
    steps = [text for one in breaches.to_dict("records") for text in _breach(one, params)]
    if len(breaches):
        total = row_of(results["agreement_institutions"], KEY, institution_id)
        steps.append(TOTAL.fill(count=len(breaches), **_money(total)))
        steps += [BOTH] if (breaches["damages"] > 0).any() else []
    return steps + [text for one in matters.to_dict("records") for text in matter(one, params)]


def _breach(one: Row, params: AgreementParams) -> list[Text]:
    """What one breach is, and each of its consequences."""
    item, rung = one["item"], LADDER[one["item"]]
    when = ON.fill(day=one["date"].isoformat()) if one["date"] else NO_TEXT
    head = BREACH.fill(id=one[INCIDENTS.key], when=when, what=ITEMS[item], clause=cited(item).text)
    found = [INTERVIEW.fill(article=rung.article, zh=cited(rung.article).zh)] if one["interview"] else []
    if rung.article == 42:
        found += [HELD] if one["payment_held"] else []
        found += [NOT_CHARGED.fill(**_money(one))] if one["loss"] else []
    else:
        found += _charges(one, rung.article, params) if one["loss"] else [NO_LOSS]
        found += [STAFF[rung.article]] if one["staff_suspended"] else []
    if one["action"] != Action.NONE.value:
        worst = one["action"] != rung.action.value
        reading = GRAVE.fill(reading=params.grave_44.label) if worst else OF_ITEM.fill(clause=cited(item).text)
        found.append(ACTIONS[one["action"]].fill(why=reading))
    found += [REFERRED[rung.article]] if one["referred"] else []
    if not pd.isna(one["days_left"]):
        suspended = 0 if pd.isna(one["suspended_days"]) else one["suspended_days"]
        found.append(OFFSET.fill(ordered=one["ordered_days"], suspended=suspended, left=one["days_left"]))
    if not pd.isna(one["reentry"]):
        days = {name: one[name].isoformat() for name in ("ended", "reentry")}
        lawful = pd.isna(one["head_reentry"])
        found.append(REENTRY[lawful].fill(**days))
        found += [] if lawful else [HEAD.fill(day=one["head_reentry"].isoformat())]
    return [head, *found]


def _charges(one: Row, article: int, params: AgreementParams) -> list[Text]:
    """What is recovered and owed, and what the range of the rate that the document leaves open would give."""
    loss, bounds = to_fen([one["loss"]]), ranges(params)[article]
    least, most = (f"{to_yuan(damages(loss, rate))[0]:,.2f}" for rate in bounds)
    low, high = map(PERCENT.show, bounds)
    zh = cited(article).zh
    shown = {"article": article, "zh": zh, "rate": PERCENT.show(one["damages_rate"]), **_money(one)}
    return [
        RECOVERED.fill(**shown),
        DAMAGES.fill(**shown),
        RANGE.fill(**shown, low=low, high=high, least=least, most=most),
    ]


def _money(one: Row) -> dict[str, str]:
    """The amounts of a row as text."""
    return {name: f"{one[name]:,.2f}" for name in ("loss", "recovered", "damages", "total")}


ON = Text("（{day} 认定）", " (established {day})")
BREACH = Text("违约 {id}{when}：{what}（{clause}）。", "Breach {id}{when}: {what} ({clause}).")
INTERVIEW = Text(
    "约谈法定代表人、主要负责人或实际控制人（JS3 {zh}）。",
    "Those in charge are called to an interview (JS3 art. {article}).",
)
HELD = Text("拒不改正：暂停或不予拨付费用（JS3 第四十二条）。", "Not corrected: payment is held (JS3 art. 42).")
NOT_CHARGED = Text(
    "填报的基金损失 {loss} 元不计追回和违约金：第四十二条未作规定。",
    "The loss of {loss} yuan given is neither recovered nor charged: art. 42 knows neither.",
)
NO_LOSS = Text("无基金损失：不追回费用，不计违约金。", "No loss of the fund: nothing to recover, no damages.")
RECOVERED = Text(
    "造成基金损失 {loss} 元：不予支付或追回 {recovered} 元（JS3 {zh}）。",
    "The fund lost {loss} yuan: {recovered} yuan are refused or recovered (JS3 art. {article}).",
)
DAMAGES = Text(
    "违约金 = {loss} × {rate} = {damages} 元，四舍五入到分（JS3 {zh}、第四十八条）。",
    "Damages = {loss} × {rate} = {damages} yuan, half up to the fen (JS3 art. {article}, art. 48).",
)
RANGE = Text("比例由协议约定；文件允许 {low} 至 {high}，违约金即在 {least} 至 {most} 元之间。",
             "The agreement sets the rate; the document allows {low} to {high}, hence damages from {least} to {most} "
             "yuan.")  # fmt: skip
STAFF = {
    43: Text("拒不改正或后果严重：中止责任人员或所在部门涉及基金的医疗服务（JS3 第四十三条）。",
             "Not corrected or grave: those responsible, or their department, give no services at the fund's cost (JS3 "
             "art. 43)."),
    44: Text("中止责任人员或所在部门涉及基金的医疗服务（JS3 第四十四条）。",
             "Those responsible, or their department, give no services at the fund's cost (JS3 art. 44)."),
}  # fmt: skip
OF_ITEM = Text("{clause}", "{clause}")
GRAVE = Text("情节特别严重，按“{reading}”的口径，JS3 第四十四条", "especially grave, read as: {reading}; JS3 art. 44")
ACTIONS = {
    Action.SUSPEND.value: Text("中止医保协议（{why}）。", "The agreement is suspended ({why})."),
    Action.TERMINATE.value: Text("解除医保协议（{why}）。", "The agreement is terminated ({why})."),
}
REFERRED = {
    42: Text("拒不改正且影响严重：移交医疗保障行政部门（JS3 第四十二条）。",
             "Not corrected, with grave effects: referred to the authority (JS3 art. 42)."),
    43: Text("以骗取基金为目的：移交医疗保障行政部门（JS3 第四十三条）。",
             "Meant to defraud: referred to the authority (JS3 art. 43)."),
    44: Text("移交医疗保障行政部门（JS3 第四十四条）。", "Referred to the authority (JS3 art. 44)."),
}  # fmt: skip
OFFSET = Text("行政责令暂停 {ordered} 天，协议已中止 {suspended} 天，一日折抵一日，还须暂停 {left} 天（JS3 第四十五条）"
              "。",
              "Of {ordered} days ordered by the authority the {suspended} suspended by agreement count day for day: "
              "{left} are left (JS3 art. 45).")  # fmt: skip
REENTRY = {
    True: Text("协议于 {ended} 解除：满 1 年且违约责任履行完毕，即自 {reentry} 起方可再次申请定点（JS3 第九条(六)）。",
               "The agreement was terminated on {ended}: one may apply again after a year and with its liability "
               "served, from {reentry} (JS3 art. 9(6))."),
    False: Text("协议于 {ended} 因违法违规解除：满 3 年且法律责任履行完毕，即自 {reentry} 起方可再次申请定点"
                "（JS3 第九条(五)）。",
                "The agreement was terminated as unlawful on {ended}: one may apply again after three years and with "
                "its liability served, from {reentry} (JS3 art. 9(5))."),
}  # fmt: skip
HEAD = Text("法定代表人、主要负责人或实际控制人所在机构自 {day} 起方可申请定点（JS3 第九条(七)）。",
            "Institutions under the same head may apply from {day} (JS3 art. 9(7)).")  # fmt: skip
TOTAL = Text("{count} 起违约合计：追回 {recovered} + 违约金 {damages} = {total} 元。",
             "Breaches: {count}; recovered {recovered} + damages {damages} = {total} yuan in all.")  # fmt: skip
BOTH = Text("同一行为另受行政罚款的，违约金不折抵罚款，两者均须支付（JS3 第四十五条）。",
            "Damages do not count against a fine for the same act: both are due (JS3 art. 45).")  # fmt: skip
