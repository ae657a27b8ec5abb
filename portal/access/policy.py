"""The law of the system as data: who may do what, which role sees which rows, who owns the narrow functions.

Enforcement, menus, the permission page, the README matrix, the GRANTs and policies and the tests are made from here.
"""

from dataclasses import dataclass

from portal.i18n import N_

ROLES = {
    "agent": N_("オペレーター"),
    "supervisor": N_("管理者（SV）"),
    "lawyer": N_("弁護士"),
    "desk": N_("債権管理課"),
    "welfare": N_("福祉部門"),
    "auditor": N_("監査担当"),
    "admin": N_("システム管理者"),
    "nightly": N_("自動処理"),
}
PARTNER = ("agent", "supervisor", "lawyer")
CITY = ("desk", "welfare", "auditor", "admin")
EVERYBODY = (*PARTNER, *CITY)
LOGINS = {
    "partner_login": ("signin", *PARTNER),
    "city_login": ("signin", *CITY),
    "worker_login": ("signin", *EVERYBODY, "nightly"),
}
ROLES_OF_KIND = {
    "city": CITY,
    "call_centre": ("agent", "supervisor"),
    "servicer": ("agent", "supervisor"),
    "law_team": ("lawyer",),
}


@dataclass(frozen=True)
class Action:
    """One verb on one noun. `public`: before signing in. `operator`: at the server's own prompt only."""

    name: str
    roles: tuple[str, ...]
    label: str
    writes: bool = False
    public: bool = False
    operator: bool = False


def _read(name: str, roles: tuple[str, ...], label: str) -> Action:
    return Action(name, roles, label)


def _write(name: str, roles: tuple[str, ...], label: str) -> Action:
    return Action(name, roles, label, writes=True)


def _operator(name: str, label: str) -> Action:
    return Action(name, (), label, writes=True, operator=True)


