"""Letters a partner may send, ways to post them, and why they come back (不着).

A 督促 is the mayor's act (地方自治法231条の3 1項, 施行令171条): it is in no list here, so that no screen can make one.
"""

from portal.i18n import N_

KINDS = {
    "contact_request": N_("連絡のお願い"),
    "slip": N_("納付書の送付"),
    "reminder": N_("催告書"),
    "final_reminder": N_("最終催告書"),
    "appointed": N_("受任のお知らせ"),
    "before_court": N_("法的手続の予告"),
}
LAWYERS_LETTERS = frozenset({"appointed", "before_court"})
POST = {
    "ordinary": N_("普通郵便"),
    "recorded": N_("特定記録"),
    "registered": N_("簡易書留"),
    "certified_content": N_("内容証明"),
    "certified_delivery": N_("配達証明"),
}
RETURNED = {
    "unknown_address": N_("あて所に尋ねあたりません"),
    "moved": N_("転居先不明"),
    "not_collected": N_("保管期間経過"),
    "refused": N_("受取拒絶"),
    "absent": N_("受取人不在"),
    "deceased": N_("受取人死亡"),
}
# The address no longer leads to the person: finding the new one (住民票の公用請求) is the city's.
ADDRESS_LOST = frozenset({"unknown_address", "moved"})


def kinds_for(partner_kind: str) -> tuple[str, ...]:
    """The letters this kind of partner may send, in the order of KINDS."""
    return tuple(kind for kind in KINDS if partner_kind == "law_team" or kind not in LAWYERS_LETTERS)
