"""The exercises of lesson 2, on the card of three hospitals (JS26 annex 1)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import hospitals
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.hospitals import CARD, STATED, Facts, Numbers
from simlib.course.reading import Kind
from simlib.rules import scorecard
from simlib.words import Text

SAME: Numbers = {("乙", "3", "procurement_evaluation"): "1", ("乙", "6", "corrections"): "1"}  # one violation twice
USUAL = STATED["丙", "4", "payment_evaluation"]
LOST = Text("这是扣掉的分。题目问的是得到的分。", "These are the points lost. The question is the points it gets.")
EVALUATED = Text("设丙的支付方式改革专项评价是 {evaluation:g} 分。",
                 "Let 丙 have {evaluation:g} in the evaluation of payment reform. ")  # fmt: skip


def _also(evaluation: float, question: Text) -> Text:
    """The question, after what differs from the table."""
    if evaluation == USUAL:
        return question
    return Text(*map("".join, zip(EVALUATED.fill(evaluation=evaluation), question, strict=True)))


@numbers(share=(0.85, 0.86, 0.87, 0.88, 0.89))
def level(share: float = 0.85) -> Exercise:
    supposed: Facts = {("乙", "1", "catalogue_drug_share"): share}
    return Exercise(
        "scorecard.level", Kind.POINTS,
        question=Text("假设乙的供应目录中，医保目录内药品占 {catalogue_drug_share}，第1项的其余要求都做到了。"
                      "乙的第1项得多少分？",
                      "Suppose {catalogue_drug_share} of the drugs that 乙 supplies are in the catalogue, and it meets "
                      "all else that item 1 asks. How many points does 乙 get for item 1?")
        .fill(**hospitals.values(supposed)),
        answer=lambda: hospitals.item_points("乙", "1", supposed),
        hint=Text("这一项由三条组成，每条 1 分。占比的标准随级别不同，乙是几级？",
                  "The item has three criteria of 1 point each. The share asked for depends on the level: which is "
                  "that of 乙?"),
        solution=lambda: hospitals.step("乙", "1", supposed),
        mistakes=(
            (lambda: hospitals.item_points("乙", "1", supposed,
                                           params=hospitals.mistaken(catalogue_drugs_at_least_2="catalogue_drugs_at_least_3")),
             Text("用了三级医院的标准。乙是二级医院，标准更高。",
                  "That is the threshold of level 3. 乙 is of level 2, where more is asked.")),
            (lambda: Decimal(0),
             Text("一条没有达标，只丢这一条的分；另外两条照样得分。",
                  "Missing one criterion costs its points only; the other two still count.")),
            (lambda: hospitals.full_points("1") - hospitals.item_points("乙", "1", supposed), LOST),
            (lambda: hospitals.full_points("1") - 1 + Decimal(str(*supposed.values())),
             Text("占比不按比例给分：达到标准得满分，差一点也是 0 分。",
                  "The share earns nothing in proportion: full points at the threshold, none below it.")),
        ),
    )  # fmt: skip


@numbers(corrections=range(2, 6), refunds=range(1, 4))
def deduct(corrections: int = 2, refunds: int = 1) -> Exercise:
    supposed: Facts = {("乙", "6", "corrections"): corrections, ("乙", "6", "refunds"): refunds}
    zero = (
        (lambda: Decimal(0),
         Text("只有拒不改正或造成严重后果，才整项不得分。",
              "Only a refusal to correct, or grave consequences, leave nothing of the item.")),
    )  # fmt: skip
    nothing = zero if corrections + refunds < 4 else ()  # more of them come to nothing by another mistake
    return Exercise(
        "scorecard.deduct", Kind.POINTS,
        question=Text("假设乙这一年被责令改正 {corrections} 次，另有 {refunds} 次被责令退回损失并处 1 倍罚款，"
                      "没有别的处罚。乙的第6项得多少分？",
                      "Suppose 乙 receives in the year {corrections} orders to correct and {refunds} order to refund a "
                      "loss with a fine of the same amount, and nothing else. How many points does 乙 get for item 6?")
        .fill(**hospitals.values(supposed)),
        answer=lambda: hospitals.item_points("乙", "6", supposed),
        hint=Text("从满分开始，每一次处罚都扣；两种处罚每次扣的分不同。",
                  "Begin with full marks and take off for every order; the two kinds cost differently."),
        solution=lambda: hospitals.step("乙", "6", supposed),
        mistakes=(
            (lambda: hospitals.item_points("乙", "6", supposed,
                                           params=hospitals.mistaken(fund_use_refunds="fund_use_corrections")),
             Text("少扣了：退回并罚款的每次扣得更多，而且两种处罚都要扣。",
                  "Too little is taken off: a refund with a fine costs more each time, and both kinds count.")),
            (lambda: hospitals.item_points("乙", "6", supposed,
                                           params=hospitals.mistaken(fund_use_corrections="fund_use_refunds")),
             Text("多扣了：责令改正每次扣得少。", "Too much is taken off: an order to correct costs less.")),
            (lambda: hospitals.item_points("乙", "6", {**supposed, ("乙", "6", "corrections"): 1}),
             Text("同一种处罚按次数扣，不是只扣一次。", "One kind of order is counted every time, not once.")),
            (lambda: hospitals.full_points("6") - hospitals.item_points("乙", "6", supposed), LOST),
            *nothing,
        ),
    )  # fmt: skip


@numbers(evaluation=[half / 2 for half in range(141, 196)])
def converted(evaluation: float = 87.5) -> Exercise:
    supposed: Facts = {("甲", "4", "payment_evaluation"): evaluation}
    return Exercise(
        "scorecard.converted", Kind.POINTS,
        question=Text("假设甲的支付方式改革专项评价是 {payment_evaluation} 分（百分制）。折算以后，甲的第4项得多少分？",
                      "Suppose 甲 has {payment_evaluation} of 100 in the evaluation of payment reform. Converted, how "
                      "many points does 甲 get for item 4?")
        .fill(**hospitals.values(supposed)),
        answer=lambda: hospitals.item_points("甲", "4", supposed),
        hint=Text("百分制的满分折成这一项的满分，其余按比例；折算时不舍入。",
                  "100 there are the full marks here, all else in proportion; nothing is rounded."),
        solution=lambda: hospitals.step("甲", "4", supposed),
        mistakes=(
            (lambda: Decimal(str(*supposed.values())),
             Text("这是折算以前的分。第4项满分是 {full} 分。",
                  "This is not converted yet. Item 4 has {full} points.").fill(full=hospitals.full_points("4"))),
            (lambda: Decimal(str(*supposed.values())) / hospitals.full_points("4"),
             Text("除以了这一项的满分。应当乘以满分，再除以 100。",
                  "Divided by the item's full marks: multiply by them, then divide by 100.")),
            (lambda: hospitals.full_points("4") - 100 + Decimal(str(*supposed.values())),
             Text("百分制里少的分不能一分抵一分地扣，也要折算。",
                  "What is missing from 100 is not taken off one for one: it is converted too.")),
            (lambda: hospitals.full_points("4") - hospitals.item_points("甲", "4", supposed), LOST),
            (lambda: hospitals.full_points("4"),
             Text("折算没有“达标”一说：评价不到 100 分，就得不到满分。",
                  "A conversion knows no threshold: less than 100 there is less than full marks here.")),
        ),
    )  # fmt: skip


@numbers(refunds=range(1, 4), evaluation=[half / 2 for half in range(150, 196)])
def private(refunds: int = 1, evaluation: float = USUAL) -> Exercise:
    before: Facts = {("丙", "4", "payment_evaluation"): evaluation}
    supposed: Facts = {**before, ("丙", "6", "refunds"): refunds}

    def points() -> Decimal:
        """Those of the private hospital's items, before they are scaled."""
        return hospitals.total("丙", supposed, column="points")

    return Exercise(
        "scorecard.private", Kind.POINTS,
        question=_also(evaluation, Text("假设丙另外被责令退回损失并处罚款 {refunds} 次（第6项），其余和表中一样。"
                                        "丙最后的总分是多少？",
                      "Suppose 丙 also receives {refunds} order to refund a loss with a fine (item 6), all else as in "
                      "the table. What is the final score of 丙?")
        .fill(refunds=refunds)),
        answer=lambda: hospitals.total("丙", supposed),
        hint=Text("先把参评的各项加起来，再折算成百分制。民营机构参评的项目一共多少分？",
                  "Add up the items that count first, then scale to 100. How many points do the items of a private "
                  "hospital have?"),
        solution=lambda: hospitals.steps("丙", supposed),
        mistakes=(
            (points,
             Text("还没有折算成百分制：民营机构参评的项目只有 80 分。",
                  "Not scaled to 100 yet: the items of a private hospital have 80 points only.")),
            (lambda: (hospitals.total("丙", before)
                      - hospitals.full_points("6") + hospitals.item_points("丙", "6", supposed)),
             Text("折算以后才扣，少扣了：项目里扣的分也一起乘以 100/80。",
                  "Taken off after scaling: too little, for points lost in an item are multiplied by 100/80 too.")),
            (lambda: points() + Decimal(STATED["丙", "3",
                                                "procurement_evaluation"]) * hospitals.full_points("3") / 100,
             Text("算进了第3项。民营机构不评这一项，即使它有评价得分。",
                  "Item 3 is counted. A private hospital is scored without it, even if it has an evaluation.")),
            (lambda: points() + hospitals.full_points("3"),
             Text("不评的项目不是给满分，而是整项拿掉，再把其余各项折算成百分制。",
                  "The item left out is not given full marks: it is taken away and the rest is scaled to 100.")),
            (lambda: points() * 80 / 100,
             Text("折算反了：应当乘以 100，再除以 80。", "Upside down: multiply by 100 and divide by 80.")),
        ),
    )  # fmt: skip


