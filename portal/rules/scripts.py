"""What to say on the telephone, per kind of partner: data, in the order of the call.

Who somebody is stands before what anything is about: until two of name, birth date and address were said by the person
(本人確認), no line names a debt, an amount or an office of the city; a voicemail and a family member never hear of one.
Placeholders: caller, surname, person, city, kinds, total, opens, closes.
"""

from dataclasses import dataclass

from portal.i18n import N_


@dataclass(frozen=True)
class Line:
    """`words` are said, `hint` is for the agent's eye. `identity`: here the person proves who it is."""

    title: str
    words: str
    hint: str | None = None
    identity: bool = False


GREETING = Line(
    N_("名乗り"),
    N_("お忙しいところ失礼いたします。%(caller)sの%(surname)sと申します。%(person)s様はいらっしゃいますでしょうか。"),
    N_("ご家族・勤務先の方には用件を伝えません。「またお電話いたします」とだけお伝えします。"),
)
LAWYERS_GREETING = Line(
    N_("名乗り"),
    N_("お忙しいところ失礼いたします。%(surname)sと申します。%(person)s様はいらっしゃいますでしょうか。"),
    N_("ご本人と確認できるまで、弁護士であることと用件は伝えません。"),
)
RECORDING = Line(N_("録音のお知らせ"), N_("このお電話は、内容を正確に承るため録音しております。"))
IDENTITY = Line(
    N_("本人確認"),
    N_("ご本人様の確認のため、お名前をフルネームで、それから生年月日またはご住所をお聞かせいただけますか。"),
    N_(
        "氏名・生年月日・住所のうち二つを、ご本人に言っていただきます。こちらから読み上げません。"
        "そろわないときは用件を伝えず、「本人確認不可」で記録します。"
    ),
    identity=True,
)
PURPOSE = Line(
    N_("用件"),
    N_(
        "%(city)sから委託を受けてご連絡しております。%(kinds)sについて、納期限を過ぎ、納付の確認ができていない"
        "%(total)sがございます。行き違いでしたらご容赦ください。"
    ),
)
LISTENING = Line(
    N_("聞き取り"),
    N_("納付のご予定や、お困りのことがございましたら、お聞かせください。"),
    N_("お話の内容をそのまま記録します。期日や金額をこちらから提案しません。"),
)
WAYS = Line(
    N_("納付の方法"),
    N_(
        "お手元の納付書で、金融機関またはコンビニエンスストアで納めていただけます。"
        "納付書がないときは、再発行を市に依頼いたします。"
    ),
    N_("ATMの操作や、口座への振込みをお願いすることはありません。"),
)
CITY_DECIDES = Line(
    N_("分割・減免・異議などのお申出"),
    N_("承りました。私どもではお答えできませんので、市の担当へお伝えし、市からご連絡いたします。"),
    N_("交渉や重ねての請求はしません。会話結果を選ぶと、市へ返却します。"),
)
NEGOTIATE = Line(
    N_("お支払いのご相談"),
    N_("お支払いの方法について、ご事情を伺いながらご相談させてください。"),
    N_("分割納付・減免は市の決定です。ご希望は市へ提案し、決定を待ちます。"),
)
HARDSHIP = Line(
    N_("生活にお困りのとき"),
    N_("お話しくださりありがとうございます。お暮らしのことを相談できる市の窓口へ、おつなぎすることができます。"),
    N_("納付の話はここで終えます。「支払困難（生活困窮）」を選ぶと、つなぎシートへ進みます。"),
)
CLOSING = Line(N_("結び"), N_("お時間をいただき、ありがとうございました。失礼いたします。"))

SCRIPTS: dict[str, tuple[Line, ...]] = {
    "call_centre": (GREETING, RECORDING, IDENTITY, PURPOSE, LISTENING, WAYS, CITY_DECIDES, HARDSHIP, CLOSING),
    "servicer": (GREETING, RECORDING, IDENTITY, PURPOSE, LISTENING, WAYS, NEGOTIATE, HARDSHIP, CLOSING),
    "law_team": (LAWYERS_GREETING, RECORDING, IDENTITY, PURPOSE, LISTENING, NEGOTIATE, HARDSHIP, CLOSING),
}
VOICEMAIL = Line(
    N_("留守番電話"),
    N_(
        "%(caller)sの%(surname)sと申します。%(person)s様にご連絡したいことがあり、お電話いたしました。"
        "（折返しの電話番号）まで、平日%(opens)sから%(closes)sの間にお電話をお願いいたします。"
    ),
    N_("用件・金額・市の部署名は残しません。"),
)
LAWYERS_VOICEMAIL = Line(
    N_("留守番電話"),
    N_(
        "%(surname)sと申します。%(person)s様にご連絡したいことがあり、お電話いたしました。"
        "（折返しの電話番号）まで、平日%(opens)sから%(closes)sの間にお電話をお願いいたします。"
    ),
    N_("弁護士であること・用件・金額・市の部署名は残しません。"),
)


def script_of(partner_kind: str, servicer_may: bool = True) -> tuple[Line, ...]:
    """The lines for this kind of partner; a servicer without 特定金銭債権 speaks as a call centre does."""
    return SCRIPTS["call_centre" if partner_kind == "servicer" and not servicer_may else partner_kind]


def voicemail_of(partner_kind: str) -> Line:
    return LAWYERS_VOICEMAIL if partner_kind == "law_team" else VOICEMAIL
