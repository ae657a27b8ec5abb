"""Every sentence of the file format that speaks of one record."""

from dataclasses import replace
from datetime import date

import pytest

from portal.rules import kinds
from portal.rules.eligibility import FLAGS, REASONS
from portal.rules.ledger import Judge, Settings, check_digit
from portal.rules.ledger_layout import COLUMNS, Layout
from portal.rules.limitation import Event
from tests.claims import claim
from tests.ledgers import AS_OF, CITY, record

LAYOUT = Layout(COLUMNS)
NUMBER = "990362934150"


def judge(catalogue=None, *, as_of=AS_OF, city_code=CITY, layout=LAYOUT, **settings):
    catalogue = catalogue or kinds.shipped()
    return Judge(layout, as_of=as_of, city_code=city_code, kinds=catalogue, settings=Settings(**settings))


def cells(**changes):
    return [record(**changes)[column] for column in COLUMNS]


def said(**changes):
    """verdict: codes."""
    found = judge()(cells(**changes))
    return " ".join((found.verdict, *found.reasons, *found.warnings))


def test_a_good_record():
    assert said() == "accepted"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        # 自治体コード
        ({"自治体コード": "239992"}, "accepted"),
        ({"自治体コード": "２３９９９"}, "accepted"),
        ({"自治体コード": "239991"}, "rejected wrong_municipality"),
        ({"自治体コード": "23100"}, "rejected wrong_municipality"),
        ({"自治体コード": ""}, "rejected wrong_municipality"),
        ({"自治体コード": "023999"}, "rejected wrong_municipality"),
        # keys
        ({"宛名番号": ""}, "rejected missing_debtor_no"),
        ({"取込元": "", "調定年度": "", "期別": "", "枝番": "", "通知書番号": "", "摘要": ""}, "accepted"),
        ({"氏名": "", "カナ氏名": "ｲﾄｳ"}, "rejected missing_name"),
        ({"カナ氏名": ""}, "accepted"),
        ({"債権種別コード": "２０１"}, "accepted"),
        ({"債権種別コード": ""}, "rejected unknown_kind"),
        ({"債権種別コード": "999"}, "rejected unknown_kind"),
        ({"債権種別コード": "0201"}, "rejected unknown_kind"),
        # dates
        ({"納期限": ""}, "rejected bad_date"),
        ({"納期限": "平成40年1月5日"}, "rejected bad_date"),
        ({"督促発送日": "2026-02-30"}, "rejected bad_date"),
        ({"督促到達日": "H310501"}, "rejected bad_date"),
        ({"原因発生日": "?"}, "rejected bad_date"),
        ({"最終承認日": "20270101"}, "rejected bad_date"),
        ({"債務名義確定日": "20261124"}, "rejected bad_date"),
        ({"督促発送日": "20261124"}, "rejected bad_date"),
        ({"督促到達日": "20261124"}, "rejected bad_date"),
        ({"督促発送日": "20261123", "督促到達日": "20261123", "最終承認日": "20261123", "債務名義確定日": "20261123"}, "accepted"),
        ({"原因発生日": "20991231"}, "accepted"),
        ({"納期限": "99991231", "督促発送日": ""}, "excluded not_due"),
        ({"督促発送日": "20250101", "督促到達日": "20240101"}, "accepted"),
        # amounts
        ({"調定額": ""}, "rejected bad_amount"),
        ({"収納額": ""}, "rejected bad_amount"),
        ({"延滞金": "", "督促手数料": ""}, "accepted"),
        ({"延滞金": "x"}, "rejected bad_amount"),
        ({"督促手数料": "-1"}, "rejected bad_amount"),
        ({"延滞金": "１，２００", "督促手数料": "100"}, "accepted"),
        ({"調定額": "12,34"}, "rejected bad_amount"),
        ({"調定額": "100.0"}, "rejected bad_amount"),
        ({"調定額": "-500"}, "rejected bad_amount"),
        ({"調定額": "4,600", "収納額": "4,601"}, "rejected overpaid"),
        ({"収納額": "9999", "延滞金": "x"}, "rejected bad_amount overpaid"),
        ({"調定額": "x", "収納額": "9999"}, "rejected bad_amount"),
        # flags
        ({"死亡": "0", "破産": "０"}, "accepted"),
        ({"死亡": "Y"}, "rejected bad_flag"),
        ({"死亡": "01"}, "rejected bad_flag"),
        ({"死亡": "2"}, "rejected bad_flag"),
        ({"死亡": "有"}, "rejected bad_flag"),
        # 個人番号
        ({"備考": NUMBER}, "rejected individual_number"),
        ({"摘要": f"番号{NUMBER}"}, "rejected individual_number"),
        ({"性別": NUMBER}, "rejected individual_number"),
        ({"期別": NUMBER}, "rejected individual_number"),
        ({"調定額": NUMBER}, "rejected individual_number"),
        ({"納期限": NUMBER}, "rejected bad_date individual_number"),
        ({"債権種別コード": NUMBER}, "rejected individual_number unknown_kind"),
        ({"死亡": NUMBER}, "rejected bad_flag individual_number"),
        ({"生年月日": NUMBER}, "rejected individual_number"),
        ({"宛名番号": NUMBER, "通知書番号": NUMBER, "電話番号1": NUMBER, "電話番号2": NUMBER}, "accepted"),
        # all that apply
        (
            {"自治体コード": "", "宛名番号": "", "氏名": "", "債権種別コード": "", "納期限": "", "調定額": "", "死亡": "x", "備考": NUMBER},
            "rejected bad_amount bad_date bad_flag individual_number missing_debtor_no missing_name unknown_kind wrong_municipality",
        ),
    ],
)  # fmt: skip
def test_well_formed(changes, verdict):
    assert said(**changes) == verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"債権種別コード": "101"}, "refused self_enforceable"),
        ({"債権種別コード": "101", "支援措置": "1"}, "refused self_enforceable"),
        ({"債権種別コード": "101", "調定額": "x"}, "rejected bad_amount"),
        ({"債権種別コード": "363", "原因発生日": "20180930"}, "accepted"),
        ({"債権種別コード": "363", "原因発生日": "20181001"}, "refused self_enforceable"),
        ({"債権種別コード": "363", "原因発生日": ""}, "refused class_undecidable"),
        ({"債権種別コード": "363", "原因発生日": "x"}, "rejected bad_date"),
        ({"債権種別コード": "364", "原因発生日": ""}, "accepted"),
        ({"債権種別コード": "378", "原因発生日": "H260630"}, "accepted"),
        ({"債権種別コード": "378", "原因発生日": "H260701"}, "refused self_enforceable"),
        ({"債権種別コード": "378", "原因発生日": ""}, "refused class_undecidable"),
    ],
)
def test_may_its_class_be_stored(changes, verdict):
    assert said(**changes) == verdict