ACTIONS = {
    a.name: a
    for a in (
        Action("session:open", (), N_("サインインする"), writes=True, public=True),
        Action("session:enrol", (), N_("パスワードと確認コードを登録する"), writes=True, public=True),
        Action("session:language", EVERYBODY, N_("表示言語を切り替える"), writes=True, public=True),
        Action("asset:show", EVERYBODY, N_("画面の部品を読み込む"), public=True),
        _write("session:close", EVERYBODY, N_("サインアウトする")),
        _read("home:show", EVERYBODY, N_("最初の画面を開く")),
        # ledger in
        _read("intake:list", ("desk",), N_("取込みの一覧を見る")),
        _write("intake:upload", ("desk",), N_("台帳ファイルを受け付ける")),
        _write("intake:check", ("desk",), N_("台帳ファイルを確認する")),
        _read("intake:show", ("desk",), N_("取込前の確認結果を見る")),
        _read("intake:errors", ("desk",), N_("エラーファイルを出力する")),
        _read("intake:template", ("desk",), N_("取込みファイルのひな形を出力する")),
        _read("mapping:list", ("desk",), N_("取込元ごとの読替えを見る")),
        _read("mapping:show", ("desk",), N_("見出しと種別の読替えを見る")),
        _read("mapping:draft", ("desk",), N_("ファイルの先頭を見て読替えを考える")),
        _write("mapping:save", ("desk",), N_("見出しと種別の読替えを決める")),
        _write("intake:load", ("desk",), N_("この内容で取り込む")),
        _write("intake:cancel", ("desk",), N_("取込みを取りやめる")),
        _write("intake:unprotect", ("desk",), N_("支援措置の印を外す取込みを承認する（二人確認）")),
        _write("intake:undo", ("desk",), N_("取込みを取り消す")),
        _read("movement:list", ("desk",), N_("台帳の異動を見る")),
        _write("movement:decide", ("desk",), N_("台帳の異動に答える")),
        # placed
        _read("placement:select", ("desk",), N_("引き渡す債権を選ぶ")),
        _write("placement:make", ("desk",), N_("委託先へ引き渡す")),
        _read("exclusion:list", ("desk",), N_("委託できない債権を見る")),
        _read("exclusion:export", ("desk",), N_("委託できない債権を出力する")),
        _read("plan:list", ("desk",), N_("委託予定の一覧を見る")),
        _write("plan:draft", ("desk",), N_("引渡しの予定を作る")),
        _read("plan:show", ("desk",), N_("委託予定を見る")),
        _write("plan:change", ("desk",), N_("委託予定の委託先を変える・発送から抜く")),
        _write("plan:cancel", ("desk",), N_("委託予定を取りやめる")),
        _read("plan:addresses", ("desk",), N_("委託予告の宛名一覧を出力する")),
        _write("plan:notice", ("desk",), N_("予告発送日を記録する")),
        _write("plan:place", ("desk",), N_("委託予定の方を引き渡す")),
        _read("conflict:list", ("lawyer",), N_("利益相反の確認の名簿を見る")),
        _write("conflict:answer", ("lawyer",), N_("利益相反の確認に答える")),
        _read("conflict:export", ("lawyer",), N_("利益相反の確認の名簿を出力する")),
        _read("conflict:asked", ("desk",), N_("利益相反の確認の状況を見る")),
        _write("conflict:ask", ("desk",), N_("利益相反の確認を依頼する")),
        _write("conflict:close", ("desk", "nightly"), N_("利益相反の確認を終え、氏名を消す")),
        _read("placement:list", ("desk",), N_("委託中の債権を見る")),
        _read("placement:show", ("desk",), N_("委託中の案件を見る")),
        _write("case:recall", ("desk",), N_("引き揚げる")),
        _write("case:refresh", ("desk",), N_("氏名・住所を委託先へ反映する")),
        _read("difference:show", ("desk",), N_("月次の差分を確認する")),
        _write("difference:apply", ("desk",), N_("月次の差分を委託先へ反映する")),
        _read("recall:list", (*PARTNER, "desk"), N_("引揚げの予告を見る")),
        _write("recall:announce", ("desk",), N_("引揚げを予告する")),
        _write("recall:object", ("supervisor", "lawyer"), N_("引揚げの予告に異議を申し出る")),
        _write("recall:answer", ("desk",), N_("引揚げの予告を取り消す・引き揚げる")),
        Action("recall:finalise", ("nightly",), N_("予告した日に引き揚げる"), writes=True),
        _read("engagement:list", ("desk",), N_("終了が近い委託契約を見る")),
        Action("engagement:close", ("nightly",), N_("終了した委託契約の案件を引き揚げる"), writes=True),
        _read("disclosure:person", ("desk",), N_("ご本人の外部提供記録を見る")),
        _read("disclosure:list", ("desk", "auditor"), N_("外部提供記録を見る")),
        _read("disclosure:export", ("desk", "auditor"), N_("外部提供記録を出力する")),
        _read("stoplist:show", ("desk",), N_("催告停止者リストを見る")),
        _read("stoplist:export", ("desk",), N_("催告停止者リストを出力する")),
        Action("stoplist:write", ("nightly",), N_("催告停止者リストを書き出す"), writes=True),
        _write("person:find", ("desk",), N_("本人を探す")),  # writes: who is sought must not stand in an address
        _read("person:show", ("desk",), N_("本人の画面を見る")),
        _read("match:list", ("desk",), N_("名寄せの候補を見る")),
        _read("match:show", ("desk",), N_("名寄せの候補を見比べる")),
        _write("match:propose", ("desk", "nightly"), N_("名寄せの候補を探す")),
        _write("match:name", ("desk",), N_("二つの宛名番号を名寄せの候補にする")),
        _write("match:join", ("desk",), N_("同じ方としてまとめる")),
        _write("match:part", ("desk",), N_("別の方とする")),
        _write("match:undo", ("desk",), N_("まとめを取り消す")),
        _write("related:add", ("desk",), N_("関係者を登録する")),
        _write("related:change", ("desk",), N_("関係者を変更する")),
        _write("related:end", ("desk",), N_("関係者の登録を終える")),
        _write("related:protect", ("desk",), N_("関係者の支援措置を記録する")),
        _write("mark:set", ("desk",), N_("注意事項を付ける")),
        _write("mark:end", ("desk",), N_("注意事項を外す")),
        _write("person:protect", ("desk",), N_("支援措置を記録し、全件を引き揚げる")),
        _write("protection:ask", ("desk",), N_("支援措置の解除を申し出る")),
        _write("protection:decide", ("desk",), N_("支援措置の解除を承認する（二人確認）")),
        _write("protection:lift", ("desk",), N_("支援措置を解除する")),
        _write("hold:place", ("desk",), N_("連絡を止める")),
        _write("hold:lift", ("desk",), N_("回収再開")),
        _read("inbox:show", ("desk",), N_("市の対応待ちを見る")),
        # called
        _read("case:list", ("agent", "supervisor"), N_("架電リストを見る")),
        _write("case:take", ("agent", "supervisor"), N_("次の方を受け持つ")),
        _read("case:show", PARTNER, N_("対応画面を開く")),
        _write("case:release", ("agent", "supervisor"), N_("受け持ちを解く")),
        _write("call:open", ("agent", "supervisor", "lawyer"), N_("発信する")),
        _write("call:log", PARTNER, N_("通話を記録する")),
        _write("letter:log", PARTNER, N_("送付を記録する")),
        _write("letter:returned", PARTNER, N_("郵便の返戻を記録する")),
        _read("tombstone:list", PARTNER, N_("返却・引揚げ済みの案件を見る")),
        _read("acceptance:list", ("supervisor", "lawyer"), N_("引き渡された案件の受領を確認する")),
        _write("acceptance:give", ("supervisor", "lawyer"), N_("受領・受任・照会を回答する")),
        _write("acceptance:answer", ("desk",), N_("受領・受任の回答に答える")),
        # handed back
        _write("return:send", PARTNER, N_("市へ返却する")),
        _write("return:answer", ("desk",), N_("返却に答える")),
        _write("referral:send", PARTNER, N_("福祉へつなぐ")),
        _read("referral:sent", PARTNER, N_("市からの回答を見る")),
        _read("referral:list", ("welfare",), N_("つなぎの一覧を見る")),
        _read("referral:show", ("welfare",), N_("福祉へのつなぎシートを見る")),
        _write("referral:receive", ("welfare",), N_("受け付ける")),
        _write("referral:decide", ("welfare",), N_("受任する・受任できない")),
        _write("referral:note", ("welfare",), N_("支援の経過を記録する")),
        _write("referral:close", ("welfare",), N_("支援の結果を記録する")),
        # reviewed
        _read("review:list", ("lawyer",), N_("検討中の案件を見る")),
        _write("review:decide", ("lawyer",), N_("検討結果を出す")),
        _write("review:answer", ("desk",), N_("検討結果に答える")),
        # audited
        _read("audit:activity", ("auditor",), N_("委託先の状況を見る")),
        _read("audit:trail", ("auditor",), N_("閲覧・操作の記録を見る")),
        _read("audit:seen", ("auditor",), N_("だれが見たかを調べる")),
        # posted, so that a person's number stays out of every address; changes nothing but the trail
        _write("audit:find", ("auditor",), N_("宛名番号から本人を探す")),
        _read("audit:breaches", ("auditor",), N_("基準外の連絡を見る")),
        _read("permission:show", ("auditor", "admin"), N_("権限一覧を見る")),
        # governed
        _read("organisation:list", ("admin",), N_("委託先の一覧を見る")),
        _write("organisation:make", ("admin",), N_("委託先を登録する")),
        _write("engagement:make", ("admin",), N_("委託契約を登録する")),
        _read("account:list", ("admin",), N_("利用者の一覧を見る")),
        _write("account:make", ("admin",), N_("利用者を登録する")),
        _write("account:invite", ("admin",), N_("登録案内を出し直す")),
        _write("account:end", ("admin",), N_("利用を終える")),
        # at the prompt
        _operator("city:found", N_("市と最初の管理者を作る")),
        _operator("intake:bring", N_("台帳ファイルを取り込む")),
        _operator("intake:judge", N_("台帳ファイルを判定する")),
        _operator("rule:apply", N_("規則を試す")),
        _operator("policy:show", N_("権限表を出力する")),
        _operator("policy:print", N_("権限の設定をSQLで出力する")),
        _operator("policy:verify", N_("権限表と実際の権限を照合する")),
        _operator("demo:make", N_("デモの市を作る")),
        _operator("demo:accounts", N_("デモの利用者を表示する")),
        _operator("jobs:work", N_("処理を実行する")),
        _operator("jobs:sweep", N_("処理を見回る")),
        _operator("jobs:daily", N_("日次処理を実行する")),
    )
}


