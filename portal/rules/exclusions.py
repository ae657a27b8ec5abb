"""委託できない債権 as work: for each reason which section acts next, and what it does."""

from dataclasses import dataclass

from portal.i18n import N_
from portal.rules.placeability import LABELS

SECTIONS = {
    "owner": N_("債権所管課"),
    "receivables": N_("債権管理課"),
    "welfare": N_("福祉部門"),
    "lawyers": N_("弁護士チーム"),
    "ledger": N_("台帳の訂正"),
    "none": N_("対応は不要"),
}
# where the desk goes from here; a web door turns the code into an address
PERSON, LAW_TEAM, PLACED, CONFLICTS, CHECKED, MOVED = (
    "person",
    "law_team",
    "placed",
    "conflicts",
    "intakes",
    "movements",
)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done about one reason. `section`: of SECTIONS; `to`: where it is done."""

    section: str
    next: str
    to: str = PERSON


WORK = {
    "protected_address": Work("none", N_("委託しません。支援措置が終わったときは、本人の画面で解除を申し出ます。")),
    "public_assistance": Work("welfare", N_("受給の状況を福祉部門に確認し、徴収停止または履行延期を検討します。")),
    "bankruptcy": Work("lawyers", N_("債権の届出と免責の範囲を弁護士チームに確認します。")),
    "represented": Work("lawyers", N_("本人には連絡せず、債務者側代理人とのやり取りを弁護士チームに相談します。")),
    "deceased": Work("receivables", N_("相続人を調査し、相続人の台帳に引き継ぎます。")),
    "legal_incapacity": Work("receivables", N_("法定代理人を確認し、関係者に登録します。")),
    "disputed": Work("owner", N_("異議の内容を債権所管課が確認し、争いが残るときは弁護士チームに相談します。")),
    "relief_pending": Work("owner", N_("減免等の決定を債権所管課に確認し、台帳に反映します。")),
    "instalments_kept": Work("owner", N_("分納の履行を債権所管課が見守り、不履行になったら台帳の該当区分を外します。")),
    "collection_stopped": Work("owner", N_("停止の理由が続いているかを、年に一度、債権所管課が確認します。")),
    "paid": Work("none", N_("完納です。委託しません。"), CHECKED),
    "not_due": Work("none", N_("納期限を過ぎると、次の台帳取込みで判定し直します。"), CHECKED),
    "not_demanded": Work("owner", N_("債権所管課が督促状を送り、督促日を台帳に記録します。"), CHECKED),
    "time_barred": Work("owner", N_("時効完成により消滅しています。債権所管課が不納欠損の手続をします。")),
    "kind_not_entrusted": Work("receivables", N_("委託する債権種別を見直すときは、規則と設定で変更します。"), CHECKED),
    "lawyers_only": Work("lawyers", N_("弁護士チームへの引渡しを選びます。"), LAW_TEAM),
    "kind_not_for_partner": Work("receivables", N_("この債権種別を扱える委託先への引渡しを選びます。"), LAW_TEAM),
    "current_year": Work("owner", N_("現年度のうちは債権所管課が納付を案内します。"), CHECKED),
    "nameless": Work("ledger", N_("氏名・住所の入った台帳を、所管課に依頼して取り込みます。"), CHECKED),
    "held": Work("receivables", N_("停止の理由を確認し、解消していれば本人の画面から回収再開とします。")),
    "placed": Work("none", N_("すでに委託中です。"), PLACED),
    "person_placed": Work("receivables", N_("いまの委託先へ、月次の差分として追加します。"), PLACED),
    "conflict": Work("receivables", N_("ほかの委託先への引渡しを選びます。"), CONFLICTS),
    "conflict_unchecked": Work("lawyers", N_("弁護士チームに利益相反の確認を依頼します。"), CONFLICTS),
    "withdrawn": Work("ledger", N_("台帳の異動で、消えた債権の扱いに答えます。"), MOVED),
    "not_accepted": Work(
        "ledger", N_("判定の理由を台帳取込みの結果で確認し、台帳を訂正して取り込み直します。"), CHECKED
    ),
}


def of_section(section: str) -> tuple[str, ...]:
    """The reasons that wait for this section, in the order of LABELS."""
    return tuple(code for code in LABELS if code in WORK and WORK[code].section == section)