@pytest.mark.parametrize("column", FLAGS)
def test_every_mark_excludes(column):
    assert said(**{column: "1"}) == f"excluded {FLAGS[column]}"
    assert said(**{column: "１"}) == f"excluded {FLAGS[column]}"


BARRED = {"債権種別コード": "301", "納期限": "20180630", "督促発送日": "20180722"}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"収納額": "4600"}, "excluded paid"),
        ({"調定額": "0"}, "excluded paid"),
        ({"納期限": "20261123", "督促発送日": ""}, "excluded not_due"),
        ({"納期限": "20261122", "督促発送日": ""}, "excluded not_demanded"),
        ({"納期限": "20261122", "督促発送日": "", "督促到達日": "20261122"}, "accepted"),
        ({"納期限": "20261124"}, "excluded not_due"),
        (BARRED, "excluded time_barred"),
        (BARRED | {"債権種別コード": "204"}, "accepted limitation_passed"),
        (BARRED | {"債権種別コード": "204", "収納額": "4600"}, "excluded paid"),
        (BARRED | {"督促発送日": "", "収納額": "4600"}, "excluded not_demanded paid time_barred"),
        # protected, and the others all the same, without warnings
        (
            BARRED | {"支援措置": "1", "死亡": "1", "督促発送日": "", "収納額": "4600", "氏名": "\ue000", "生年月日": "?"},
            "excluded deceased not_demanded paid protected_address time_barred",
        ),
    ],
)  # fmt: skip
def test_may_it_be_entrusted(changes, verdict):
    assert said(**changes) == verdict


