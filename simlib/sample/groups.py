"""The synthetic city's catalogue of groups: what its inpatients come for, and what it usually costs.

A group is a diagnosis (ICD-10) or a diagnosis with an operation (ICD-9-CM-3): ``J18.9``, ``K80.1:51.23``. The
common ones are written out below as an official knows them; the long tail of the rest is drawn over the blocks of
ICD-10 and named by them. Points, frequencies, days and ages are plausible and fitted to no real city.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from simlib.columns import GROUPS

SIZE = 1000  # groups, unless told otherwise
TAIL = 0.34  # share of the drawn groups in the core cases; MIXED of them, the rarest, are mixed groups
MIXED = 0.12
TREATED = 0.52  # of them with an operation or another measure
# Median points: without an operation, and with one by the last category of each chapter of ICD-9-CM-3.
CONSERVATIVE = 600
OPERATIONS = [
    (3200, 5), (1300, 7), (700, 16), (850, 29), (2300, 34), (2900, 39), (1700, 54), (1250, 64), (1050, 71), (620, 75),
    (1800, 84), (1000, 86), (850, 99),
]  # fmt: skip
LOWEST, HIGHEST = 60, 20_000  # points
# Of the kinds: standard deviation of ln(cost / mean), first without and then with an operation.
SPREAD = {
    "core": (0.38, 0.27), "mixed": (0.44, 0.36), "primary": (0.34, 0.3), "tcm": (0.3, 0.26), "bed_day": (0.1, 0.1),
}  # fmt: skip

# Code, name, points, cases (of ten thousand of the kind), days, ages. Points of bed-days are for a day.
# fmt: off
KNOWN = {
    "core": """
