"""Personal data of patients: which columns hold them, so that no table does, and by what digest a person is written.

A column that no table declares is personal by its heading (姓名, 身份证号, 联系电话, psn_name ...) or by what stands in
it (identity numbers, mobile numbers). It is left out; only its heading is told. ``keep`` in columns.yaml keeps one that
only looks like it. What a person is numbered by, which a rule needs, is written as a digest under the office's own key.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from simlib.columns import Column, Table, Type
from simlib.persons import holds_identity, holds_number
from simlib.problems import BadInput, Problem
from simlib.tables.forms import word
from simlib.words import Text

KEY = "SIMLIB_KEY"  # environment variable: the key itself, for an office with several computers
SHORTEST_KEY = 16  # characters
BYTES = 32  # of a key that is made
DIGEST = re.compile(r"person-[0-9a-f]{32}")
PATIENT = "(?:患者|病人|参保人员?|参保|本人|就诊人员?|就医人员?|人员|个人|被保险人|家属|监护人|亲属)"
REACHED = "(?:联系)?(?:电话|方式|号码|地址)|电话号码"
WHAT = (
    "姓名|名字|出生日期|出生年月日?|出生时间|生日|身份证(?:件)?(?:号码?)?|公民身份(?:证)?号码?|居民身份证(?:号码?)?|身"
    "份号码?"
    "|(?:有效)?证件号码?|护照(?:号码?)?|(?:社会保障|社保|医保)(?:卡|证)?号码?|银行(?:卡号|账号|帐号)|手机(?:号码?)?|移"
    "动电话"
    "|(?:家庭|现|户籍|户口|居住|常住)(?:住址|地址|所在地|地)|住址"
)
FIELDS = (  # of the national interface, and in English
    "psn_?name|patient_?name|psn_?cert_?no|cert_?no|id_?card(?:_?no)?|id_?number|identity_?(?:no|number|card)|hi_?card_?no"
    "|ss_?card_?no|brdy|birth_?(?:day|date)|date_?of_?birth|dob|mob|mobile(?:_?(?:no|number|phone))?|coner_?(?:name|tel|addr)"
    "|(?:home|live|curr|rpr|patient)_?addr(?:ess)?|patient_?(?:tel|phone)|bank_?acct"
)
HEADINGS = re.compile(f"{PATIENT}?(?:{WHAT})|{PATIENT}(?:{REACHED})|{FIELDS}")
# In a table of stays these are of patients, in others of institutions.
OF_A_STAY = re.compile(
    f"(?:联系人)?(?:姓名|{REACHED}|通[讯信]地址)|联系人|tel|tel_?no|telephone"
    "|phone(?:_?(?:no|number))?|addr|address|name"
)


def by_heading(heading: str, table: Table) -> bool:
    """Whether a heading names personal data of patients in this table."""
    text = word(heading)
    name = re.sub(r"[(（\[【].*", "", text) or text
    return bool(HEADINGS.fullmatch(name) or (about_persons(table) and OF_A_STAY.fullmatch(name)))


def by_form(texts: Iterable[str]) -> bool:
    """Whether numbers of persons stand in a column: an identity number anywhere, or in most cells what looks like an
    old one or like a mobile number."""
    filled = [text for text in texts if text.strip()]
    return any(map(holds_identity, filled)) or sum(map(holds_number, filled)) * 2 > len(filled)


def personal(
    headings: dict[str, int], rows: Sequence[Sequence[str]], table: Table, keep: Iterable[str]
) -> tuple[str, ...]:
    """Of headings that no column has, with their places in the rows, those of personal data."""
    kept = set(map(word, keep))
    return tuple(
        heading
        for heading, place in headings.items()
        if word(heading) not in kept and (by_heading(heading, table) or by_form(row[place] for row in rows))
    )


def about_persons(table: Table) -> bool:
    """Whether a row of it is about a person: a stay."""
    return any(column.personal for column in table.columns)


def exposed(table: Table, places: dict[str, int], rows: Sequence[Sequence[str]]) -> list[str]:
    """Of declared columns, with their places in the rows, those that are to hold no numbers of persons and do."""
    columns = {name: table.by_name[name] for name in places}
    texts = [name for name, column in columns.items() if column.type is Type.TEXT and not column.personal]
    return [name for name in texts if any(holds_identity(row[places[name]]) for row in rows)]


def shown(text: str | None, column: Column) -> str | None:
    """What a message shows of a cell; nothing of a person's number."""
    return None if (column.personal or column.mention) else text


def digest(number: str, key: bytes) -> str:
    """What is written of a person's number: the same for the same person under one key; a digest stays as it is."""
    if DIGEST.fullmatch(number):
        return number
    return f"person-{hmac.digest(key, number.encode(), 'sha256').hex()[:32]}"


def office_key() -> bytes:
    """The office's key: what SIMLIB_KEY says, or a file made on first use. BadInput where neither can be had."""
    said = os.environ.get(KEY)
    if said is None:
        return _of_file(key_file())
    if len(said) < SHORTEST_KEY:
        raise BadInput(Problem(SHORT_KEY.fill(least=SHORTEST_KEY), KEY))
    return said.encode()


def key_file() -> Path:
    """Where the key lies, in the user's own folder of settings."""
    place = os.environ.get("APPDATA") if sys.platform == "win32" else os.environ.get("XDG_CONFIG_HOME")
    return Path(place or Path.home() / ".config") / "simlib" / "person.key"


@lru_cache(maxsize=4)
def _of_file(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise BadInput(Problem(NO_KEY.fill(why=error.strerror or error, variable=KEY), str(path))) from None
    if len(key) != BYTES:
        raise BadInput(Problem(DAMAGED_KEY.fill(variable=KEY), str(path)))
    return key


def _make(path: Path) -> None:
    """A new key, readable by its owner alone; where two are made at once, the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, part = tempfile.mkstemp(prefix=".person.", dir=path.parent)  # with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


SHORT_KEY = Text("密钥太短，至少 {least} 个字符。请换一个更长的。",
                 "The key is too short; it has at least {least} characters. Take a longer one.")  # fmt: skip
NO_KEY = Text("无法保存或读取人员编号的密钥（{why}）。请用环境变量 {variable} 指定密钥。",
              "The key for numbers of persons cannot be kept or read ({why}). Give one in {variable}.")  # fmt: skip
DAMAGED_KEY = Text(
    "密钥文件已损坏。请从备份恢复（删除它会生成新密钥，同一人的编号将与以前不同），或用环境变量 {variable} 指定密钥。",
    "The key file is damaged. Restore it (without it a new key is made, and persons get other digests than before), or "
    "give one in {variable}.",
)
