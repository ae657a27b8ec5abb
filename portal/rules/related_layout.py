"""The columns of the file of related people (関係者), and who they may be to the debtor."""

from collections.abc import Sequence

from portal.i18n import N_
from portal.rules.ledger_layout import plain

COLUMNS = (
    "取込元",
    "宛名番号",
    "続柄区分",
    "氏名",
    "カナ氏名",
    "郵便番号",
    "住所",
    "電話番号",
    "有効開始日",
    "有効終了日",
)
# Two numbers a person may have that are no 個人番号, however long.
NUMBERS = ("宛名番号", "電話番号")
CODE_WIDTHS = {"取込元": 2, "宛名番号": 10}
# What the file says → what is kept. 民法446条, 882条, 824条・859条.
RELATIONS = {
    "1": "guarantor",
    "連帯保証人": "guarantor",
    "2": "heir",
    "相続人": "heir",
    "3": "representative",
    "法定代理人": "representative",
    "4": "mailing",
    "送付先": "mailing",
}
LABELS = {
    "guarantor": N_("連帯保証人"),
    "heir": N_("相続人"),
    "representative": N_("法定代理人"),
    "mailing": N_("送付先"),
}


def relation(cell: str) -> str | None:
    """Code or word, after NFKC; None where it is neither."""
    code = plain(cell)
    return RELATIONS.get(code.lstrip("0") or code)


def missing(header: Sequence[str]) -> list[str]:
    return [name for name in COLUMNS if name not in header]


def doubled(header: Sequence[str]) -> list[str]:
    return [name for name in COLUMNS if header.count(name) > 1]
