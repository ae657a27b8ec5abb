"""Why a claim may or may not be placed with a partner: reason codes, what they say, and the verdict they make."""

from dataclasses import dataclass

from portal.i18n import N_

# In the order of the questions: well formed? may its class be stored at all? may it be entrusted?
VERDICTS = {
    "rejected": N_("記載不備（取込不可）"),
    "refused": N_("取込対象外（強制徴収債権等）"),
    "excluded": N_("委託対象外"),
    "accepted": N_("委託可"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `verdict` is the one it leads to; under `accepted` it is a warning. `label` is Japanese source text."""

    code: str
    verdict: str
    label: str


_ROWS = (
    ("bad_encoding", "rejected", N_("文字コードが正しくなく、読み取れません")),
    ("column_count", "rejected", N_("項目の数が見出しと合いません")),
    ("wrong_municipality", "rejected", N_("自治体コードが本市のものではありません")),
    ("missing_debtor_no", "rejected", N_("宛名番号がありません")),
    ("missing_name", "rejected", N_("氏名がありません")),
    ("unknown_kind", "rejected", N_("債権種別コードが登録されていません")),
    ("bad_date", "rejected", N_("日付が正しくありません（納期限の空欄、基準日より後の督促・承認・確定を含みます）")),
    ("bad_amount", "rejected", N_("金額が正しくありません（空欄、負の数、小数、文字など）")),
    ("overpaid", "rejected", N_("収納額が調定額を超えています")),
    ("bad_flag", "rejected", N_("該当区分が「1」「0」または空欄ではありません")),
    ("individual_number", "rejected", N_("個人番号（マイナンバー）とみられる12桁の番号が含まれています")),
    ("duplicate_key", "rejected", N_("同じ債権が異なる内容で重複しています")),
    (
        "bad_relation",
        "rejected",
        N_("続柄区分が正しくありません（連帯保証人・相続人・法定代理人・送付先、または1〜4）"),
    ),
    ("unknown_debtor", "rejected", N_("取込元と宛名番号が台帳にありません")),
    ("duplicate", "rejected", N_("同じ方が異なる内容で重複しています")),
    ("self_enforceable", "refused", N_("強制徴収債権のため取り込みません")),
    ("class_undecidable", "refused", N_("原因発生日がなく、強制徴収債権かどうかを判定できません")),
    ("protected_address", "excluded", N_("支援措置の対象（住所等を取り扱いません）")),
    ("public_assistance", "excluded", N_("生活保護受給中")),
    ("bankruptcy", "excluded", N_("破産等の手続中・免責")),
    ("represented", "excluded", N_("債務者側代理人の通知あり")),
    ("deceased", "excluded", N_("死亡")),
    ("legal_incapacity", "excluded", N_("未成年・成年被後見人等")),
    ("disputed", "excluded", N_("係争中・異議あり")),
    ("relief_pending", "excluded", N_("減免等の申請中")),
    ("instalments_kept", "excluded", N_("分納誓約を履行中")),
    ("collection_stopped", "excluded", N_("徴収停止")),
    ("paid", "excluded", N_("完納")),
    ("not_due", "excluded", N_("納期限が未到来")),
    ("not_demanded", "excluded", N_("督促をしていない")),
    ("time_barred", "excluded", N_("時効完成により消滅（公債権）")),
    ("kind_not_entrusted", "excluded", N_("委託しない債権種別")),
    (
        "withdrawn",
        "excluded",
        N_("台帳から消えた（取下げ）"),
    ),  # no file says so: the desk does, of a claim that vanished
    ("gaiji", "accepted", N_("氏名または住所に外字があります")),
    ("limitation_passed", "accepted", N_("時効期間が経過（私債権、弁護士のみ取扱い）")),
    ("bad_birth_date", "accepted", N_("生年月日が読み取れないため空欄とします")),
)
REASONS = {row[0]: Reason(*row) for row in _ROWS}
# What the city marks on a person or claim, in the ledger's order (DV等支援措置: 住民基本台帳事務処理要領第5-10).
FLAGS = {
    "支援措置": "protected_address",
    "生活保護": "public_assistance",
    "破産": "bankruptcy",
    "受任通知": "represented",
    "死亡": "deceased",
    "未成年等": "legal_incapacity",
    "係争中": "disputed",
    "減免申請中": "relief_pending",
    "分納中": "instalments_kept",
    "徴収停止": "collection_stopped",
}


def in_order(codes: set[str]) -> list[Reason]:
    """Reasons in the order in which a person should read them."""
    return [reason for code, reason in REASONS.items() if code in codes]
