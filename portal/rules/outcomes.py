"""What a call came to (架電結果), what was said (会話結果), and what follows for each kind of partner.

What follows is not written down per partner: an outcome names the act that going on with the debtor would take, and
`acts` says whether this partner may do it. A call centre that hears a dispute, a refusal or a wish for instalments
gives the case back (弁護士法72条); the regulator has sanctioned keeping it (法務省, サービサーの集金代行).
"""

from dataclasses import asdict, dataclass
from typing import Any

from portal.i18n import N_
from portal.rules import reading
from portal.rules.acts import PARTNER_KINDS, allowed


@dataclass(frozen=True)
class Result:
    """`key`: digits to press. `reached`: whose voice it was. `implies`: the outcome this result already is."""

    code: str
    word: str
    label: str
    key: str
    reached: str | None = None
    next_days: int | None = None
    retire_number: bool = False
    implies: str | None = None

    @property
    def talked(self) -> bool:
        """Counts as a conversation: with the person, nobody else."""
        return self.reached == "person"


@dataclass(frozen=True)
class Outcome:
    """`takes`: the act that going on would take; who may not do it returns the case for `return_reason`.

    `hold`: all collection contact with the person stops. `asks`: what the partner asks the city for, keeping the case.
    `date`: the moment to be written down (promise, callback, hours), from which the next contact follows.
    """

    code: str
    label: str
    key: str
    takes: str | None = None
    return_reason: str | None = None
    hold: bool = False
    refer: str | None = None
    supervisor: bool = False
    asks: str | None = None
    date: str | None = None
    next_days: int | None = None


@dataclass(frozen=True)
class Follow:
    """`step`: continue | hold | refer | return_to_city, the one thing the screen does next."""

    step: str
    return_reason: str | None = None
    refer: str | None = None
    hold: bool = False
    supervisor: bool = False
    asks: str | None = None
    date: str | None = None
    next_days: int | None = None
    retire_number: bool = False


REACHED = {
    "person": N_("本人"),
    "family": N_("家族"),
    "third_party": N_("第三者"),
    "representative": N_("代理人"),
}
RESULTS = {
    result.code: result
    for result in (
        Result("01", "person", N_("本人接触"), "1", "person"),
        Result("02", "family", N_("家族接触"), "2", "family", next_days=3),
        Result("03", "third_party", N_("第三者（会社等）"), "3", "third_party", next_days=7),
        Result("04", "representative", N_("代理人（弁護士等）"), "01", "representative", next_days=7),
        Result("10", "no_answer", N_("不在（応答なし）"), "4", next_days=2),
        Result("11", "voicemail", N_("留守電（伝言あり）"), "5", next_days=3),
        Result("12", "voicemail_silent", N_("留守電（伝言なし）"), "6", next_days=2),
        Result("13", "busy", N_("話中"), "7", next_days=1),
        Result("14", "cut_off", N_("途中切断"), "02", next_days=1),
        Result("15", "hung_up", N_("応答後切断（本人拒否）"), "03", next_days=7, implies="40"),
        Result("16", "blocked", N_("着信拒否"), "04", next_days=14, retire_number=True),
        Result("17", "wrong_number", N_("番号違い（他人）"), "8", "third_party", next_days=1, retire_number=True),
        Result("18", "not_in_use", N_("現在使われていない"), "9", next_days=1, retire_number=True),
        Result("19", "out_of_range", N_("圏外・電源断"), "05", next_days=2),
        Result("20", "fax", N_("FAX音"), "06", next_days=1, retire_number=True),
        Result("21", "not_callable", N_("架電不可時間"), "07", next_days=1),
    )
}
OUTCOMES = {
    outcome.code: outcome
    for outcome in (
        Outcome("31", N_("納付予定（聞取り）"), "1", date="promise"),
        Outcome("32", N_("納付済申出"), "2", asks="check_payment", next_days=14),
        Outcome("33", N_("納付書再発行希望"), "3", asks="reissue_slip", next_days=14),
        Outcome("34", N_("口座振替希望"), "91", asks="direct_debit_form", next_days=30),
        Outcome("35", N_("分割希望"), "5", "negotiate", "instalments", next_days=7),
        Outcome("36", N_("減免・猶予希望"), "6", "negotiate", "relief", next_days=7),
        Outcome("37", N_("支払困難（生活困窮）"), "7", refer="high"),
        Outcome("38", N_("金額・債務に異議"), "81", "ask_again", "disputed", next_days=14),
        Outcome("39", N_("時効主張"), "82", "ask_again", "limitation", next_days=14),
        Outcome("40", N_("支払拒否"), "83", "ask_again", "refused", next_days=14),
        Outcome("41", N_("苦情"), "92", hold=True, supervisor=True),
        Outcome("42", N_("破産・再生手続中"), "84", "negotiate", "bankruptcy", hold=True),
        Outcome("43", N_("弁護士受任"), "85", "negotiate", "represented", hold=True),
        Outcome("44", N_("死亡"), "86", "negotiate", "deceased", hold=True),
        Outcome("45", N_("転居"), "93", asks="find_address", next_days=14),
        Outcome("46", N_("折返し希望"), "4", date="callback"),
        Outcome("47", N_("連絡時間指定"), "94", date="named_time"),
        Outcome("48", N_("連絡停止希望"), "95", "ask_again", "contact_refused", hold=True),
        Outcome("49", N_("本人確認不可"), "96", next_days=3),
        Outcome("50", N_("言語対応要"), "97", supervisor=True, next_days=7),
        Outcome("51", N_("暴言・脅迫"), "98", return_reason="violence", hold=True, supervisor=True),
        Outcome("52", N_("緊急（生命・身体）"), "0", refer="emergency", supervisor=True),
    )
}
RESULT_GROUPS = {"0": N_("その他の結果")}
OUTCOME_GROUPS = {"8": N_("市へ返却となる申出"), "9": N_("その他の申出")}

