"""Licence × act: what each kind of partner may do with a debtor, and what it does instead.

弁護士法72条 keeps other people's legal business for lawyers; サービサー法 lets a servicer act for 特定金銭債権 only.
Informing and writing down what a debtor says are bare facts (国土交通省住宅局 2007-06-22) and open to all.
Instalments, court action and relief are the city's decisions.
"""

from dataclasses import dataclass
from typing import Any

from portal.i18n import N_
from portal.rules.reading import fields, flag, one_of

PARTNER_KINDS = {
    "call_centre": N_("電話催告の受託者"),
    "servicer": N_("債権回収会社（サービサー）"),
    "law_team": N_("弁護士チーム"),
    "city": N_("市"),
}
ACTS = {
    "inform": N_("債権名・残高・納期限・納付方法を伝える"),
    "record_wish": N_("ご本人の申出を聞き取る"),
    "ask_again": N_("拒否や異議の後に重ねて納付を求める"),
    "negotiate": N_("支払方法や金額を交渉する"),
    "agree_instalments": N_("分割納付を取り決める"),
    "file_in_court": N_("裁判所に申し立てる"),
    "decide_relief": N_("減免・猶予を決める"),
}
INSTEADS = {
    "return_to_city": N_("市へ返却する"),
    "propose_to_city": N_("市に提案し、決定を待つ"),
}


@dataclass(frozen=True)
class Answer:
    """`instead` is None when the act is allowed; `basis` is the article or notice the answer stands on."""

    allowed: bool
    instead: str | None
    basis: str


def _yes(basis: str) -> Answer:
    return Answer(True, None, basis)


def _give_back(basis: str) -> Answer:
    return Answer(False, "return_to_city", basis)


def _propose(basis: str) -> Answer:
    return Answer(False, "propose_to_city", basis)


FACTS = N_("国土交通省住宅局 平成19年6月22日通知（事実行為）")
LAWYERS_ONLY = N_("弁護士法72条")
SERVICERS = N_("債権管理回収業に関する特別措置法11条1項")
COUNSEL = N_("弁護士法3条1項")

MATRIX = {
    "call_centre": {
        "inform": _yes(FACTS),
        "record_wish": _yes(FACTS),
        "ask_again": _give_back(LAWYERS_ONLY),
        "negotiate": _give_back(LAWYERS_ONLY),
        "agree_instalments": _give_back(LAWYERS_ONLY),
        "file_in_court": _give_back(LAWYERS_ONLY),
        "decide_relief": _give_back(LAWYERS_ONLY),
    },
    "servicer": {
        "inform": _yes(SERVICERS),
        "record_wish": _yes(SERVICERS),
        "ask_again": _yes(SERVICERS),
        "negotiate": _yes(SERVICERS),
        "agree_instalments": _propose(N_("地方自治法施行令171条の6")),
        "file_in_court": _propose(N_("債権管理回収業に関する特別措置法11条2項・地方自治法96条1項12号")),
        "decide_relief": _propose(N_("地方自治法240条3項")),
    },
    "law_team": {
        "inform": _yes(COUNSEL),
        "record_wish": _yes(COUNSEL),
        "ask_again": _yes(COUNSEL),
        "negotiate": _yes(COUNSEL),
        "agree_instalments": _propose(N_("地方自治法施行令171条の6")),
        "file_in_court": _yes(COUNSEL),  # on the city's 決裁, and 議決 once it is a lawsuit: the review asks for both
        "decide_relief": _propose(N_("地方自治法240条3項")),
    },
    "city": {
        "inform": _yes(N_("地方自治法240条2項")),
        "record_wish": _yes(N_("地方自治法240条2項")),
        "ask_again": _yes(N_("地方自治法240条2項")),
        "negotiate": _yes(N_("地方自治法240条2項・3項")),
        "agree_instalments": _yes(N_("地方自治法施行令171条の6")),
        "file_in_court": _yes(N_("地方自治法施行令171条の2・地方自治法96条1項12号")),
        "decide_relief": _yes(N_("地方自治法240条3項")),
    },
}
OUTSIDE_THE_LICENCE = N_("債権管理回収業に関する特別措置法2条1項・弁護士法72条")


def allowed(partner_kind: str, act: str, servicer_may: bool = True) -> Answer:
    """May this kind of partner do this act? KeyError for a kind or act that is not in the matrix.

    `servicer_may`: whether the claim is 特定金銭債権 (loans such as 奨学金, 母子寡婦); with any other claim a servicer
    is no more than a call centre.
    """
    answer = MATRIX[partner_kind][act]
    if partner_kind == "servicer" and not servicer_may:
        answer = MATRIX["call_centre"][act]
        return answer if answer.allowed else _give_back(OUTSIDE_THE_LICENCE)
    return answer


def permitted(partner_kind: str, servicer_may: bool = True) -> tuple[str, ...]:
    """The acts a screen may offer, in the order of ACTS."""
    return tuple(act for act in ACTS if allowed(partner_kind, act, servicer_may).allowed)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """{"partner_kind", "act", optional "servicer_may"} -> {"allowed", "instead", "basis"}, or ValueError."""
    fields(question, ("partner_kind", "act"), ("servicer_may",))
    found = allowed(
        one_of(question["partner_kind"], PARTNER_KINDS, "partner_kind"),
        one_of(question["act"], ACTS, "act"),
        flag(question.get("servicer_may", True), "servicer_may"),
    )
    return {"allowed": found.allowed, "instead": found.instead, "basis": found.basis}
