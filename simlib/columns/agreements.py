"""Who applies for designation, what is due when and on which days people work, and what went wrong under an
agreement (JS3)."""

from __future__ import annotations

from simlib.columns.base import Column, Table, Type, choice, count, date, money, text, words, yes_no
from simlib.units import COUNT, DAYS
from simlib.words import Text

APPLICANTS = Table(
    "applicants",
    Text("定点申请", "applications for designation"),
    "applicant_id",
    (
        text("applicant_id", "申请编号", "Application no.", required=True),
        text("name", "机构名称", "Name"),
        date("applied", "申请日期", "Applied on", required=True),
        yes_no("eligible_kind", "属于可申请的机构类别", "Of a kind that may apply"),
        yes_no("licensed", "有执业许可证、诊所备案或军队资质", "Licensed, registered or approved by the army"),
        date("opened", "正式运营日期", "In operation since"),
        count("physicians", "第一注册地在本机构的医师", "Physicians first registered here", COUNT, 100_000),
        count("beds", "床位", "Beds", COUNT, 100_000),
        yes_no("insurance_staff", "配备医保管理人员", "Staff for insurance matters"),
        yes_no("insurance_office", "设医保管理部门", "Office for insurance matters"),
        yes_no("insurance_full_time", "医保管理部门有专职人员", "Full-time staff in that office"),
        yes_no("policies", "有医保内部管理制度", "Internal rules"),
        yes_no("system_ready", "信息系统可直接联网结算", "System ready to settle online"),
        yes_no("other_conditions", "符合其他规定条件", "Meets all other conditions"),
        yes_no("internet", "申请互联网医院补充协议", "Applies as an internet hospital"),
        yes_no("internet_approved", "互联网诊疗经批准", "Internet care approved"),
        yes_no("internet_exchange", "互联网服务数据可交换", "Internet data exchange ready"),
        yes_no("internet_code", "医保码全流程应用", "Insurance code used throughout"),
        yes_no("internet_records", "完整保留互联网诊疗记录", "Internet records kept in full"),
        yes_no("form", "已交申请表", "Form handed in"),
        yes_no("licence_copy", "已交许可证复印件", "Copy of the licence handed in"),
        yes_no("policy_texts", "已交制度文本", "Internal rules handed in"),
        yes_no("system_papers", "已交信息系统材料", "System papers handed in"),
        yes_no("forecast", "已交基金使用预测", "Forecast of fund use handed in"),
        date("failed_once", "首次评估不合格送达日期", "First evaluation failed, told on"),
        date("failed_twice", "再次评估不合格日期", "Failed again on"),
        yes_no("non_basic", "以非基本医疗服务为主", "Mainly non-basic services"),
        yes_no("price_policy", "执行医药价格政策", "Keeps to the price policy"),
        yes_no("penalty_open", "行政处罚责任未履行", "Penalty not served"),
        date("deceit_found", "骗取定点被发现日期", "Deceit in an application found on"),
        date("unlawful_ended", "因违法违规被解除协议日期", "Terminated as unlawful on"),
        yes_no("unlawful_open", "违法责任未履行完", "Liability for it still open"),
        date("breach_ended", "因严重违约被解除协议日期", "Terminated for breach on"),
        yes_no("breach_open", "违约责任未履行完", "Liability for the breach still open"),
        date("person_ended", "负责人致原机构被解除协议日期", "Head caused another's termination on"),
        yes_no("dishonest", "负责人被列入失信名单", "Head listed as dishonest"),
        yes_no("other_bar", "有其他不予受理情形", "Another bar to acceptance"),
    ),
)

STEPS = {
    "supplement": Text("一次性告知补正", "tell what papers lack"),
    "evaluation": Text("反馈评估结果", "result of the evaluation"),
    "publicity": Text("公示期满", "end of publicity"),
    "re_evaluation": Text("可再次评估", "second evaluation from"),
    "re_application": Text("可再次申请", "new application from"),
    "expiry": Text("协议到期", "end of the agreement"),
    "payment": Text("拨付医保费用", "payment of claims"),
    "settlement": Text("年度清算", "annual settlement"),
    "change": Text("申请信息变更", "report a change"),
    "renewal": Text("申请续签", "ask for renewal"),
    "suspension": Text("中止期限", "end of suspension"),
    "withdrawal": Text("申请中止、解除或不续签", "ask to suspend or end"),
    "coefficient": Text("申请调整系数", "ask for another coefficient"),
    "advance": Text("收回或对冲预拨款", "take back or net advances"),
    "list_upload": Text("上传结算信息", "upload a discharge"),
    "claim": Text("申报上月费用", "claim a month"),
    "prepayment": Text("支付月预结算款", "pay a month"),
    "clearing": Text("完成年度清算", "clear a year"),
    "goods": Text("结清货款", "pay suppliers"),
    "indicators": Text("印发年度评价指标", "issue the year's indicators"),
    "standards": Text("公开评价评分标准", "publish the scoring standard"),
    "evaluation_start": Text("启动绩效评价", "start the evaluation"),
    "evaluation_result": Text("确认公示评价结果", "confirm and publish results"),
    "self_review": Text("医共体自查自评", "self-review of a community"),
}  # fmt: skip