def test_a_kind_the_city_has_switched_off():
    catalogue = [replace(kind, entrusted=kind.code != "201") for kind in kinds.shipped()]
    found = judge(catalogue)(cells(収納額="4600"))
    assert (found.verdict, found.reasons) == ("excluded", ("kind_not_entrusted", "paid"))


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({"氏名": "渡\ue000"}, "gaiji"),
        ({"カナ氏名": "\uf8ff"}, "gaiji"),
        ({"住所": "\ue757町"}, "gaiji"),
        ({"方書": "\ue001"}, "gaiji"),
        ({"備考": "\ue001", "摘要": "\ue001"}, ""),
        ({"氏名": "𠮷田　髙﨑"}, ""),
        ({"生年月日": "昭和99年1月1日"}, "bad_birth_date"),
        ({"生年月日": "20261124"}, "bad_birth_date"),
        ({"生年月日": "20261123"}, ""),
        ({"生年月日": ""}, ""),
        (
            BARRED | {"債権種別コード": "204", "氏名": "\ue000", "生年月日": "x"},
            "bad_birth_date gaiji limitation_passed",
        ),
    ],
)
def test_warnings(changes, warnings):
    assert said(**changes) == f"accepted {warnings}".rstrip()


PUBLIC = {"債権種別コード": "301", "督促発送日": "", "督促到達日": "", "原因発生日": ""}


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        # public: five years from the due date, renewed by arrival and acknowledgement
        (PUBLIC | {"納期限": "20211122"}, date(2026, 11, 22)),
        (PUBLIC | {"納期限": "20211123"}, date(2026, 11, 23)),
        (PUBLIC | {"納期限": "20211101", "督促到達日": "20211123"}, date(2026, 11, 23)),
        (PUBLIC | {"納期限": "20211101", "督促発送日": "20211118"}, date(2026, 11, 22)),
        (PUBLIC | {"納期限": "20211101", "督促発送日": "20211119"}, date(2026, 11, 23)),
        (PUBLIC | {"納期限": "20211101", "督促発送日": "20211119", "督促到達日": "20211120"}, date(2026, 11, 20)),
        (PUBLIC | {"納期限": "20150101", "最終承認日": "20200102"}, date(2020, 1, 1)),
        (PUBLIC | {"納期限": "20150101", "最終承認日": "20200101"}, date(2025, 1, 1)),
        (PUBLIC | {"納期限": "20150101", "債務名義確定日": "20220101"}, date(2032, 1, 1)),
        (PUBLIC | {"納期限": "20150101", "債務名義確定日": "20220101", "最終承認日": "20240101"}, date(2034, 1, 1)),
        # 29 February
        (PUBLIC | {"納期限": "20200228"}, date(2025, 2, 28)),
        (PUBLIC | {"納期限": "20200229"}, date(2025, 2, 28)),
        (PUBLIC | {"納期限": "20190228"}, date(2024, 2, 29)),
        # private: by the cause, or without it by the due date
        ({"債権種別コード": "204", "納期限": "20210101", "督促発送日": "", "原因発生日": "20200331"}, date(2023, 1, 1)),
        ({"債権種別コード": "204", "納期限": "20210101", "督促発送日": "", "原因発生日": "20200401"}, date(2026, 1, 1)),
        ({"債権種別コード": "204", "納期限": "20200331", "督促発送日": "", "原因発生日": ""}, date(2022, 3, 31)),
        ({"債権種別コード": "204", "納期限": "20200401", "督促発送日": "", "原因発生日": ""}, date(2025, 4, 1)),
        ({"債権種別コード": "206", "納期限": "20180401", "督促発送日": "", "原因発生日": ""}, date(2028, 4, 1)),
        # an arrival that is only estimated may lie ahead
        (PUBLIC | {"納期限": "20220101", "督促発送日": "20261123"}, date(2031, 11, 27)),
    ],
)
def test_the_last_day(changes, last):
    found = judge()(cells(**changes))
    assert found.facts.last_day == last
    barred = "time_barred" if changes["債権種別コード"] == "301" else "limitation_passed"
    assert (barred in found.reasons + found.warnings) == (
        last < AS_OF and not (barred == "limitation_passed" and found.reasons)
    )