J18.9 肺炎 600 330 8 all; J15.9 细菌性肺炎 800 120 9 all; J98.4 肺部感染 720 90 9 elder
J44.1 慢性阻塞性肺疾病急性加重 850 260 10 elder; J45.9 支气管哮喘 560 60 7 all; J47 支气管扩张 680 60 8 elder
J21.9 急性毛细支气管炎 420 60 6 child; J96.0:96.72 急性呼吸衰竭，有创通气96小时以上 8200 12 18 elder
J35.3:28.30 扁桃体伴腺样体肥大，切除 760 45 6 child; J32.9:22.63 慢性鼻窦炎，内镜下筛窦切除 1050 45 6 adult
J34.2:21.88 鼻中隔偏曲，成形 900 30 6 adult; I20.0 不稳定型心绞痛 760 220 7 elder
I25.1 冠状动脉粥样硬化性心脏病 650 280 7 elder; I25.1:88.56 冠状动脉粥样硬化性心脏病，冠状动脉造影 1150 150 6 elder
I25.1:36.07 冠状动脉粥样硬化性心脏病，药物洗脱支架置入 3100 100 8 elder
I25.1:36.12 冠状动脉粥样硬化性心脏病，冠状动脉搭桥 11500 5 21 elder
I21.9:36.07 急性心肌梗死，药物洗脱支架置入 3900 38 9 elder; I50.9 心力衰竭 830 160 9 elder
I11.9 高血压性心脏病 560 90 7 elder; I48.9:37.34 心房颤动，射频消融 5200 16 7 elder
I49.5:37.83 病态窦房结综合征，双腔起搏器置入 4300 12 9 elder; I35.0:35.22 主动脉瓣狭窄，瓣膜置换 12800 4 20 adult
I71.0:39.73 主动脉夹层，腔内修复 11900 5 15 adult; I83.9:38.59 下肢静脉曲张，剥脱 950 60 6 adult
I63.9 脑梗死 900 460 10 elder; I63.9:39.74 脑梗死，取栓 7600 10 14 elder; I61.9 脑出血 1350 50 15 elder
I61.9:01.24 脑出血，开颅血肿清除 6900 10 24 elder; I60.9:39.72 蛛网膜下腔出血，动脉瘤栓塞 9800 6 18 adult
G45.9 短暂性脑缺血发作 620 110 7 elder; G40.9 癫痫 520 50 6 all; G20 帕金森病 700 25 8 elder
K80.1:51.23 胆囊结石伴慢性胆囊炎，腹腔镜胆囊切除 1280 140 6 adult; K80.5:51.88 胆总管结石，内镜下取石 2100 35 9 elder
K35.8:47.01 急性阑尾炎，腹腔镜阑尾切除 940 95 6 adult; K40.9:53.05 腹股沟疝，无张力修补 850 95 5 elder
K63.5:45.42 结肠息肉，内镜下切除 620 210 4 adult; K92.2 消化道出血 900 70 8 elder; K25.4 胃溃疡伴出血 880 45 8 adult
K74.6 肝硬化 950 70 10 adult; K85.9 急性胰腺炎 1150 75 10 adult; K56.7 肠梗阻 760 75 8 elder
K64.8:49.46 混合痔，痔切除 620 150 6 adult; K60.3:49.12 肛瘘，切除 640 40 7 adult
K01.1:23.19 阻生牙，拔除 380 25 4 adult; E11.7 2型糖尿病伴多个并发症 640 230 8 elder
E04.1:06.2 甲状腺结节，单侧腺叶切除 1150 50 6 adult; C73:06.4 甲状腺恶性肿瘤，甲状腺全切除 1550 55 7 adult
Z51.1:99.25 恶性肿瘤化学治疗 560 420 4 adult; Z51.0:92.24 恶性肿瘤放射治疗 2600 70 24 elder
Z51.8:99.28 恶性肿瘤靶向和免疫治疗 780 120 3 elder; C34.9 支气管和肺恶性肿瘤 900 90 8 elder
C34.1:32.41 肺上叶恶性肿瘤，胸腔镜肺叶切除 4200 38 12 elder; C16.9:43.60 胃恶性肿瘤，胃大部切除 4900 20 16 elder
C18.9:45.73 结肠恶性肿瘤，右半结肠切除 4600 24 15 elder; C50.9:85.43 乳房恶性肿瘤，改良根治 1750 35 10 adult
C22.0:38.86 肝细胞癌，肝动脉栓塞 1700 40 8 adult; D25.9:68.29 子宫平滑肌瘤，病损切除 1450 65 7 adult
N83.2:65.25 卵巢囊肿，腹腔镜病损切除 1050 45 6 adult; N93.9:69.09 异常子宫出血，诊断性刮宫 380 60 4 adult
N18.5:39.95 慢性肾衰竭，血液透析 690 190 8 adult; N04.9 肾病综合征 720 30 9 all
N20.1:56.00 输尿管结石，输尿管镜碎石 1150 85 5 adult; N20.0:55.04 肾结石，经皮肾镜碎石 1800 28 8 adult
N40:60.29 前列腺增生，经尿道前列腺切除 1250 50 9 elder; M51.2 腰椎间盘突出 490 200 8 adult
M51.2:80.51 腰椎间盘突出，椎间盘切除 2500 28 10 adult; M48.0:81.08 腰椎管狭窄，椎体融合 4300 22 13 elder
M80.9:81.66 骨质疏松伴椎体骨折，球囊扩张成形 1950 45 6 elder
M17.1:81.54 膝关节骨性关节病，全膝关节置换 3600 32 11 elder; S72.0:81.52 股骨颈骨折，人工股骨头置换 3300 32 13 elder
S72.1:79.35 股骨粗隆间骨折，切开复位内固定 2700 30 13 elder; S52.5:79.32 桡骨远端骨折，切开复位内固定 1700 45 9 elder
S82.2:79.36 胫骨干骨折，切开复位内固定 2100 55 13 adult; S06.0 脑震荡 420 60 6 adult
S06.5:01.31 创伤性硬膜下血肿，开颅清除 6200 9 22 adult; S22.3 肋骨骨折 560 60 9 adult
O80.9:73.59 单胎顺产 330 150 4 maternity; O82.9:74.10 剖宫产 610 170 6 maternity
O00.1:66.62 输卵管妊娠，腹腔镜切除 920 25 6 maternity; O02.1:69.02 稽留流产，清宫 330 40 4 maternity
O60.0 先兆早产 380 25 6 maternity; P59.9 新生儿黄疸 350 70 5 newborn; P23.9 新生儿肺炎 660 35 8 newborn
P22.0:96.71 新生儿呼吸窘迫综合征，有创通气 2900 8 18 newborn; P07.3 早产儿 2300 14 18 newborn
A08.0 轮状病毒肠炎 310 35 5 child; B08.4 手足口病 320 25 5 child; Q21.1:35.52 房间隔缺损，封堵 3400 6 7 child
H25.9:13.41 老年性白内障，超声乳化伴人工晶体植入 470 190 2 elder; H11.0:11.39 翼状胬肉，切除 300 40 3 elder
H33.0:14.74 视网膜脱离，玻璃体切除 1250 25 6 adult; H40.2:12.64 原发性闭角型青光眼，小梁切除 620 20 6 elder
H35.3:14.79 黄斑变性，玻璃体腔注药 560 55 2 elder; H91.2 突发性聋 540 60 9 adult; A41.9 脓毒症 2300 24 12 elder
A16.2 肺结核 720 40 14 adult; B18.1 慢性乙型病毒性肝炎 620 45 10 adult; B02.9 带状疱疹 480 60 8 elder
L40.0 寻常型银屑病 560 15 10 adult; D50.9 缺铁性贫血 520 40 6 adult
C91.0:99.25 急性淋巴细胞白血病，化学治疗 2300 20 18 all
""",
    "primary": """
