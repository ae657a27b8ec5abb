"""What happened to the leads in November 令和8年. Notes are written as agents, welfare staff and the desk write them."""

from datetime import date, time
from typing import Any

from demo.moments import moment
from demo.story import Scene

SCOPE = "氏名・住所・電話番号と、きょうのお話を市の福祉部門に伝えること"


def _scene(at: str, what: str, by: str, whom: str, **facts: Any) -> Scene:
    return Scene(moment(at), what, by, whom, facts)


def _talk(at: str, by: str, whom: str, outcome: str, note: str, **facts: Any) -> Scene:
    return _scene(at, "call", by, whom, result="01", outcome=outcome, note=note, **facts)


WELFARE = (
    # 緊急：いま届いたばかり
    _scene("11-06 18:22", "call", "kita1", "no_food", result="11", note="折返しのお願いを伝言。"),
    _scene("11-12 14:05", "call", "kita2", "no_food", result="10"),
    _talk("11-25 13:52", "kita1", "no_food", "52", minutes=8, note="声が弱く、会話が途切れがち。支払いの話はせず、体調と食事をうかがった。電話をつないだままSV（片山）に交代。"),
    _scene(
        "11-25 14:02", "refer", "kita1", "no_food", urgency="emergency", boxes=("no_food", "income", "health"), worst="no_food",
        words="おとといから、お水しか口にしていません。年金の日まで、あと三百円しかないんです。夜になると、もうこのままでいいかなと思ってしまって。",
        consent="oral", consent_scope=SCOPE, safe_times="きょうはずっと自宅にいる", voicemail_ok=False,
    ),
    # 高：期限を過ぎている
    _talk("11-19 15:20", "kita2", "ill", "37", minutes=11, note="9月に倒れて入院、いまも通院中で働けていないとのこと。お子さんが二人。"),
    _scene(
        "11-19 15:34", "refer", "kita2", "ill", urgency="high", boxes=("health", "income", "work_trouble"), worst="health",
        words="9月に倒れてから仕事に行けていません。傷病手当の書き方が分からなくて、そのままになっています。子どもの給食のことを考えると眠れません。",
        consent="oral", consent_scope=SCOPE, safe_times="平日の午前中", voicemail_ok=True,
    ),
    _scene("11-20 09:05", "receive", "fukushi1", "ill"),
    _scene("11-20 11:30", "note", "fukushi1", "ill", kind="contact", body="本人に電話。24日の通院後に来所したいとのこと。日程は本人から連絡。"),
    # 高：きのう届き、きょうが期限
    _talk("11-24 10:52", "minami1", "laid_off", "37", minutes=9, note="10月末で雇止め。家賃も2か月待ってもらっているとのこと。"),
    _scene(
        "11-24 11:10", "refer", "minami1", "laid_off", urgency="high", boxes=("job_search", "housing", "rent_or_loan"),
        worst="job_search", words="契約が10月で切れました。次を探していますが、面接に行く電車賃も惜しくて。大家さんに頭を下げてばかりです。",
        consent="oral", consent_scope=SCOPE, safe_times="いつでも", voicemail_ok=True,
    ),
    _scene("11-24 13:00", "receive", "fukushi1", "laid_off"),
    # 中：まだ受け付けていない
    _talk("11-24 16:24", "minami2", "single_parent", "37", minutes=10, note="夜勤に変わってから下のお子さんが不登校気味とのこと。"),
    _scene(
        "11-24 16:40", "refer", "minami2", "single_parent", urgency="medium", boxes=("children", "income", "withdrawal"),
        worst="children", words="夜勤なので、朝は寝ている私のそばで子どもが一人でパンを食べています。払わないといけないのは分かっているんです。",
        consent="oral", consent_scope=SCOPE, safe_times="15時から17時", voicemail_ok=False,
    ),
    # 中：対応中
    _talk("11-10 14:30", "kita3", "carer", "37", note="お母さまの介護で8月に退職。ご自身の通院の支払いが滞ったとのこと。"),
    _scene(
        "11-10 14:41", "refer", "kita3", "carer", urgency="medium", boxes=("care", "income"), worst="care",
        words="母が夜中に何度も起きるので、勤めは辞めました。私が倒れたら終わりだと思うと、自分の病院は後回しです。",
        consent="oral", consent_scope=SCOPE, safe_times="デイサービスの日（火・金）の日中", voicemail_ok=True,
    ),
    _scene("11-11 10:15", "receive", "fukushi1", "carer"),
    _scene("11-12 09:40", "accept", "fukushi1", "carer"),
    _scene("11-13 10:30", "note", "fukushi1", "carer", kind="contact", body="本人に電話。28日（土）の納付相談会の福祉ブースを案内。"),
    _scene("11-18 11:20", "note", "fukushi1", "carer", kind="stage", stage="booked", body="28日（土）10時20分。介護の窓口の職員も同席する。"),
    # 支援が終わり、市の判断待ち
    _talk("11-05 10:40", "kita1", "helped", "37", note="離婚後に一人暮らし。借入れが三社あり、督促が続いているとのこと。"),
    _scene(
        "11-05 10:55", "refer", "kita1", "helped", urgency="high", boxes=("debts", "income"), worst="debts",
        words="三社から借りて、返すためにまた借りています。水道まで止まるんじゃないかと、封筒を開けられません。",
        consent="oral", consent_scope=SCOPE, safe_times="19時以降", voicemail_ok=True,
    ),
    _scene("11-05 13:10", "receive", "fukushi1", "helped"),
    _scene("11-06 09:20", "accept", "fukushi1", "helped"),
    _scene("11-10 13:30", "note", "fukushi1", "helped", kind="stage", stage="came", body="来所。借入れの一覧を一緒に作成。法テラスを案内。"),
    _scene("11-13 14:00", "note", "fukushi1", "helped", kind="stage", stage="plan_made", body="家計の見直しと債務整理の並行で計画。"),
    _scene("11-20 16:10", "close", "fukushi1", "helped", outcome="debt_settlement", body="法テラスの援助開始が決定。家計の相談は12月も続ける。"),
    # 受任せず、市の判断待ち
    _talk("11-09 11:15", "kita2", "declined", "37", note="年金だけでの暮らしが苦しいとのお話。"),
    _scene(
        "11-09 11:26", "refer", "kita2", "declined", urgency="medium", boxes=("income",), worst="income",
        words="年金が減ってね。払う気はあるんだが、どこを削ったらいいのか、もう分からんのだよ。",
        consent="oral", consent_scope=SCOPE, safe_times="午前", voicemail_ok=True,
    ),
    _scene("11-10 09:10", "receive", "fukushi1", "declined"),
    _scene("11-16 15:40", "decline", "fukushi1", "declined", reason="本人に二度お会いしたが、「家族と話して払える分から払う」と支援は希望されない。暮らしは息子さんの同居で落ち着いている。"),
    # 回収再開まで済んだ方
    _talk("11-05 13:25", "kita3", "recovered", "37", note="育休明けで収入が減ったとのこと。"),
    _scene(
        "11-05 13:38", "refer", "kita3", "recovered", urgency="medium", boxes=("income", "children"), worst="income",
        words="時短勤務で手取りが半分になりました。来月からはフルタイムに戻れるのですが、今月がどうしても。",
        consent="oral", consent_scope=SCOPE, safe_times="12時台", voicemail_ok=True,
    ),
    _scene("11-06 10:00", "receive", "fukushi1", "recovered"),
    _scene("11-09 10:00", "accept", "fukushi1", "recovered"),
    _scene("11-17 11:00", "close", "fukushi1", "recovered", outcome="not_needed", body="12月から常勤に戻り、支払いのめどが立った。本人も再開に同意。"),
    _scene("11-18 09:30", "resume", "saiken1", "recovered", reason="福祉部門の結果と本人の意向により回収再開。"),
)  # fmt: skip

