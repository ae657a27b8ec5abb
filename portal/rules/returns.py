"""Why a partner gives a case back (市へ返却)."""

from portal.i18n import N_

RETURN_REASONS = {
    "instalments": N_("分割納付の希望"),
    "relief": N_("減免・猶予の希望"),
    "disputed": N_("金額・債務への異議"),
    "limitation": N_("時効の主張"),
    "refused": N_("支払いの拒否"),
    "represented": N_("債務者側代理人の通知"),
    "bankruptcy": N_("破産・再生手続"),
    "deceased": N_("死亡"),
    "contact_refused": N_("連絡停止の希望"),
    "violence": N_("暴言・脅迫"),
    "incapacity": N_("未成年・成年後見等"),
    "public_assistance": N_("生活保護受給中の申出"),
    "in_care": N_("入院・施設入所中"),
    "protection": N_("住所の秘匿が必要な申出"),
    "address_unknown": N_("所在不明"),
    "unreachable": N_("連絡がつかない"),
    "done": N_("委託した対応の終了"),
    "other": N_("その他"),
}