@numbers(after=range(11, 21))
def weights(after: int = 15) -> Exercise:
    raised = hospitals.DOCUMENT.changed(js26_1_local_points=Decimal(after))
    return Exercise(
        "scorecard.weights", Kind.CHOICE,
        question=Text("市里想把第13项的分值从 {before} 提高到 {after}，别的分值都不动。在模拟器里这样改，会怎样？",
                      "The city thinks of raising item 13 from {before} to {after} points and leaving all others. What "
                      "happens if the simulator is told so?")
        .fill(before=hospitals.full_points("13"), after=after),
        answer=lambda: "told" if hospitals.total("甲", hospitals.NOTHING,
                                                 raised) == hospitals.total("甲") else "scaled",
        hint=Text("在上面的评分表里改改看：合计那一行怎么说？甲的得分变了没有？",
                  "Try it in the card above: what does the line of the total say, and does the score of 甲 change?"),
        solution=lambda: [*scorecard.FAMILY.warnings(hospitals.run(params=raised), {}, raised),
                          *hospitals.step("甲", "13", params=raised)],
        options={
            "told": Text("各项加起来是 {sum} 分；甲的得分不按比例调整，页面会提示合计不对",
                         "the items add up to {sum}; the score of 甲 is not scaled, and the page says that the total "
                         "is off")
            .fill(sum=CARD.total - hospitals.full_points("13") + after),
            "scaled": Text("所有分值按比例缩小，合计仍是 {total} 分",
                           "all points shrink in proportion and still add up to {total}")
            .fill(total=CARD.total),
            "refused": Text("模拟器拒绝这个改动，分值保持原样",
                            "the simulator refuses the change, and the points stay as they are"),
        },
        mistakes=(
            (lambda: "scaled",
             Text("没有条文允许自动缩放。哪一项让出分值，要由人来决定。",
                  "No clause allows that. Which item gives way is for people to decide.")),
            (lambda: "refused",
             Text("改动会照样计算：调分值往往先加后减，中间一步合计总是不对的。",
                  "It is calculated all the same: who shifts points raises one and then lowers another, and in between "
                  "the total is off.")),
        ),
    )  # fmt: skip