def may(role: str | None, action: str) -> bool:
    """Whether `role` may do `action`; KeyError for an action that is not in the law."""
    row = ACTIONS[action]
    return row.public or role in row.roles


OWN = "org_id = (select access.org())"  # evaluated once a statement; the bare call costs three times as much in scans
MINE = "by_id = (select access.me())"
ALL = "true"
REFERRED = "case_id = any(array(select r.case_id from shared.referral r))"
# a load that is being undone: what it made may go, and nothing else of the ledger ever does
UNDOING = "made_by = any(array(select i.id from city.intake i where i.state = 'undoing'))"
UNDONE_ROW = (
    "id = any(array(select m.row_id from city.load_image m join city.intake i on i.id = m.intake_id"
    " where i.state = 'undoing' and m.before is null))"
)
OPEN_QUESTION = f"{OWN} and closed_at is null"
NOW = "at = (select access.now())"  # nobody dates back what he sends
UNANSWERED = "num_nonnulls(answered_at, answered_by, answer) = 0"  # nor answers himself
DECIDED_BY_ME = "decided_by is null or decided_by = (select access.me())"
ANSWERS = "answered_by = (select access.me())"
DECIDES = "decided_by = (select access.me())"


@dataclass(frozen=True)
class Row:
    """One verb of one role on one table. UPDATE names its columns; `check` is WITH CHECK where it differs."""

    role: str
    table: str
    verb: str
    rows: str = ALL
    cols: tuple[str, ...] = ()
    check: str = ""

    @property
    def name(self) -> str:
        return f"{self.role}_{self.verb}"


