"""What a new verdict on a stored claim means for the case at a partner (台帳の異動).

What is true of a human being acts on all of the person's cases; what is true of one claim acts on that claim. Contact is
with the person, though: while one claim is disputed nobody calls about the others either.
"""

from portal.i18n import N_
from portal.rules.placeability import OF_PERSON

# code of the verdict: what follows at once
EFFECTS = {
    "protected_address": "recalled",
    "public_assistance": "recalled",
    "time_barred": "recalled",
    "collection_stopped": "recalled",
    "paid": "closed",
    "bankruptcy": "law_team",
    "represented": "law_team",
    "disputed": "law_team",
    "limitation_passed": "law_team",
    "deceased": "desk",
    "legal_incapacity": "desk",
    "relief_pending": "desk",
    "instalments_kept": "desk",
    "rejected": "held",
    "refused": "held",
}
HELD = frozenset({"held", "law_team", "desk"})  # effects under which nobody contacts the person until the desk decides
PROTECTED = "protected_address"
WHOLE_PERSON = OF_PERSON | {PROTECTED}
OF_CLAIM = frozenset(EFFECTS) - WHOLE_PERSON - {"rejected", "refused"}
# A law team may go on with what only a law team may hold.
NOT_AT_LAW_TEAM = "limitation_passed"
VANISHED, UNPROTECTED, WITHDRAWN = "vanished", "unprotected", "withdrawn"

EFFECT_LABELS = {
    "none": N_("市の判断待ち"),
    "recalled": N_("引き揚げました"),
    "closed": N_("完了としました"),
    "held": N_("連絡停止"),
    "law_team": N_("連絡停止"),
    "desk": N_("連絡停止"),
}
CODE_LABELS = {
    VANISHED: N_("台帳から消えた"),
    UNPROTECTED: N_("支援措置の印がなくなった"),
    "rejected": N_("記載不備で取り込めない"),
    "refused": N_("取込対象外になった"),
}
DECISIONS = ("kept", "withdrawn", "resumed", "seen")


def decisions(code: str, effect: str) -> tuple[str, ...]:
    """What the desk may answer; of a lost protection mark nothing here: two people answer for the whole load."""
    if code == UNPROTECTED:
        return ()
    if effect in HELD or code in ("rejected", "refused"):
        return ("resumed", "withdrawn", "seen")
    return ("kept", "withdrawn") if code == VANISHED else ("seen",)
