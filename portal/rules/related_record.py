"""One record of the file of related people: well formed, or why not."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from portal import wareki
from portal.rules import individual_number
from portal.rules.ledger_layout import plain, signs
from portal.rules.related_layout import COLUMNS, NUMBERS, relation


class Related(NamedTuple):
    """Somebody beside a debtor. Texts trimmed, an empty one ""; `valid_until` is the last day, None: open."""

    source: str
    debtor_no: str
    relation: str
    name: str
    kana: str
    postcode: str
    address: str
    phone: str
    valid_from: date | None
    valid_until: date | None

    @property
    def key(self) -> tuple[str, str, str, str, date | None]:
        """What says that two records are of the same: in another address or at another telephone he stays himself."""
        return self.source, self.debtor_no, self.relation, plain(self.name), self.valid_from


def judge(header: Sequence[str], cells: Sequence[str]) -> tuple[list[str], Related | None]:
    """(reasons, sorted; the record where there are none). `cells`: trimmed, as many as the heading's.

    Whether the debtor is known, and what repeats, the file alone does not say.
    """
    cell = {name: cells[header.index(name)] for name in COLUMNS}
    kind, days = relation(cell["続柄区分"]), [_day(cell[name]) for name in ("有効開始日", "有効終了日")]
    reasons = []
    if not cell["宛名番号"]:
        reasons.append("missing_debtor_no")
    if kind is None:
        reasons.append("bad_relation")
    if not cell["氏名"]:
        reasons.append("missing_name")
    first, last = days
    if False in days or (first and last and first > last):
        reasons.append("bad_date")
    if individual_number.held_in([text for name, text in zip(header, cells, strict=True) if name not in NUMBERS]):
        reasons.append("individual_number")
    if reasons or kind is None:
        return sorted(reasons), None
    return [], Related(
        plain(cell["取込元"]), plain(cell["宛名番号"]), kind, cell["氏名"],
        unicodedata.normalize("NFKC", cell["カナ氏名"]), signs(cell["郵便番号"]).replace("-", ""), cell["住所"],
        signs(cell["電話番号"]), first or None, last or None,
    )  # fmt: skip


def _day(cell: str) -> date | Literal[False] | None:
    """None: empty. False: unreadable."""
    try:
        return wareki.parse(cell) if cell else None
    except ValueError:
        return False