def _each(
    roles: tuple[str, ...], tables: str, verb: str, rows: str = ALL, cols: str = "", check: str = ""
) -> list[Row]:
    return [Row(r, t, verb, rows, tuple(cols.split()), check) for r in roles for t in tables.split()]


_HELD = (
    "shared.casefile shared.contactee shared.attempt shared.referral shared.return shared.tombstone shared.acceptance"
    " shared.recall_notice"
)
_LINKS = "city.entrustment city.placement city.placement_line city.disclosure city.hold city.approval"
_PEOPLE = "city.match city.related city.mark city.plan city.plan_line city.conflict_person"
_LEDGER = "city.claim_kind city.person city.debtor city.receivable city.receivable_event"
_ACCOUNT = "id org_id role name"

_PARTNERS = [
    *_each(
        PARTNER,
        "shared.organisation",
        "select",
        "id = (select access.org()) or kind = 'city'",
        "id kind name active_from",
    ),
    *_each(PARTNER, "shared.engagement", "select", OWN),
    *_each(PARTNER, "shared.account", "select", OWN, _ACCOUNT),
    *_each(PARTNER, "shared.setting", "select", "audience = 'all'"),
    *_each(PARTNER, _HELD, "select", OWN),
    *_each(PARTNER, "shared.claim", "select", f"{OWN} and withdrawn_on is null"),
    *_each(
        ("supervisor", "lawyer"), "shared.acceptance", "insert", ALL, "", f"{OWN} and {MINE} and {NOW} and {UNANSWERED}"
    ),
    *_each(
        ("supervisor", "lawyer"),
        "shared.recall_notice",
        "update",
        f"{OWN} and state = 'announced'",
        "objection objected_at objected_by",
        f"{OWN} and objected_by = (select access.me()) and objected_at = (select access.now())",
    ),
    *_each(("lawyer",), "shared.conflict", "select", OWN),
    *_each(
        ("lawyer",),
        "shared.conflict",
        "update",
        OPEN_QUESTION,
        "result note answered_at answered_by",
        f"{OWN} and {ANSWERS}",
    ),
    *_each(
        PARTNER,
        "shared.casefile",
        "update",
        OWN,
        "tries last_at band reason next_at version leased_by leased_until fence",
    ),
    *_each(PARTNER, "shared.attempt", "insert", ALL, "", f"{OWN} and {MINE}"),
    *_each(
        PARTNER,
        "shared.referral",
        "insert",
        ALL,
        "",
        f"{OWN} and {MINE} and {NOW} and received_at is null and outcome is null",
    ),
    *_each(
        PARTNER,
        "shared.return",
        "insert",
        ALL,
        "",
        f"{OWN} and {MINE} and {NOW} and state = 'sent' and {UNANSWERED}",
    ),
    # one's own open call; or a letter that comes back, which is often booked by a colleague
    *_each(
        PARTNER,
        "shared.attempt",
        "update",
        f"{OWN} and ({MINE} and state = 'open' or channel = 'letter' and returned_on is null)",
        "state result outcome identified note next_on next_from next_until stops returned_on returned_reason",
        OWN,
    ),
    *_each(PARTNER, "city.receipt", "insert", ALL, "", f"{OWN} and {MINE}"),
    *_each(("lawyer",), "shared.review", "select", OWN),
    # what moves limitation goes with its claim, also when that was withdrawn
    *_each(
        ("lawyer",),
        "shared.claim_event",
        "select",
        f"{OWN} and exists (select from shared.claim c where c.id = claim_id)",
    ),
    *_each(
        ("lawyer",),
        "shared.review",
        "insert",
        ALL,
        "",
        f"{OWN} and {MINE} and {NOW} and state = 'decided' and {UNANSWERED}",
    ),
]
_DESK = [
    *_each(
        ("desk",), "shared.organisation shared.engagement shared.setting shared.claim_event shared.review", "select"
    ),
    *_each(("desk",), "shared.account", "select", ALL, _ACCOUNT),
    *_each(("desk",), f"{_HELD} {_LEDGER} {_LINKS} {_PEOPLE} shared.claim shared.conflict", "select"),
    *_each(("desk",), "shared.casefile shared.contactee shared.claim shared.claim_event shared.tombstone", "insert"),
    *_each(
        ("desk",),
        "shared.casefile",
        "update",
        ALL,
        "org_id state balance claims oldest_due paid_through has_phone band reason next_at leased_by leased_until version",
    ),
    *_each(
        ("desk",),
        "shared.claim",
        "update",
        ALL,
        # 摘要 of a protected person goes; the others follow the ledger by the monthly difference
        "assessed late_charge demand_fee balance due_on last_day notice_no summary changed_on withdrawn_on",
    ),
    *_each(("desk",), "shared.contactee shared.claim_event", "delete"),
    *_each(("desk",), "shared.acceptance", "update", ALL, "answer answered_at answered_by", ANSWERS),
    *_each(
        ("desk",),
        "shared.recall_notice",
        "insert",
        ALL,
        "",
        f"{MINE} and state = 'announced' and objected_by is null and answered_by is null",
    ),
    *_each(("desk",), "shared.recall_notice", "update", ALL, "state answer answered_at answered_by", ANSWERS),
    *_each(("desk",), "shared.conflict", "insert", ALL, "", "answered_by is null and closed_at is null"),
    *_each(("desk",), "city.plan_line", "insert"),
    *_each(("desk",), "city.match", "insert", ALL, "", f"(by_id is null or {MINE}) and ({DECIDED_BY_ME})"),
    *_each(("desk",), "shared.conflict", "update", ALL, "name kana birth closed_at"),
    *_each(("desk",), "city.conflict_person city.plan city.related", "insert", ALL, "", MINE),
    *_each(("desk",), "city.mark", "insert", ALL, "", f"{MINE} and ended_by is null"),
    *_each(
        ("desk",),
        "city.match",
        "update",
        ALL,
        "kept_id other_id score reasons state decided_at decided_by note moved",
        DECIDED_BY_ME,
    ),
    *_each(
        ("desk",),
        "city.related",
        "update",
        ALL,
        "name kana postcode address phone valid_from valid_until protected intake_id",
    ),
    *_each(("desk",), "city.related", "delete", UNDONE_ROW),
    *_each(
        ("desk",),
        "city.mark",
        "update",
        "ended_at is null",
        "person_id ended_at ended_by end_reason",
        "ended_by is null or ended_by = (select access.me())",
    ),
    *_each(("desk",), "city.plan", "update", ALL, "title state noticed_on waits_until ended_at"),
    *_each(("desk",), "city.plan_line", "update", ALL, "engagement_id taken_out"),
    *_each(("desk",), "shared.attempt", "update", ALL, "number address state"),  # state: a recall ends an open call
    *_each(("desk",), "shared.referral", "update", ALL, "outcome"),
    *_each(
        ("desk",),
        "shared.return shared.review",
        "update",
        ALL,
        "state answered_at answered_by answer",
        "answered_by = (select access.me())",
    ),
    *_each(("desk",), "city.person city.debtor city.receivable city.receivable_event", "insert"),
    *_each(("desk",), "city.person", "update", ALL, "id"),  # a row lock needs UPDATE on one column
    *_each(
        ("desk",),
        "city.debtor",
        "update",
        ALL,
        "person_id name kana birth sex postcode address building phone1 phone2 protected flags",
    ),
    *_each(("desk",), "city.person city.debtor city.receivable", "delete", UNDOING),
    *_each(("desk",), "city.receivable_event", "delete", UNDONE_ROW),
    *_each(
        ("desk",),
        "city.receivable",
        "update",
        ALL,
        "assessed paid late_charge demand_fee due_on last_day verdict reasons warnings memo summary notice_no as_of intake_id",
    ),
    *_each(("desk",), "city.entrustment city.disclosure", "insert", ALL, "", MINE),
    *_each(("desk",), "city.placement city.placement_line", "insert"),
    *_each(("desk",), "city.placement", "update", ALL, "person_id ended_at end_reason"),
    # two persons turned out to be one
    *_each(("desk",), "city.disclosure city.conflict_person", "update", ALL, "person_id"),
    *_each(("desk",), "city.placement_line", "update", ALL, "ended_at"),
    *_each(("desk",), "city.hold", "insert", ALL, "", f"{MINE} and lifted_by is null"),
    *_each(
        ("desk",),
        "city.hold",
        "update",
        "lifted_at is null",
        "person_id lifted_at lifted_by lift_reason",
        "lifted_by is null or lifted_by = (select access.me())",
    ),
    *_each(("desk",), "city.approval", "insert", ALL, "", "asked_by = (select access.me()) and decided_by is null"),
    *_each(
        ("desk",),
        "city.approval",
        "update",
        "decision is null and asked_by <> (select access.me())",
        "decided_by decided_at decision",
        "decided_by = (select access.me())",
    ),
    *_each(("desk",), "city.care", "select"),
    *_each(("desk",), "city.mapping city.intake city.intake_line city.load_image city.movement", "select"),
    *_each(("desk",), "city.mapping", "insert", ALL, "", MINE),
    *_each(("desk",), "city.intake", "insert", ALL, "", f"{OWN} and {MINE}"),
    *_each(
        ("desk",),
        "city.intake",
        "update",
        ALL,
        "state trouble encoding mapping_id lines totals ticket_id checked_at loaded_at undone_at undone_by",
    ),
    *_each(("desk",), "city.intake_line city.load_image", "insert"),
    *_each(("desk",), "city.movement", "insert", ALL, "", DECIDED_BY_ME),
    *_each(("desk",), "city.intake_line city.load_image", "delete"),
    *_each(("desk",), "city.movement", "update", ALL, "decision note decided_at decided_by", DECIDES),
    *_each(
        ("desk",),
        "city.movement",
        "delete",
        "intake_id = any(array(select i.id from city.intake i where i.state = 'undoing'))",
    ),
    *_each(("desk",), "access.daily", "select"),
    # by the city itself only: a row of somebody else would keep the job from being done
    *_each(
        ("desk",),
        "access.daily",
        "insert",
        ALL,
        "",
        f"{MINE} and exists (select from shared.account a where a.id = by_id and a.role = 'nightly')",
    ),
    *_each(("desk",), "access.progress", "select"),
    *_each(("desk",), "access.outbox", "select", f"{OWN} and account_id = (select access.me())"),
    *_each(("desk",), "access.outbox", "insert", ALL, "", f"{OWN} and account_id = (select access.me())"),
]
_WELFARE = [
    *_each(("welfare",), "shared.organisation", "select"),
    *_each(("welfare",), "shared.account", "select", ALL, _ACCOUNT),
    *_each(("welfare",), "shared.referral", "select"),
    *_each(("welfare",), "shared.referral", "update", ALL, "received_at outcome"),
    *_each(
        ("welfare",),
        "shared.casefile",
        "select",
        REFERRED.replace("case_id", "id", 1),
        "id number",
    ),
    *_each(("welfare",), "city.placement", "select", REFERRED, "case_id person_id org_id"),
    *_each(
        ("welfare",),
        "city.debtor",
        "select",
        "person_id = any(array(select p.person_id from city.placement p))",
        "id person_id name kana birth sex postcode address building phone1 phone2 protected",
    ),
    *_each(("welfare",), "city.care city.assessment", "select"),
    *_each(("welfare",), "city.care", "insert", ALL, "", "received_by = (select access.me())"),
    *_each(
        ("welfare",), "city.care", "update", ALL, "state decided_at decided_by decline_reason stage outcome closed_at"
    ),
    *_each(("welfare",), "city.assessment", "insert", ALL, "", MINE),
]
_AUDITOR = [
    *_each(
        ("auditor",), "shared.organisation shared.account shared.casefile shared.attempt shared.tombstone", "select"
    ),
    *_each(("auditor",), "city.placement city.receipt city.debtor audit.event", "select"),
    # which entries of the trail speak of a person: that a sheet was sent, and not what is written there
    *_each(("auditor",), "shared.referral shared.return shared.review", "select", ALL, "id case_id at"),
    *_each(("auditor",), "city.hold city.mark", "select", ALL, "id person_id"),
    *_each(("auditor",), "city.conflict_person", "select", ALL, "conflict_id person_id"),
    *_each(("auditor",), "shared.acceptance shared.recall_notice", "select", ALL, "id case_id at"),
    *_each(("auditor",), "city.disclosure", "select"),
    *_each(("auditor",), "city.approval", "select", ALL, "id noun_id"),
]
_ADMIN = [
    *_each(("admin",), "shared.organisation shared.engagement shared.account", "select"),
    *_each(("admin",), "shared.organisation shared.engagement shared.account", "insert"),
    *_each(("admin",), "shared.account", "update", ALL, "ends"),
]
_NIGHTLY = [
    *_each(("nightly",), "access.outbox", "select", ALL, "id at next_at done_at tries"),
    *_each(("nightly",), "access.outbox", "update", ALL, "next_at tries error"),
    *_each(("nightly",), "access.progress access.daily", "select"),
    *_each(("nightly",), "access.progress", "insert"),
    *_each(("nightly",), "access.progress", "update", ALL, "done total"),
]
_DEFINERS = [
    *_each(("gate",), "gate.credential gate.session gate.secret gate.deployment gate.enrolment", "select"),
    *_each(("gate",), "gate.credential gate.session gate.enrolment", "insert"),
    *_each(("gate",), "gate.credential", "update", ALL, "password_hash totp last_step failed locked_until"),
    *_each(("gate",), "gate.session", "update", ALL, "ended_at"),
    *_each(("gate",), "gate.enrolment", "update", ALL, "used_at"),
    *_each(("gate",), "gate.deployment", "update", ALL, "test_clock"),
    *_each(("gate",), "shared.account shared.organisation shared.engagement", "select"),
    *_each(("gate",), "shared.account shared.organisation", "insert"),
    *_each(("gate",), "shared.engagement", "update", ALL, "numbered"),
    *_each(("gate",), "access.outbox", "select"),
    *_each(("gate",), "access.outbox", "update", ALL, "done_at"),
    *_each(("contact",), "city.placement city.person city.hold", "select"),
    *_each(("contact",), "city.person", "update", ALL, "id"),
    *_each(("contact",), "city.hold", "insert"),
    *_each(("contact",), "shared.attempt", "select", ALL, "case_id at channel state result"),
    *_each(("contact",), "shared.casefile", "select", ALL, "id held_at"),
    *_each(("contact",), "shared.casefile", "update", ALL, "held_at"),
    *_each(("contact",), "city.intake", "select", ALL, "id state"),
    *_each(("contact",), "city.debtor", "select", ALL, "person_id protected"),
    *_each(("contact",), "city.movement", "select", ALL, "intake_id person_id code decision"),
    *_each(("contact",), "shared.account", "select", ALL, "id role"),
    *_each(("contact",), "city.approval", "select"),
    *_each(("contact",), "city.approval", "update", ALL, "used_at"),
    *_each(("recorder",), "audit.event", "insert"),
]
ROWS = (*_PARTNERS, *_DESK, *_WELFARE, *_AUDITOR, *_ADMIN, *_NIGHTLY, *_DEFINERS)