NORTH = (
    _scene("11-10 18:40", "call", "kita1", "father", result="02", outcome="46", next_on=date(2026, 11, 12), next_from=time(18, 30),
           note="奥様が出られた。用件は伝えず、センター名と折返しのお願いのみ。"),
    _talk("11-12 18:32", "kita1", "father", "31", next_on=date(2026, 12, 4), note="ボーナスの日に学童の分からまとめて払うとのこと。納付書は手元にある。"),
    _scene("11-13 10:20", "call", "kita2", "mother", result="10"),
    _scene("11-09 10:30", "letter", "kita-sv", "gaiji", kind="contact_request"),
    _scene("11-16 15:05", "call", "kita3", "gaiji", result="12"),
    _talk("11-17 18:25", "kita2", "from_abroad", "50", note="ベトナム語を希望。やさしい日本語で、あらためて通訳と連絡するとお伝えした。"),
    _scene("11-11 11:40", "call", "kita2", "promised", result="10"),
    _talk("11-16 19:05", "kita2", "promised", "31", next_on=date(2026, 11, 30), note="30日の給料日に水道の分を払うとのこと。「電話をもらって助かった」。"),
    _talk("11-09 18:30", "kita1", "promise_broken", "31", next_on=date(2026, 11, 18), note="18日にコンビニで払うとのこと。"),
    _talk("11-24 11:20", "kita3", "call_back", "46", next_on=date(2026, 11, 25), next_from=time(14, 0), note="勤務中。休憩の14時にかけてほしいとのこと。"),
    _talk("11-13 12:10", "kita1", "evenings", "47", next_from=time(18), next_until=time(20), note="昼は配送中で出られない。夜6時から8時の間にとのこと。"),
    _talk("11-17 10:15", "kita1", "says_paid", "32", note="11月9日に銀行の窓口で払ったとのこと。領収書は手元にある。"),
    _scene("11-18 17:20", "call", "kita2", "instalments", result="11", note="折返しのお願いを伝言。"),
    _talk("11-24 15:52", "kita2", "instalments", "35", minutes=7, note="一度には難しく、月1万円ずつならとのお申出。約束はせず、市からご連絡するとお伝えした。"),
    _talk("11-13 16:15", "kita1", "asked_back", "36", note="学童の利用料の減免を申し込みたいとのこと。"),
    _scene("11-17 13:30", "ask_back", "saiken2", "asked_back", answer="減免は来年度分から。担当課から本人に説明し、了解を得ました。今年度分の納付のご案内を続けてください。"),
    _scene("11-12 20:16", "record", "kita3", "too_late", channel="call", happened=moment("11-12 20:04"), result="10",
           note="20時を過ぎて発信してしまった。呼出音のみで切断。SVに報告済み。"),
    _scene("11-06 11:00", "letter", "kita-sv", "moved", kind="contact_request"),
    _scene("11-17 09:30", "letter_back", "kita-sv", "moved", reason="unknown_address"),
    _scene("11-25 10:30", "give_back", "kita-sv", "moved", reason="address_unknown", note="電話番号なし。郵便は「あて所に尋ねあたりません」で返戻。"),
    _scene("11-11 10:05", "call", "kita3", "recalled", result="10"),
    _scene("11-18 13:45", "recall", "saiken1", "recalled", reason="本人が窓口に来られ、全額の納付書を発行したため。"),
    _scene("11-12 10:40", "call", "kita1", "fled", result="11", note="折返しのお願いを伝言。"),
    _scene("11-19 16:30", "protect", "saiken1", "fled"),
    _talk("11-10 12:20", "kita3", "paid_up", "31", next_on=date(2026, 11, 19), note="19日に給料が入るので、その日に全部払うとのこと。"),
    _scene("11-16 10:50", "call", "kita2", "pays_monthly", result="11", note="折返しのお願いを伝言。"),
    _scene("11-25 14:06", "take", "kita2", "promised"),
)  # fmt: skip