J06.9 急性上呼吸道感染 190 300 5 all; J20.9 急性支气管炎 260 260 6 all; J03.9 急性扁桃体炎 210 120 5 child
J02.9 急性咽炎 190 80 5 all; J42 慢性支气管炎 340 180 8 elder; J43.9 肺气肿 350 50 8 elder
I10 原发性高血压 280 260 7 elder; I67.2 脑动脉粥样硬化 320 90 8 elder; I69.3 脑梗死后遗症 380 140 9 elder
G45.0 椎-基底动脉供血不足 320 140 7 elder; E11.9 2型糖尿病不伴并发症 320 150 8 elder; K29.5 慢性胃炎 270 160 6 adult
K29.1 急性胃炎 230 90 5 all; K52.9 胃肠炎 220 160 5 all; K30 功能性消化不良 220 50 5 adult
K81.1 慢性胆囊炎 300 60 7 elder; N39.0 泌尿道感染 260 80 6 adult; N10 急性肾盂肾炎 320 25 7 adult
N73.9 盆腔炎 270 60 7 adult; M54.5 腰痛 270 130 8 elder; M54.2 颈痛 260 70 8 adult; M13.9 关节炎 270 50 8 elder
M17.9 膝关节病 290 70 8 elder; M75.0 肩周炎 270 60 8 elder; H81.3 周围性眩晕 290 120 6 elder; R42 头晕 250 90 6 elder
R51 头痛 230 40 5 adult; L03.9 蜂窝织炎 280 40 7 adult; L50.9 荨麻疹 200 25 5 all; T14.0 软组织挫伤 210 70 6 adult
""",
    "tcm": """
