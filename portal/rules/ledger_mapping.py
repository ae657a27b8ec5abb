"""読替え: what one source calls our columns and our kinds of claim, as the desk said it once.

A mapped record is judged exactly as one that came in our words: a code is read as the kind it stands for before anything
is asked, a code that nobody mapped as it stands. A column of the file has one meaning or none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Self

from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS, NEVER_EMPTY

# What a file may lack and the desk say for all of it. A mark nobody keeps is "not marked".
MARKS = frozenset(FLAGS)
# No column of ours: a file that names it so has what must not be here (番号法19条, 20条).
_FORBIDDEN = re.compile("個人番号|マイナンバー")
CODE_LENGTH = 20
# What other systems call our columns.
_CALLED = {
    "自治体コード": "団体コード 市区町村コード 市町村コード 団体番号",
    "取込元": "システムコード システム区分 業務コード 業務区分",
    "宛名番号": "宛名コード 個人コード 住民コード 債務者番号 顧客番号 お客様番号 お客さま番号 使用者番号 利用者番号",
    "債権種別コード": "債権種別 債権コード 科目コード 科目 料目 種別コード 種別 債権区分",
    "調定年度": "年度 賦課年度 会計年度",
    "期別": "期 期月 月分 調定期別",
    "枝番": "枝番号 連番",
    "通知書番号": "通知番号 納付書番号 納入通知書番号",
    "摘要": "内容 件名 債権内容 用途",
    "調定額": "調定金額 請求額 請求金額 賦課額",
    "収納額": "収納金額 収納済額 納付額 納付済額 入金額",
    "延滞金": "延滞金額 確定延滞金 遅延損害金",
    "督促手数料": "手数料",
    "納期限": "納付期限 納期 支払期限 納期限日",
    "督促発送日": "督促状発送日 督促日 督促年月日",
    "督促到達日": "督促状到達日",
    "原因発生日": "発生日 債権発生日 事由発生日",
    "最終承認日": "承認日 債務承認日",
    "債務名義確定日": "確定日 判決確定日",
    "カナ氏名": "氏名カナ 氏名（カナ） 氏名フリガナ フリガナ カナ名",
    "氏名": "漢字氏名 氏名（漢字） 名義人 名前 債務者名 使用者名",
    "生年月日": "誕生日",
    "性別": "性別コード",
    "郵便番号": "〒 郵便コード",
    "住所": "現住所 住所1 送付先住所",
    "方書": "住所2 建物名",
    "電話番号1": "電話番号 電話 自宅電話 電話番号（自宅）",
    "電話番号2": "携帯電話 携帯番号 電話番号（携帯）",
    "支援措置": "DV支援措置 支援措置区分",
    "生活保護": "生保 生活保護区分",
    "破産": "破産区分",
    "受任通知": "代理人",
    "死亡": "死亡区分",
    "未成年等": "未成年",
    "係争中": "係争",
    "減免申請中": "減免",
    "分納中": "分納 分納区分",
    "徴収停止": "停止",
    "備考": "メモ 特記事項",
}
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Mapping:
    """`headings`: {our column: its heading, as `named` has it}; `fixed`: {our column: its value in every record};
    `kinds`: {its code: our code, "" where it is none of ours}, its codes after NFKC."""

    headings: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, headings: dict[str, Any], kinds: dict[str, str]) -> Self:
        """From what `stored` made."""
        named = {ours: its for ours, its in headings.items() if isinstance(its, str)}
        fixed = {ours: its["fixed"] for ours, its in headings.items() if ours not in named}
        return cls(named, fixed, dict(kinds))

    def stored(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(headings, kinds) as JSON."""
        return {**self.headings, **{ours: {"fixed": value} for ours, value in self.fixed.items()}}, self.kinds

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Its headings that the file has not, in our order."""
        have = set(names)
        return [self.headings[ours] for ours in COLUMNS if ours in self.headings and self.headings[ours] not in have]

    def renamed(self, names: Sequence[str]) -> list[str]:
        """The file's headings in our words, then those it lacks, of which `fixed` gives the cells.

        A heading that reads like ours but means nothing here stands in brackets.
        """
        ours = {its: name for name, its in self.headings.items()}
        said = [ours.get(name, f"（{name}）" if name in COLUMNS else name) for name in names]
        return [*said, *self.fixed]

    def twice(self) -> list[str]:
        """Headings given to two columns of ours."""
        return [its for its, times in Counter(self.headings.values()).items() if times > 1]

    def forbidden(self) -> list[str]:
        """Headings that say 個人番号."""
        return [its for its in self.headings.values() if _FORBIDDEN.search(its)]


def may_be_fixed(column: str, value: str, city_codes: Iterable[str]) -> bool:
    """Our city's code, a source of a few signs, no mark, or nothing where the check lets a cell be empty."""
    if column == "自治体コード":
        return value in city_codes
    if column in MARKS:
        return value == "0"
    if column == "取込元" and value:
        return len(value) <= CODE_LENGTH and value.isalnum()
    return not value and column not in NEVER_EMPTY


def named(header: Iterable[str]) -> list[str]:
    """Headings after NFKC, each a name of its own: the second 電話 is 電話（2つ目）, one without a name （3列目）."""
    names, met = list[str](), Counter[str]()
    for place, cell in enumerate(header, 1):
        name = unicodedata.normalize("NFKC", cell).strip() or f"（{place}列目）"
        met[name] += 1
        names.append(name if met[name] == 1 else f"{name}（{met[name]}つ目）")
    return names


def guess(names: Sequence[str]) -> dict[str, str]:
    """{our column: the heading that says it, or nearly}: equal, known from other systems, else alike; each heading once."""
    scores = sorted(
        (
            (_score(ours, name), -at, -place, ours, name)
            for at, ours in enumerate(COLUMNS)
            for place, name in enumerate(names)
        ),
        reverse=True,
    )
    found = dict[str, str]()
    for score, _, _, ours, name in scores:
        if score >= _ALIKE and ours not in found and name not in found.values():
            found[ours] = name
    return found


def _score(ours: str, name: str) -> float:
    if ours == name:
        return 2.0
    if _FORBIDDEN.search(name):
        return 0.0
    if name in map(_plain, _CALLED[ours].split()):
        return 1.5
    return SequenceMatcher(None, ours, name).ratio() if ours not in MARKS else 0.0


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name)
