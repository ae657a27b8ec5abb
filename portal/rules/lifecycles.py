"""What may happen to a record, and when: {(state, action): (next state, guard)} for each noun.

A guard names the one thing to be true besides the state; whoever performs the action checks it. Being held is no state
but a mark on a case, from holds on the person.
"""

from portal.i18n import N_

Table = dict[tuple[str, str], tuple[str, str | None]]

TABLES: dict[str, Table] = {
    "intake": {
        ("uploaded", "check"): ("checked", None),
        ("uploaded", "refuse"): ("unreadable", None),
        ("uploaded", "cancel"): ("cancelled", None),
        ("uploaded", "ask"): ("unmapped", None),  # its heading is none of ours: the desk says what is what
        ("unmapped", "check_again"): ("uploaded", None),
        ("unmapped", "cancel"): ("cancelled", None),
        ("checked", "check_again"): ("uploaded", None),  # the desk chose another encoding, or other words
        ("checked", "load"): ("loading", None),
        ("checked", "cancel"): ("cancelled", None),
        ("loading", "stop"): ("stopped", None),  # protection marks are lost: a second person answers
        ("stopped", "go_on"): ("loading", "another_person"),
        ("stopped", "cancel"): ("cancelled", None),
        ("loading", "finish"): ("loaded", None),
        ("loading", "cancel"): ("cancelled", "stumbled"),
        ("loaded", "undo"): ("undoing", "never_used"),
        ("undoing", "finish"): ("undone", None),
        ("loading", "expire"): ("cancelled", None),  # the upload was gone before its turn came
    },
    "casefile": {
        ("open", "return"): ("returned", None),
        ("open", "close"): ("closed", "nothing_owed"),
        ("open", "recall"): ("recalled", None),
        ("returned", "ask_back"): ("open", "engagement_live"),
        ("returned", "close"): ("closed", None),
        ("returned", "recall"): ("recalled", None),
        ("closed", "reopen"): ("open", "engagement_live"),  # a payment was undone (取消)
    },
    "return": {
        ("sent", "accept"): ("accepted", None),
        ("sent", "ask_back"): ("asked_back", "reason_given"),
    },
    "referral": {
        ("sent", "receive"): ("received", None),
        ("received", "accept"): ("accepted", None),
        ("received", "decline"): ("declined", "reason_given"),
        ("accepted", "record_stage"): ("accepted", None),
        ("accepted", "close"): ("closed", "outcome_given"),
        ("declined", "close"): ("closed", None),
    },
    "review": {
        ("open", "decide"): ("decided", "reason_given"),
        ("decided", "accept"): ("accepted", None),
        ("decided", "send_back"): ("sent_back", "reason_given"),
        ("sent_back", "decide"): ("decided", "reason_given"),
    },
    "recall_notice": {
        ("announced", "object"): ("announced", "reason_given"),  # once, and before the day
        ("announced", "withdraw"): ("withdrawn", "reason_given"),
        ("announced", "finalise"): ("final", None),
    },
    "match": {
        ("proposed", "join"): ("joined", None),
        ("proposed", "part"): ("apart", None),
        ("joined", "undo"): ("undone", None),
        ("apart", "propose"): ("proposed", None),  # by hand only: what the desk has judged the system leaves alone
        ("undone", "propose"): ("proposed", None),
    },
    "plan": {
        ("drafted", "move"): ("drafted", None),  # once the letter has named a partner nobody is moved to another
        ("drafted", "take_out"): ("drafted", None),
        ("drafted", "notice"): ("noticed", None),
        ("drafted", "place"): ("placed", None),
        ("drafted", "cancel"): ("cancelled", None),
        ("noticed", "take_out"): ("noticed", None),
        ("noticed", "place"): ("placed", "period_over"),
        ("noticed", "cancel"): ("cancelled", None),
    },
    "conflict": {
        ("open", "answer"): ("open", None),
        ("open", "close"): ("closed", None),
    },
    "movement": {
        ("waiting", "decide"): ("decided", None),
    },
    "approval": {
        ("asked", "approve"): ("approved", "another_person"),
        ("asked", "refuse"): ("refused", "another_person"),
    },
}
STATES = {
    "intake": {
        "uploaded": N_("確認中"),
        "unmapped": N_("読替え待ち"),
        "checked": N_("確認済み（未取込み）"),
        "loading": N_("取込み中"),
        "stopped": N_("二人確認待ち"),
        "loaded": N_("取込み済み"),
        "undoing": N_("取消し中"),
        "undone": N_("取り消した取込み"),
        "cancelled": N_("取りやめ"),
        "unreadable": N_("読取り不可"),
    },
    "casefile": {
        "open": N_("委託中"),
        "returned": N_("市へ返却"),
        "closed": N_("完了"),
        "recalled": N_("引揚げ"),
    },
    "return": {"sent": N_("市の確認待ち"), "accepted": N_("市が受領"), "asked_back": N_("継続依頼")},
    "referral": {
        "sent": N_("送付済み"),
        "received": N_("受付済み"),
        "accepted": N_("対応中"),
        "declined": N_("受任せず"),
        "closed": N_("終了"),
    },
    "review": {
        "open": N_("検討中"),
        "decided": N_("市の判断待ち"),
        "accepted": N_("了承"),
        "sent_back": N_("差戻し"),
    },
    "recall_notice": {"announced": N_("引揚げの予告中"), "withdrawn": N_("予告の取消し"), "final": N_("引揚げ済み")},
    "match": {
        "proposed": N_("確認待ち"),
        "joined": N_("同じ方"),
        "apart": N_("別の方"),
        "undone": N_("まとめを取消し"),
    },
    "plan": {
        "drafted": N_("作成中"),
        "noticed": N_("予告済み"),
        "placed": N_("引渡し済み"),
        "cancelled": N_("取りやめ"),
    },
    "conflict": {"open": N_("確認中"), "closed": N_("終了")},
    "movement": {"waiting": N_("市の判断待ち"), "decided": N_("判断済み")},
    "approval": {"asked": N_("承認待ち"), "approved": N_("承認"), "refused": N_("不承認")},
}
GUARDS = {
    "nothing_owed": N_("残高がありません"),
    "engagement_live": N_("委託契約が続いています"),
    "stumbled": N_("前の試行が失敗し、次の試行を待っています"),
    "never_used": N_("取り込んだ内容がまだ使われていません"),
    "reason_given": N_("理由が書かれています"),
    "outcome_given": N_("結果が書かれています"),
    "period_over": N_("予告の期間が過ぎています"),
    "another_person": N_("依頼した人とは別の人です"),
}
NOT_NOW = N_("「%(state)s」のため、この操作はできません")


class NotNow(Exception):
    """The record's state does not allow the action: NOT_NOW with its label tells the reader."""

    def __init__(self, noun: str, state: str, action: str):
        super().__init__(f"{noun}:{action} not while {state}")
        self.noun, self.state, self.action = noun, state, action
        self.label = STATES[noun][state]


def next_state(noun: str, state: str, action: str) -> str:
    """The state after the action. NotNow when the state does not allow it; KeyError for an unknown noun."""
    return _row(noun, state, action)[0]


def guard(noun: str, state: str, action: str) -> str | None:
    """What must also be true, as a code of GUARDS, or None. NotNow and KeyError as above."""
    return _row(noun, state, action)[1]


def possible(noun: str, state: str) -> tuple[str, ...]:
    """The actions this state allows, in the table's order: what a screen may offer."""
    return tuple(action for found, action in TABLES[noun] if found == state)


def _row(noun: str, state: str, action: str) -> tuple[str, str | None]:
    table = TABLES[noun]
    if (state, action) not in table:
        raise NotNow(noun, state, action)
    return table[state, action]