SOUTH = (
    _talk("11-09 13:20", "minami1", "disputes", "38", note="「その日は入院していない」とのこと。診療の内容は答えず、市から確認するとお伝えした。"),
    _scene("11-12 11:10", "take_back", "saiken1", "disputes", answer="病院に照会し、請求の内容を確かめます。"),
    _talk("11-16 14:45", "minami2", "complained", "41", minutes=14, note="家族が出た電話で用件を尋ねられたとのお叱り。お詫びし、SVから本日中に折り返す。"),
    _talk("11-24 17:10", "minami1", "south_back", "46", next_on=date(2026, 11, 25), next_from=time(16, 30), note="16時半に帰宅後かけてほしいとのこと。"),
    _scene("11-13 18:15", "call", "minami1", "went_bankrupt", result="10"),
    _scene("11-10 15:30", "call", "minami2", "both", result="11", note="折返しのお願いを伝言。"),
    _scene("11-19 18:10", "call", "minami2", "both", result="10"),
)  # fmt: skip

LAW = (
    _scene("11-06 10:00", "letter", "bengo1", "order_due", kind="appointed"),
    _scene("11-13 11:00", "call", "bengo1", "order_due", result="10"),
    _scene("11-24 10:30", "review", "bengo1", "order_due", decision="payment_order",
           reasons="退去後も連絡がなく、受任のお知らせにも応答なし。勤務先は不明だが、住所は現住所と一致しており送達の見込みがある。"),
    _scene("11-13 15:00", "review", "bengo2", "inquired", decision="inquire", reasons="連帯保証人（父）の住所が平成29年のまま。戸籍の附票の確認を求める。"),
    _scene("11-17 10:00", "send_back", "saiken2", "inquired", answer="附票を確認しました。保証人は令和5年に死亡しています。本人への対応で再度ご検討ください。"),
    _scene("11-09 10:00", "letter", "bengo2", "negotiates", kind="appointed"),
    _scene("11-16 14:20", "record", "bengo2", "negotiates", channel="incoming", result="01", outcome="35", minutes=12,
           note="受任のお知らせを見て入電。月3万円、賞与月10万円の提案。家計表の提出を依頼。"),
    _scene("11-18 16:00", "review", "bengo2", "negotiates", decision="negotiate",
           reasons="家計表により月3万円は無理のない額。給与所得があり、完納まで約4年。履行延期の特約を前提に交渉を続けたい。"),
    _scene("11-20 11:30", "agree", "saiken1", "negotiates", answer="了承。施行令171条の6の特約として債管第241号で起案します。"),
    _scene("11-10 13:00", "review", "bengo1", "stopped", decision="stop_collection",
           reasons="85歳、単身、収入は老齢基礎年金のみで差し押さえられる財産がない。費用が債権額を上回り、施行令171条の5第3号に当たる。"),
    _scene("11-16 10:20", "agree", "saiken2", "stopped", answer="了承。徴収停止を債管第236号で決裁しました。"),
    _scene("11-11 10:00", "letter", "bengo2", "both", kind="appointed"),
)  # fmt: skip

SCENES = (*WELFARE, *NORTH, *SOUTH, *LAW)
