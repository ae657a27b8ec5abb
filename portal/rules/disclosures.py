"""What a partner is given of a person, and on which ground (外部提供記録)."""

from portal.i18n import N_

# 個人情報保護法69条1項: use and provision within the purpose; 66条2項: the partner is bound to keep it safe.
GROUND = "業務委託契約・個人情報保護法69条1項・66条2項"
# By kind of partner. A servicer acts in its own name for the city (サービサー法11条1項), a lawyer by mandate (弁護士法3条1項).
GROUNDS = {
    "call_centre": GROUND,
    "servicer": "業務委託契約・債権管理回収業に関する特別措置法11条1項・個人情報保護法69条1項・66条2項",
    "law_team": "委任契約・弁護士法3条1項・個人情報保護法69条1項・66条2項",
}
# 弁護士法25条・弁護士職務基本規程27条・28条: a lawyer must know beforehand whether the other side is a client.
CONFLICT_GROUND = "利益相反の確認（弁護士法25条・弁護士職務基本規程27条・28条）・個人情報保護法69条1項"
CONFLICT_FIELDS = ("name", "kana", "birth")
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