M51.2:99.92 腰痛病（腰椎间盘突出），针灸推拿 460 130 10 adult
M50.1:99.92 项痹（神经根型颈椎病），针灸推拿 430 90 10 adult; M17.1:99.92 膝痹（膝骨关节炎），针灸 430 70 10 elder
M75.1:99.92 肩凝（肩袖综合征），针灸推拿 390 50 9 adult; G51.0:99.92 面瘫病（面神经炎），针灸 430 45 12 adult
I69.4:99.92 中风病恢复期，针灸 780 90 15 elder; B02.2:99.92 蛇串疮（带状疱疹后神经痛），火针 430 35 9 elder
K64.9:49.45 痔病，中医结扎注射 490 50 6 adult; K60.4:49.73 肛漏病，挂线 570 20 8 adult
S52.5:79.02 桡骨远端骨折，手法整复 520 30 7 elder; S42.2:79.01 肱骨近端骨折，手法整复 580 14 8 elder
S82.8:79.06 踝部骨折，手法整复 620 14 9 adult
""",
    "bed_day": """
F20.9 精神分裂症 26 400 90 adult; F31.9 双相情感障碍 28.5 90 42 adult; F32.9 抑郁发作 30 90 30 adult
F10.2 酒精依赖综合征 26.5 30 30 adult; F03 痴呆 27.5 60 95 elder; F06.9 器质性精神障碍 28 40 55 elder
F79.9 精神发育迟滞 23.5 50 110 adult; I69.3:93.89 脑梗死后遗症，康复治疗 46 130 34 elder
T91.3:93.89 脊髓损伤后遗症，康复治疗 55 20 55 adult; Z50.8:93.39 骨折术后，康复治疗 39 50 28 adult
Z51.5 安宁疗护 41 40 27 elder; Z74.0 长期护理 21.5 120 130 elder
""",
}
# Of ICD-10, from and to: name, operations in use there (categories of ICD-9-CM-3), ages, weight.
BLOCKS = """
A00-A09 肠道传染病 45-46,99 all 8
A15-A49 结核病和细菌性疾病 33-34,86,99 adult 8
B00-B34 病毒性疾病 99 adult 8
B35-B99 真菌病和寄生虫病 86,99 adult 3
C00-C14 口腔和咽恶性肿瘤 24-30,40,92,99 elder 5
C15-C26 消化器官恶性肿瘤 42-54,92,99 elder 22
C30-C39 呼吸和胸腔内器官恶性肿瘤 30-34,92,99 elder 10
C40-C50 骨、皮肤和乳房恶性肿瘤 76-86,92,99 adult 8
C51-C68 生殖和泌尿器官恶性肿瘤 55-71,92,99 elder 14
C69-C97 其他部位恶性肿瘤和血液肿瘤 01-07,40-41,92,99 adult 12
D00-D48 良性和动态未定肿瘤 06-07,45,65-68,85-86 adult 26
D50-D89 血液和免疫疾病 40-41,99 all 10
E00-E07 甲状腺疾患 06 adult 5
E10-E16 糖尿病和糖调节疾患 84-86,99 elder 10
E20-E90 其他内分泌、营养和代谢疾病 07,99 all 9
G00-G09 中枢神经系统炎性疾病 01-03,99 all 5
G10-G99 其他神经系统疾病 01-05,89,99 adult 18
H00-H59 眼病 08-16 elder 24
H60-H95 耳和乳突疾病 18-20 adult 10
I00-I09 风湿性心脏病 35,37,99 elder 4
I10-I15 高血压病 38-39,99 elder 8
I20-I25 缺血性心脏病 36-37,88 elder 14
I26-I52 其他型心脏病 35-37,88 elder 16
I60-I69 脑血管病 01-02,38-39,88 elder 16
I70-I99 动脉、静脉和淋巴管疾病 38-40 elder 14
J00-J06 急性上呼吸道感染 28-29,31 child 6
J09-J22 流感、肺炎和急性下呼吸道感染 33,96 all 14
J30-J39 其他上呼吸道疾病 21-22,28-31 all 12
J40-J47 慢性下呼吸道疾病 33,96 elder 8
J60-J99 其他肺和胸膜疾病 32-34,96 elder 10
K00-K14 口腔、涎腺和颌疾病 23-27,76 adult 8
K20-K31 食管、胃和十二指肠疾病 42-45 adult 18
K35-K46 阑尾疾病和疝 47,53-54 adult 8
K50-K67 肠和腹膜疾病 45-49,54 adult 18
K70-K77 肝疾病 50,54,99 adult 10
K80-K93 胆、胰和其他消化系统疾病 51-52,45 adult 16
L00-L99 皮肤和皮下组织疾病 83,85-86 all 12
M00-M25 关节病 80-81 elder 14
M30-M36 系统性结缔组织疾患 83,99 adult 6
M40-M54 背部疾病 03,80-81 elder 14
M60-M99 软组织和骨疾病 77-84 adult 16
N00-N19 肾小球、肾小管和肾衰竭疾病 38-39,54-55 adult 12
N20-N39 泌尿系统其他疾病 55-59 adult 14
N40-N51 男性生殖器官疾病 60-64 all 8
N60-N64 乳房疾患 85 adult 5
N70-N98 女性盆腔和生殖道疾患 65-71 adult 16
O00-O08 流产结局的妊娠 66,69,74 maternity 5
O10-O48 妊娠期疾患 66-69,73-75 maternity 14
O60-O92 分娩和产褥期并发症 72-75 maternity 14
P00-P96 起源于围生期的情况 38,96,99 newborn 12
Q00-Q99 先天性畸形 02,27,35-37,46,58,77 child 14
R00-R69 症状和异常所见 33,45,88-89 all 14
S00-S09 头部损伤 01-02,08,18,76,86 adult 12
S10-S39 颈、胸、腹和脊柱损伤 03,34,41,46,81 adult 12
S40-S69 肩和上肢损伤 78-84,86 adult 16
S70-S99 髋和下肢损伤 78-84,86 adult 16
T00-T35 多部位损伤、异物和烧伤 84,86,98 all 7
T36-T88 中毒和医疗并发症 39,86,96,99 adult 8
Z00-Z99 随访、取出内固定和其他保健服务 37,55,78,86,97-99 adult 12
"""
# fmt: on


def groups(seed: int = 2026, size: int = SIZE) -> pd.DataFrame:
    """The city's catalogue: table ``groups``, one row a group.

    - Kinds: mostly core; mixed, the rarest of those drawn; 30 primary (light diseases that every township hospital
      treats), 12 TCM and 12 paid by the bed-day (psychiatric, rehabilitation, nursing: points are for a day).
    - ``points``: mean cost / the city's mean cost x 1000, four decimals, from 60 to 20,000 and long-tailed.

    Parameters
    ----------
    seed: a whole number >= 0. The same seed and size give the same table.
    size: groups, from 200; those beyond the known ones are drawn over the blocks of ICD-10.

    Examples
    --------
    >>> groups()[["group_code", "kind", "name"]].head(1).values.tolist()
    [['J18.9', 'core', '肺炎']]
    """
    return catalogue(seed, size)[list(GROUPS.by_name)].copy()


@lru_cache(maxsize=4)
def catalogue(seed: int, size: int) -> pd.DataFrame:
    """The groups with what is drawn by: ``cases`` (share within the kind), ``days``, ``ages`` and ``spread``.

    The table is shared by all who ask for the same one: copy it before changing it.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    rows = [(*line.split(), kind) for kind, lines in KNOWN.items() for line in re.split("; |\n", lines.strip())]
    known = pd.DataFrame(rows, columns=["group_code", "name", "points", "cases", "days", "ages", "kind"])
    known = known.astype({"points": float, "cases": float, "days": float})
    known["points"] *= np.exp(rng.normal(0, 0.02, len(known)))  # nobody's means are round
    core = known["kind"] == "core"
    drawn = _drawn(rng, size - len(known), set(known["group_code"]))
    known.loc[core, "cases"] *= (1 - TAIL) / known.loc[core, "cases"].sum()
    for kind in set(KNOWN) - {"core"}:
        known.loc[known["kind"] == kind, "cases"] /= known.loc[known["kind"] == kind, "cases"].sum()
    drawn["cases"] *= TAIL / drawn["cases"].sum()
    table = pd.concat([known, drawn], ignore_index=True)
    table["points"] = np.round(table["points"], 4)
    operated = _operated(table["group_code"])
    table["spread"] = [SPREAD[kind][one] for kind, one in zip(table["kind"], operated.astype(int), strict=True)]
    return table