@numbers(corrections=range(2, 8))
def once(corrections: int = 2) -> Exercise:
    supposed: Facts = {("乙", "6", "corrections"): corrections}
    return Exercise(
        "scorecard.once", Kind.POINTS,
        question=Text("假设乙这一年被责令改正 {corrections} 次，没有别的处罚。其中一次所说的违规，"
                      "已经在第3项的招采专项评价里扣过分。乙的第6项得多少分？",
                      "Suppose 乙 receives in the year {corrections} orders to correct, and nothing else. The "
                      "violation behind one of them already cost it points in the procurement evaluation of item 3. "
                      "How many points does 乙 get for item 6?")
        .fill(**hospitals.values(supposed)),
        answer=lambda: hospitals.item_points("乙", "6", supposed, violations=SAME),
        hint=Text("看附件1 备注5：同一件违规可以扣几次？",
                  "See note 5 of annex 1: how often may one violation cost points?"),
        solution=lambda: hospitals.step("乙", "6", supposed, violations=SAME),
        mistakes=(
            (lambda: hospitals.item_points("乙", "6", supposed),
             Text("同一件违规扣了两次：它已经在第3项里扣过，第6项不再扣。",
                  "One violation is counted twice: it cost points in item 3 already and costs none in item 6.")),
            (lambda: hospitals.full_points("6"),
             Text("不重复扣的只是那一件违规；另一次责令改正和第3项无关，照扣。",
                  "Only that one violation is not counted again; the other order has nothing to do with item 3 and "
                  "counts.")),
            (lambda: hospitals.full_points("6") - hospitals.item_points("乙", "6", supposed, violations=SAME), LOST),
        ),
    )  # fmt: skip


EXERCISES = Exercises(level, deduct, converted, private, weights, once)
