"""The sheet by which a person in hardship is handed to the city's welfare staff (福祉へのつなぎシート).

Boxes are the 16 of the Ministry's standard form (相談受付・申込票). The sheet goes to the city and to nobody else: a
partner has no ground to give personal data to a third party. Without consent the fact alone goes back.
"""

from dataclasses import dataclass

from portal.i18n import N_
from portal.rules.urgency import LEVELS

BOXES = {
    "health": N_("病気や健康・障害のこと"),
    "housing": N_("住まいのこと"),
    "income": N_("収入・生活費のこと"),
    "rent_or_loan": N_("家賃やローンの支払いのこと"),
    "taxes_and_utilities": N_("税金や公共料金等の支払いのこと"),
    "debts": N_("債務のこと"),
    "job_search": N_("仕事探し・就職のこと"),
    "work_trouble": N_("仕事上の不安やトラブル"),
    "community": N_("地域との関係のこと"),
    "family": N_("家族との関係のこと"),
    "children": N_("子育てのこと"),
    "care": N_("介護のこと"),
    "withdrawal": N_("ひきこもり・不登校のこと"),
    "violence": N_("DV・虐待のこと"),
    "no_food": N_("食べるものがない"),
    "other": N_("その他"),
}
NOTICED_BY = {"call": N_("電話で"), "letter": N_("手紙で"), "consultation": N_("納付相談で")}
CONSENT = {"none": N_("同意なし"), "oral": N_("口頭で同意"), "written": N_("書面で同意")}
OUTCOMES = {
    "booked": N_("相談予約"),
    "came": N_("来所"),
    "did_not_come": N_("不来所"),
    "unreachable": N_("連絡不能"),
    "plan_made": N_("支援プラン作成"),
    "housing_benefit": N_("住居確保給付金"),
    "work_support": N_("就労支援"),
    "household_support": N_("家計改善支援"),
    "debt_settlement": N_("債務整理（法テラス）"),
    "public_assistance": N_("生活保護申請"),
    "emergency_support": N_("緊急小口資金・食料支援"),
    "not_needed": N_("支援不要"),
    "declined_by_person": N_("本人辞退"),
    "deferral": N_("履行延期"),
    "collection_stopped": N_("徴収停止"),
    "waiver_considered": N_("債権放棄の検討"),
    "resumed": N_("回収再開"),
}
STAGES = ("booked", "came", "did_not_come", "unreachable", "plan_made")  # on the way; everything else ends a referral
DESKS = (
    "deferral",
    "collection_stopped",
    "waiver_considered",
    "resumed",
)  # 施行令171条の5-7: the receivables division decides
WELFARES = tuple(outcome for outcome in OUTCOMES if outcome not in STAGES + DESKS)

# All a partner ever learns of the answer.
BARE = {"working": N_("対応中"), "resumed": N_("回収再開"), "withdrawn": N_("引揚げ")}

FAULTS = {
    "no_box": N_("困りごとを一つ以上選んでください。"),
    "unknown_box": N_("様式にない困りごとです。"),
    "worst_not_chosen": N_("一番の困りごとは、選んだ中から選んでください。"),
    "no_words": N_("ご本人の言葉を書いてください。"),
    "unknown_urgency": N_("緊急度を選んでください。"),
    "unknown_consent": N_("ご本人の同意を選んでください。"),
    "no_scope": N_("同意の範囲を書いてください。"),
    "scope_without_consent": N_("同意がないときは、同意の範囲を書きません。"),
}


@dataclass(frozen=True)
class Sheet:
    boxes: tuple[str, ...]
    words: str
    urgency: str
    consent: str
    worst: str | None = None
    consent_scope: str = ""


def faults(sheet: Sheet) -> tuple[str, ...]:
    """What keeps the sheet from being sent, as codes of FAULTS; empty when it can go."""
    wrong = {
        "no_box": not sheet.boxes,
        "unknown_box": any(box not in BOXES for box in sheet.boxes),
        "worst_not_chosen": sheet.worst is not None and sheet.worst not in sheet.boxes,
        "no_words": not sheet.words.strip(),
        "unknown_urgency": sheet.urgency not in LEVELS,
        "unknown_consent": sheet.consent not in CONSENT,
        "no_scope": sheet.consent in ("oral", "written") and not sheet.consent_scope.strip(),
        "scope_without_consent": sheet.consent == "none" and bool(sheet.consent_scope.strip()),
    }
    return tuple(code for code, found in wrong.items() if found)