def _operated(codes: pd.Series) -> np.ndarray:
    """Whether a group is an operation, and not a treatment by medicine or a measure such as an angiography."""
    category = codes.str.partition(":")[2].str[:2]
    return ((category != "") & (category < "87")).to_numpy()


def _drawn(rng: np.random.Generator, count: int, known: set[str]) -> pd.DataFrame:
    """The long tail: frequencies fall as 1 / rank, and costly groups are rarer."""
    blocks = pd.DataFrame([line.split() for line in BLOCKS.strip().splitlines()])
    blocks.columns = ["codes", "name", "operations", "ages", "weight"]
    weight = blocks["weight"].astype(float)
    block = rng.choice(len(blocks), 3 * count, p=weight / weight.sum())
    table = pd.DataFrame({"group_code": _codes(rng, blocks.iloc[block]), "block": block}).drop_duplicates("group_code")
    table = table[~table["group_code"].isin(known)].head(count).reset_index(drop=True)
    diagnosis, _, procedure = (table["group_code"].str.partition(":")[at] for at in range(3))
    operated = _operated(table["group_code"])
    treatment = np.select([operated, procedure != ""], ["手术治疗", "治疗性操作"], "保守治疗")
    table["name"] = table["block"].map(blocks["name"]) + "（" + diagnosis + "），" + treatment
    table["ages"] = table["block"].map(blocks["ages"])
    costs, last = np.array(OPERATIONS).T
    measure = costs[np.searchsorted(last, procedure.str[:2].where(procedure != "", "0").astype(int))]
    points = np.where(procedure != "", measure, CONSERVATIVE) * rng.lognormal(0, 0.5, count)
    table["points"] = np.clip(points, LOWEST, HIGHEST * rng.uniform(0.8, 1, count))
    table["days"] = 2 + 6.5 * (table["points"] / 1000) ** 0.45 * rng.lognormal(0, 0.25, count)
    rank = rng.permutation(count)
    table["cases"] = 1 / (rank + 0.02 * count) * (table["points"] / 1000) ** -0.3
    rare = table["cases"].rank(method="first") <= MIXED * count
    return table.assign(kind=np.where(rare, "mixed", "core")).drop(columns="block")


def _codes(rng: np.random.Generator, blocks: pd.DataFrame) -> list[str]:
    """For each row a diagnosis of its block, half of them with one of the block's operations."""
    count = len(blocks)
    ranges = [[one.split("-") for one in operations.split(",")] for operations in blocks["operations"]]
    chosen = [some[int(at * len(some))] for some, at in zip(ranges, rng.random(count), strict=True)]
    category = _between(rng, blocks["codes"].str[1:3].astype(int), blocks["codes"].str[5:7].astype(int))
    operation = _between(rng, np.array([int(one[0]) for one in chosen]), np.array([int(one[-1]) for one in chosen]))
    decimal, hundredths = rng.integers(10, size=count), rng.integers(100, size=count)
    treated = rng.random(count) < TREATED
    columns = (one.tolist() for one in (blocks["codes"].str[0], category, decimal, treated, operation, hundredths))
    return [
        f"{chapter}{a:02d}.{b}:{c:02d}.{d:02d}" if measure else f"{chapter}{a:02d}.{b}"
        for chapter, a, b, measure, c, d in zip(*columns, strict=True)
    ]


def _between(rng: np.random.Generator, low, high) -> np.ndarray:
    return rng.integers(np.asarray(low), np.asarray(high) + 1)
