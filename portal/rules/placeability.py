"""Why a stored claim may not be placed with this partner now (委託できない理由).

The ledger's verdict says what the file said on its as-of date; here count the partner, the day, and what has happened
since. `portal/actions/candidates.py` asks the same questions of a whole ledger in SQL; a test holds the two together.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from portal.i18n import N_
from portal.rules import eligibility

# 滞納繰越分: the section that owns the claim collects the running fiscal year (現年度分) itself, by 督促 and 口座振替;
# a claim comes to a partner only when it has been carried over. A city's choice, hence a name and not a number in the code.
FORMER_YEARS_ONLY = True
# What is true of a human being and not of one claim: marked under one number (宛名番号), it holds under all of them.
OF_PERSON = frozenset({"public_assistance", "bankruptcy", "represented", "deceased", "legal_incapacity"})
# What the desk marks on a person by hand (注意事項): there it holds for every claim, also what the ledger says of one claim.
BY_HAND = {code: eligibility.REASONS[code].label for code in eligibility.FLAGS.values() if code != "protected_address"}
OWN = {
    "lawyers_only": N_("時効期間が経過（弁護士チームにのみ引き渡せます）"),
    "kind_not_for_partner": N_("この委託先には引き渡せない債権種別"),
    "current_year": N_("現年度分（滞納繰越分になってから引き渡します）"),
    "nameless": N_("氏名・住所が未取込み（次の台帳取込みの後に引き渡せます）"),
    "held": N_("連絡停止中"),
    "placed": N_("引渡し済み（委託中の債権）"),
    "person_placed": N_("ご本人がすでに委託中（お一人につき委託先は一つ）"),
    "conflict": N_("利益相反のため（弁護士チームの回答）"),
    "conflict_unchecked": N_("利益相反の確認が済んでいません"),
    "not_accepted": N_("台帳の判定が「委託対象外」"),  # a verdict whose reasons this version does not know
}
LABELS = {code: reason.label for code, reason in eligibility.REASONS.items() if reason.verdict == "excluded"} | OWN


@dataclass(frozen=True, slots=True)
class Target:
    """To whom and when. `kind`: call_centre, servicer, law_team; `beside`: runs beside a call centre (law team only).

    `checked_for`: the contract, where its law team looks names up before a hand-over (利益相反の確認); an answer stands
    for `stands_days`. `planned`: only meant for it as yet, so a name may still be unchecked.
    """

    kind: str
    today: date
    beside: bool = False
    checked_for: uuid.UUID | None = None
    stands_days: int = 90
    planned: bool = False

    @property
    def lane(self) -> str:
        return "beside" if self.beside and self.kind == "law_team" else "sole"

    @property
    def answers_since(self) -> date:
        """The first day of which an answer about a conflict still stands."""
        return self.today - timedelta(days=self.stands_days)


@dataclass(frozen=True, slots=True)
class Facts:
    """A stored claim and its person. `accepted`, `reasons`: the ledger's; `flags` of all the person's numbers; yen.

    `marks`: codes of BY_HAND that stand.

    `placed`, `person_placed`: live in the target's lane; `entrusted`, `call_centre`, `servicer`: the kind's marks;
    `conflict`: the newest answer (clear, conflict) that stands for the target's contract.
    """

    accepted: bool
    reasons: frozenset[str]
    class_: str
    fiscal_year: str
    due_on: date
    last_day: date
    balance: int
    entrusted: bool
    call_centre: bool
    servicer: bool
    named: bool
    protected: bool
    flags: frozenset[str]
    held: bool
    placed: bool
    person_placed: bool
    conflict: str | None = None
    marks: frozenset[str] = frozenset()


def reasons(claim: Facts, to: Target) -> tuple[str, ...]:
    """Codes of all that speaks against placing it, in the order of LABELS; empty: it may be placed."""
    passed, private = claim.last_day < to.today, claim.class_ == "private"
    found = (claim.reasons | (claim.flags & OF_PERSON) | claim.marks) & LABELS.keys()
    found |= {code for code, applies in {
        "protected_address": claim.protected,
        "paid": claim.balance == 0,
        "time_barred": passed and not private,
        "kind_not_entrusted": not claim.entrusted,
        "lawyers_only": passed and private and to.kind != "law_team",
        "kind_not_for_partner": not suits(to.kind, call_centre=claim.call_centre, servicer=claim.servicer),
        "current_year": FORMER_YEARS_ONLY and is_current(claim.fiscal_year, claim.due_on, to.today),
        "nameless": not claim.named and not claim.protected,
        "held": claim.held,
        "placed": claim.placed,
        "person_placed": claim.person_placed and not claim.placed,
        "conflict": to.checked_for is not None and claim.conflict == "conflict",
        "conflict_unchecked": to.checked_for is not None and not to.planned and not claim.placed
        and claim.conflict is None,
        "not_accepted": not claim.accepted and not claim.reasons & LABELS.keys(),
    }.items() if applies}  # fmt: skip
    return tuple(code for code in LABELS if code in found)


def suits(partner_kind: str, *, call_centre: bool, servicer: bool) -> bool:
    """May this kind of claim go to this kind of partner at all? A law team takes every one (弁護士法3条1項)."""
    return {"call_centre": call_centre, "servicer": servicer, "law_team": True}[partner_kind]


def is_current(fiscal_year: str, due_on: date, today: date) -> bool:
    """Of the running fiscal year or later? Without a 調定年度 in four digits the due date stands for it."""
    if len(fiscal_year) == 4 and fiscal_year.isascii() and fiscal_year.isdecimal():
        return int(fiscal_year) >= year_start(today).year
    return due_on >= year_start(today)


def year_start(today: date) -> date:
    """The first of April that began the running fiscal year (地方自治法208条1項)."""
    return date(today.year - (today.month < 4), 4, 1)