REQUESTS = {
    "suspend": Text("中止协议", "suspend the agreement"),
    "terminate": Text("解除协议", "end the agreement"),
    "not_renew": Text("不再续签", "not to renew"),
}

DEADLINES = Table(
    "deadlines",
    Text("办理期限", "deadlines"),
    "matter_id",
    (
        text("matter_id", "事项编号", "Matter no.", required=True),
        text("institution_id", "机构编号", "Institution no."),
        choice("step", "事项", "Step", STEPS, required=True),
        date("start", "起算日", "Counted from", required=True),
        date("done", "办结日", "Done on"),
        choice("request", "请求事项", "What is asked for", REQUESTS),
        date("expires", "协议期满日", "Agreement ends on"),
        money("billed", "中止期间费用", "Billed while suspended"),
    ),
)

CALENDAR = Table(
    "calendar",
    Text("工作日历", "calendar of working days"),
    "date",
    (
        date("date", "日期", "Date", required=True),
        Column("working", Type.BOOLEAN, Text("是否上班", "Working"), required=True, called=words("上班 是否工作日")),
    ),
    called=words("放假 节假日 日历"),
    named_only=True,  # any list has a date
)

ITEMS = {  # articles 35 and 42 to 44 of JS3, item by item, in our own words
    "35": Text("因违法违规违约重新核发证照", "licence renewed after a breach"),
    "42(1)": Text("未建内部管理制度或无专人负责", "no internal rules or nobody in charge"),
    "42(2)": Text("未按规定保管账目、病历等资料", "accounts or records not kept"),
    "42(3)": Text("未按规定传送基金使用数据", "data not transmitted"),
    "42(4)": Text("未按规定报告监管信息", "information not reported"),
    "42(5)": Text("未按规定公开费用信息", "costs not published"),
    "42(6)": Text("未经同意提供目录外服务", "uncovered services without consent"),
    "42(7)": Text("推诿病人或提前要求出院", "patients turned away or sent home early"),
    "42(8)": Text("未优先配备使用目录内药品等，转嫁自费", "listed drugs not preferred, costs shifted to patients"),
    "42(9)": Text("未按标准改造信息系统", "system not brought to the standard"),
    "43(1)": Text("分解住院、挂床住院", "split or sham admissions"),
    "43(2)": Text("过度诊疗、检查、开药", "unnecessary care, tests or drugs"),
    "43(3)": Text("重复、超标准、分解收费", "double, excessive or split charges"),
    "43(4)": Text("串换项目、高套编码、以药换物", "items swapped, codes raised, drugs bartered"),
    "43(5)": Text("为转卖药品、套取返利提供便利", "help with resale of drugs or kickbacks"),
    "43(6)": Text("把不属支付范围的费用纳入结算", "uncovered costs put through"),
    "43(7)": Text("其他造成基金损失的违约", "other breaches that cost the fund"),
    "44(1)": Text("冒名、虚假就医，虚开单据", "false names, visits or bills"),
    "44(2)": Text("伪造、销毁医学文书等资料", "documents forged or destroyed"),
    "44(3)": Text("虚构医药服务项目", "services invented"),
    "44(4)": Text("为其他机构代为结算", "claims settled for others"),
    "44(5)": Text("拒绝、阻挠审核检查", "audits refused or obstructed"),
    "44(6)": Text("因违规被注销收回许可", "licence withdrawn for violations"),
    "44(7)": Text("可能造成重大风险", "a grave risk to the fund or the insured"),
    "44(8)": Text("重大违法违规且可能造成损失", "grave violations that may cost the fund"),
    "44(9)": Text("违规被曝光，重大舆情", "violations exposed in the media"),
    "44(10)": Text("其他骗取基金支出的行为", "other ways of defrauding the fund"),
}

INCIDENTS = Table(
    "incidents",
    Text("违约情形", "breaches"),
    "incident_id",
    (
        text("incident_id", "违约编号", "Breach no.", required=True),
        text("institution_id", "机构编号", "Institution no.", required=True),
        choice("item", "条款", "Item", ITEMS, required=True),
        date("date", "认定日期", "Established on"),
        money("loss", "基金损失", "Loss of the fund"),
        yes_no("uncorrected", "拒不改正", "Not corrected"),
        yes_no("grave", "后果或情节严重", "Grave"),
        yes_no("intent", "以骗取基金为目的", "Meant to defraud"),
        count("suspended_days", "协议已中止天数", "Days suspended by agreement", DAYS, 3650),
        count("ordered_days", "行政责令暂停天数", "Days ordered by the authority", DAYS, 3650),
        date("ended", "协议解除日期", "Agreement terminated on"),
        yes_no("unlawful", "因违法违规解除", "Terminated as unlawful"),
    ),
)