# Tables without row security, and why: COPY refuses a table that has it, and the stage is emptied with every load.
NO_ROW_SECURITY = {f"city.intake_{table}": ("desk",) for table in ("stage", "person", "spoilt")}
# Tables whose changes write no entry, and why.
UNAUDITED = {
    "city.intake_line": "a verdict without a person, written once by an audited intake",
    "city.claim_kind": "no role may change it; migrations do",
    "city.intake_stage": "emptied with every load; the load's own rows are audited",
    "city.intake_person": "emptied with every load: which lines of the file speak of one person",
    "city.intake_spoilt": "emptied with every load: keys of records that cannot be stored",
    "city.load_image": "the other half of an audited change, gone when the next load begins",
    "access.daily": "the jobs it stands for are audited",
    "city.receivable_event": "written only together with its audited receivable",
    "city.receipt": "is itself the record of a decision and never changes",
    "access.outbox": "the action it causes is audited",
    "access.progress": "a number between two audited states",
    "audit.event": "is the trail",
    "gate.secret": "nobody's",
    "gate.deployment": "set once, when the city is founded",
    "gate.enrolment": "what it opens, the credential, is audited",
}
# The column that names a row in the trail, where it is not `id`.
KEYS = {
    "shared.contactee": "case_id",
    "shared.tombstone": "case_id",
    "city.placement": "case_id",
    "city.placement_line": "claim_id",
    "city.care": "referral_id",
    "city.plan_line": "person_id",
    "city.conflict_person": "conflict_id",
    "gate.credential": "account_id",
}
SEQUENCES: dict[str, tuple[str, ...]] = {}  # one number for all would tell each partner how much the others are given

