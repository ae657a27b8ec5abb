"""The columns of the ledger (滞納債権台帳), profile `standard`, and where a file has them."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter

from portal.rules.eligibility import FLAGS

KEY = ("取込元", "宛名番号", "債権種別コード", "調定年度", "期別", "枝番")
AMOUNTS = ("調定額", "収納額", "延滞金", "督促手数料")
DATES = ("納期限", "督促発送日", "督促到達日", "原因発生日", "最終承認日", "債務名義確定日")
PERSON = ("カナ氏名", "氏名", "生年月日", "性別", "郵便番号", "住所", "方書", "電話番号1", "電話番号2")
COLUMNS = ("自治体コード", *KEY, "通知書番号", "摘要", *AMOUNTS, *DATES, *PERSON, *FLAGS, "備考")
OPTIONAL = frozenset({"通知書番号"})
# Columns whose cells every record of every source must fill, marks apart.
NEVER_EMPTY = frozenset({"自治体コード", "宛名番号", "債権種別コード", "調定額", "収納額", "納期限", "氏名", *FLAGS})
# Of these no desk can say one value for a whole file: a table that has not so many columns is no ledger.
IN_FILE = ("宛名番号", "債権種別コード", "調定額", "収納額", "納期限", "氏名")
# A spreadsheet drops the zeros before a number; codes get them back.
CODE_WIDTHS = {"取込元": 2, "宛名番号": 10, "債権種別コード": 3, "調定年度": 4}
# Columns whose long numbers are no 個人番号.
NUMBERS = ("宛名番号", "通知書番号", "電話番号1", "電話番号2")

_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))


def plain(cell: str) -> str:
    """A trimmed cell as codes and keys are compared: after NFKC."""
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def signs(cell: str) -> str:
    """A telephone number or postcode in ASCII, its hyphens of one kind."""
    return plain(cell).translate(_HYPHENS)


def joined(key: Sequence[str]) -> str:
    """Trimmed cells as one key to compare: after NFKC, joined by U+001F."""
    return "\x1f".join(map(plain, key))


def missing(header: Sequence[str]) -> list[str]:
    """Columns that the heading lacks. Only the notice number may be left out altogether."""
    return [name for name in COLUMNS if name not in header and name not in OPTIONAL]


def doubled(header: Sequence[str]) -> list[str]:
    """Columns of ours that the heading names twice. Others may repeat."""
    return [name for name, times in Counter(header).items() if times > 1 and name in COLUMNS]


class Layout:
    """Where each column stands. `header` has passed `missing` and `doubled`; every record has as many cells."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = tuple(header)
        self.at = {name: self.header.index(name) for name in COLUMNS if name in self.header}
        self.key, self.amounts, self.dates = (self._cells(names) for names in (KEY, AMOUNTS, DATES))
        self.flags = self._cells(tuple(FLAGS))
        self.named = self._cells(("カナ氏名", "氏名", "住所", "方書"))
        numbers = {self.at.get(name) for name in NUMBERS}
        self.searched = itemgetter(*(index for index in range(len(self.header)) if index not in numbers))
        read = {self.at[name] for name in ("自治体コード", "債権種別コード", *DATES, *FLAGS)}
        self.unread = itemgetter(*(index for index in range(len(self.header)) if index not in numbers | read))

    def _cells(self, names: tuple[str, ...]) -> "Callable[[Sequence[str]], tuple[str, ...]]":
        return itemgetter(*(self.at[name] for name in names))

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The cell of that column; empty where the file has no such column."""
        return cells[self.at[name]] if name in self.at else ""

    def key_of(self, cells: Sequence[str]) -> str:
        """What identifies the claim within the city: KEY after NFKC, joined by U+001F."""
        return joined(self.key(cells))
