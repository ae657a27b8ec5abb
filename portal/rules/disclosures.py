"""What a partner is given of a person, and on which ground (外部提供記録)."""

from portal.i18n import N_

# 個人情報保護法69条1項: use and provision within the purpose; 66条2項: the partner is bound to keep it safe.
GROUND = "業務委託契約・個人情報保護法69条1項・66条2項"
FIELDS = {
    "name": N_("氏名"),
    "kana": N_("カナ氏名"),
    "birth": N_("生年月日"),
    "sex": N_("性別"),
    "address": N_("住所"),
    "phone": N_("電話番号"),
    "care": N_("配慮事項"),
    "claims": N_("債権の内訳"),
    "events": N_("時効に関わる経過"),
}