def test_days_to_arrival_are_the_citys():
    late = PUBLIC | {"納期限": "20211101", "督促発送日": "20211119"}
    assert judge(demand_arrival_days=0)(cells(**late)).facts.last_day == date(2026, 11, 19)


def test_a_city_may_give_six_digits_and_its_check_digit_is_checked():
    assert [check_digit(code) for code in ("23999", "23100", "23211", "01100", "13101")] == ["2", "2", "4", "2", "6"]
    assert judge(city_code="239992")(cells()).verdict == "accepted"


def test_a_conflicting_key_is_one_reason_among_others():
    assert judge()(cells(), conflicting=True).reasons == ("duplicate_key",)
    assert judge()(cells(調定額="x", 債権種別コード="101"), conflicting=True).reasons == ("bad_amount", "duplicate_key")


def test_an_unmapped_column_is_searched_too():
    layout = Layout((*COLUMNS, "予備"))
    assert judge(layout=layout)([*cells(), NUMBER]).reasons == ("individual_number",)


def test_a_version_nobody_knows():
    found = judge([kind for kind in kinds.shipped() if (kind.code, kind.version) != ("363", 1)])
    assert found(cells(債権種別コード="363", 原因発生日="20180930")).reasons == ("unknown_kind",)


def test_every_code_has_its_reason():
    assert {reason.verdict for reason in REASONS.values()} == {"rejected", "refused", "excluded", "accepted"}
    assert set(FLAGS.values()) <= REASONS.keys()


def test_nothing_is_kept_of_what_may_not_be_stored():
    assert judge()(cells(債権種別コード="101")).facts is None
    assert judge()(cells(調定額="x"))[2:] == ((), None, None)


def storable(**changes):
    row = cells(**changes)
    return claim(LAYOUT, row, judge()(row).facts)


def test_a_record_is_read():
    found = storable(
        調定額="4,600", 収納額="６００", 延滞金="", 督促手数料="100", 電話番号1="０５６５－００－１２３４", 備考="分納相談歴あり"
    )  # fmt: skip
    assert (found.source, found.debtor_no, found.fiscal_year, found.instalment, found.branch) == (
        "01",
        "0001000001",
        "2025",
        "3",
        "1",
    )
    assert (found.assessed, found.paid, found.balance, found.late_charge, found.demand_fee) == (4600, 600, 4000, 0, 100)
    assert (found.kind_code, found.kind_version, found.class_, found.cause_from) == ("201", 1, "private", None)
    assert (found.kana, found.name, found.birth) == ("イトウ カズコ", "伊藤　和子", date(1964, 9, 2))
    assert (found.postcode, found.phone1, found.memo) == ("4710866", "0565-00-1234", "分納相談歴あり")
    assert found.events == (Event("demand", date(2025, 7, 26)),)
    assert found.last_day == date(2030, 7, 26)


def test_an_unreadable_birth_date_is_kept_empty():
    assert storable(生年月日="昭和99年1月1日").birth is None
    assert storable(生年月日="20270101").birth is None
    assert storable(生年月日="").birth is None


def test_of_a_protected_person_only_the_keys_are_kept():
    found = storable(支援措置="1", 方書="市営住宅6棟151号", 備考="転居先あり", 摘要="南町団地2棟305号")
    assert found.protected and found.debtor_no == "0001000001"
    kept = (
        found.kana,
        found.name,
        found.sex,
        found.postcode,
        found.address,
        found.building,
        found.phone1,
        found.phone2,
    )
    assert {*kept, found.memo, found.summary, found.notice_no} == {""}
    assert found.birth is None