# Nobody but the person, and whoever acts for the person, hears of a debt: what others say is about reaching the person.
_FROM_OTHERS = ("46", "47", "45", "49", "44", "41", "48", "50", "51", "52")
_ANY = tuple(OUTCOMES)
SAID_BY = {
    "person": _ANY,
    "family": _FROM_OTHERS,
    "third_party": ("46", "45", "49", "44", "41", "48", "51", "52"),
    "representative": ("43", "42", "35", "36", "38", "39", "40", "31", "41", "44"),
}

STEPS = {
    "continue": N_("引き続き対応します"),
    "hold": N_("この方への連絡を止めます"),
    "refer": N_("福祉へつなぎます"),
    "return_to_city": N_("市へ返却します"),
}
ASKS = {
    "check_payment": N_("入金の確認"),
    "reissue_slip": N_("納付書の再発行"),
    "direct_debit_form": N_("口座振替依頼書の送付"),
    "find_address": N_("所在調査"),
}
DATES = {"promise": N_("納付予定日"), "callback": N_("折返しの日時"), "named_time": N_("連絡のつく時間")}


def outcomes_for(result: str) -> tuple[str, ...]:
    """The outcomes a screen may offer after this result: none that names a debt before other people."""
    found = RESULTS[result]
    if found.retire_number:
        return ("41", "51") if found.reached else ()
    if found.implies:
        return (found.implies,)
    return SAID_BY[found.reached] if found.reached else ()


def follow(partner_kind: str, outcome: str, servicer_may: bool = True) -> Follow:
    """What follows from a conversation outcome (31-52) for this kind of partner; KeyError for an unknown one."""
    said = OUTCOMES[outcome]
    reason = _return_reason(partner_kind, said, servicer_may)
    return Follow(
        step=_step(said, reason),
        return_reason=reason,
        refer=said.refer,
        hold=said.hold or said.refer is not None or reason is not None,
        supervisor=said.supervisor,
        asks=said.asks if partner_kind != "city" else None,
        date=said.date,
        next_days=None if reason or said.hold else said.next_days,
    )


def follow_result(partner_kind: str, result: str, servicer_may: bool = True) -> Follow:
    """What follows from a call result alone (01-21): the next try, the number to retire, or what the result implies."""
    found = RESULTS[result]
    if found.implies:
        return follow(partner_kind, found.implies, servicer_may)
    return Follow("continue", next_days=found.next_days, retire_number=found.retire_number)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """{"partner_kind", "result" or "outcome", optional "servicer_may"} -> Follow; ValueError names what is wrong."""
    reading.fields(question, ("partner_kind",), ("result", "outcome", "servicer_may"))
    if ("result" in question) == ("outcome" in question):
        raise ValueError("resultとoutcomeのどちらか一つを書きます")
    kind = reading.one_of(question["partner_kind"], PARTNER_KINDS, "partner_kind")
    may = reading.flag(question.get("servicer_may", True), "servicer_may")
    if "result" in question:
        return asdict(follow_result(kind, reading.one_of(question["result"], RESULTS, "result"), may))
    return asdict(follow(kind, reading.one_of(question["outcome"], OUTCOMES, "outcome"), may))


def _return_reason(partner_kind: str, said: Outcome, servicer_may: bool) -> str | None:
    """Why the case goes back; None where the partner may go on, and for the city, which has nobody to return it to."""
    if partner_kind == "city":
        return None
    if said.takes is None:
        return said.return_reason
    return None if allowed(partner_kind, said.takes, servicer_may).allowed else said.return_reason


def _step(said: Outcome, reason: str | None) -> str:
    if said.refer:
        return "refer"
    if reason:
        return "return_to_city"
    return "hold" if said.hold else "continue"
