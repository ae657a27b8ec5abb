"""A storable record of the ledger as an object: what the text that the load streams must say."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.rules.ledger import Facts
from portal.rules.ledger_layout import Layout, plain, signs
from portal.rules.limitation import Event


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim and its debtor. Amounts in yen, days in Tokyo, texts trimmed; an empty text is "", an empty day None.

    Of a protected person (支援措置) only the keys are kept: what tells who or where is empty, 摘要 and 備考 too.
    `kana` is full-width, `name`, `address` and `building` as registered, 外字 kept; `flags` are reason codes.
    `events` are what moved the limitation up to `last_day`, an arrival estimated from the dispatch among them.
    """

    source: str
    debtor_no: str
    kind_code: str
    kind_version: int
    class_: str
    cause_from: date | None
    cause_to: date | None
    cause_on: date | None
    fiscal_year: str
    instalment: str
    branch: str
    notice_no: str
    summary: str
    assessed: int
    paid: int
    late_charge: int
    demand_fee: int
    due_on: date
    demand_sent_on: date | None
    demand_arrived_on: date | None
    acknowledged_on: date | None
    judged_on: date | None
    events: tuple[Event, ...]
    last_day: date
    kana: str
    name: str
    birth: date | None
    sex: str
    postcode: str
    address: str
    building: str
    phone1: str
    phone2: str
    flags: frozenset[str]
    memo: str

    @property
    def balance(self) -> int:
        return self.assessed - self.paid

    @property
    def protected(self) -> bool:
        return "protected_address" in self.flags


def claim(layout: Layout, cells: Sequence[str], facts: Facts) -> Claim:
    """The record of a finding that has facts."""
    source, debtor_no, _, fiscal_year, instalment, branch = map(plain, layout.key(cells))
    kind, dates = facts.kind, facts.dates
    hidden = "protected_address" in facts.flags

    def text(column: str) -> str:
        return "" if hidden else layout.cell(cells, column)

    return Claim(
        source=source,
        debtor_no=debtor_no,
        kind_code=kind.code,
        kind_version=kind.version,
        class_=kind.class_,
        cause_from=kind.cause_from,
        cause_to=kind.cause_to,
        cause_on=dates.cause_on,
        fiscal_year=fiscal_year,
        instalment=instalment,
        branch=branch,
        notice_no=plain(text("通知書番号")),
        summary=text("摘要"),
        assessed=facts.assessed,
        paid=facts.paid,
        late_charge=facts.late_charge,
        demand_fee=facts.demand_fee,
        due_on=dates.due_on,
        demand_sent_on=dates.sent_on,
        demand_arrived_on=dates.arrived_on,
        acknowledged_on=dates.acknowledged_on,
        judged_on=dates.judged_on,
        events=facts.events,
        last_day=facts.last_day,
        kana=unicodedata.normalize("NFKC", text("カナ氏名")),
        name=text("氏名"),
        birth=None if hidden else facts.born_on,
        sex=plain(text("性別")),
        postcode=signs(text("郵便番号")).replace("-", ""),
        address=text("住所"),
        building=text("方書"),
        phone1=signs(text("電話番号1")),
        phone2=signs(text("電話番号2")),
        flags=facts.flags,
        memo=text("備考"),
    )