_SEALED = ("signin", *EVERYBODY, "nightly", "contact", "recorder")
# function: (owner, who may call it). The portal's owner may call what it hangs on tables as triggers.
FUNCTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gate.seal(text)": ("gate", ()),
    "gate.enter(text,text,text,text,timestamptz,text)": ("gate", ()),
    "gate.check_clock(timestamptz)": ("gate", ()),
    "gate.alive(uuid,timestamptz)": ("gate", ()),
    "access.sealed()": ("gate", ()),
    "access.org()": ("gate", _SEALED),
    "access.me()": ("gate", _SEALED),
    "access.now()": ("gate", _SEALED),
    "access.bind(bytea,text,timestamptz)": ("gate", ("partner_login", "city_login")),
    "access.bind_job(uuid,timestamptz)": ("gate", ("worker_login",)),
    "access.bind_nightly(text,timestamptz)": ("gate", ("worker_login",)),
    "access.bind_system(text,timestamptz)": ("gate", ("worker_login",)),
    "access.bind_signin(text,timestamptz)": ("gate", ("partner_login", "city_login")),
    "access.credential_of(text)": ("gate", ("signin",)),
    "access.miss(text)": ("gate", ("signin",)),
    "access.open_session(uuid,bytea,bigint)": ("gate", ("signin",)),
    "access.close_session(bytea)": ("gate", EVERYBODY),
    "access.invite(uuid,text,bytea)": ("gate", ("admin",)),
    "access.enrolment_of(bytea)": ("gate", ("signin",)),
    "access.enrol(bytea,text,bytea)": ("gate", ("signin",)),
    "access.found(text,text,bytea,boolean,timestamptz)": ("gate", ("owner",)),
    "access.number_cases(uuid,integer)": ("gate", ("desk",)),
    "access.contact_facts(uuid)": ("contact", PARTNER),
    "access.guard_attempt()": ("contact", ("owner",)),
    "access.stop_contact()": ("contact", ("owner",)),
    "access.freeze()": ("contact", ("owner",)),
    "access.thaw()": ("contact", ("owner",)),
    "access.rehold()": ("contact", ("owner",)),
    "access.born_held()": ("contact", ("owner",)),
    "access.guard_protection()": ("contact", ("owner",)),
    "access.guard_protection_hold()": ("contact", ("owner",)),
    "access.guard_protection_move()": ("contact", ("owner",)),
    "access.guard_hands()": ("gate", ("owner",)),
    "city.copy_balance()": ("owner", ()),
    "audit.foreign_row(uuid)": ("recorder", ()),
    "audit.changed()": ("recorder", ("owner",)),
    "access.note(text,text,uuid[])": ("recorder", ("signin", *EVERYBODY, "nightly")),
}
SCHEMAS = {
    "access": (
        "partner_login",
        "city_login",
        "worker_login",
        "signin",
        *EVERYBODY,
        "nightly",
        "gate",
        "contact",
        "recorder",
    ),
    "shared": (*EVERYBODY, "gate", "contact"),
    "city": (*PARTNER, *CITY, "contact"),  # partner roles: for the receipt they write and never read
    "audit": ("auditor", "recorder"),
    "gate": ("gate",),
}
# (table, name): when and what. The audit triggers are not listed: every table has them but those of UNAUDITED.
TRIGGERS = {
    ("shared.attempt", "guard"): "before insert on {} for each row execute function access.guard_attempt()",
    ("shared.referral", "stop_contact"): "after insert on {} for each row execute function access.stop_contact()",
    ("shared.return", "stop_contact"): "after insert on {} for each row execute function access.stop_contact()",
    ("shared.attempt", "stop_contact"): "after insert on {} for each row"
    " when (new.stops) execute function access.stop_contact()",
    ("shared.attempt", "stop_contact_later"): "after update of stops on {} for each row"
    " when (new.stops and not old.stops) execute function access.stop_contact()",
    ("city.hold", "mark_held"): "after insert on {} for each row execute function access.freeze()",
    ("city.hold", "unmark_held"): "after update of lifted_at on {} for each row"
    " when (old.lifted_at is null and new.lifted_at is not null) execute function access.thaw()",
    ("city.hold", "mark_moved"): "after update of person_id on {} for each row"
    " when (old.person_id <> new.person_id) execute function access.rehold()",
    ("city.placement", "mark_moved"): "after update of person_id on {} for each row"
    " when (old.person_id <> new.person_id) execute function access.rehold()",
    ("city.placement", "born_held"): "after insert on {} for each row execute function access.born_held()",
    ("shared.casefile", "guard_hands"): "before update of org_id on {} for each row"
    " when (new.org_id <> old.org_id) execute function access.guard_hands()",
    ("city.hold", "guard_protection"): "before update of lifted_at on {} for each row"
    " when (old.kind = 'protection' and new.lifted_at is not null) execute function access.guard_protection_hold()",
    (
        "city.hold",
        "guard_protection_move",
    ): "before update of person_id on {} for each row when (old.kind = 'protection'"
    " and old.lifted_at is null and new.person_id <> old.person_id) execute function access.guard_protection_move()",
    ("city.debtor", "guard_protection"): "before update of protected on {} for each row"
    " when (old.protected and not new.protected) execute function access.guard_protection()",
    ("city.receivable", "copy_balance"): "after update on {} referencing new table as new_rows old table as old_rows"
    " for each statement execute function city.copy_balance()",
}
