"""The file of related people from upload to load: who is taken in, who is changed, who ends, and whose keys alone stay."""

import io
import random
from datetime import date

import pytest

from portal import jobs
from portal.actions import intake_undoing, intakes, persons
from portal.adapters.storage import Uploads
from portal.db import db, uuid7
from portal.models.intakes import Intake
from portal.rules.related_layout import COLUMNS
from tests import cast, ledgers

AS_OF = date(2026, 11, 23)
GOOD = {
    "取込元": "01", "宛名番号": "0000000001", "続柄区分": "連帯保証人", "氏名": "森　一", "カナ氏名": "ﾓﾘ ﾊｼﾞﾒ", "郵便番号": "471-0000",
    "住所": "豊川野市本町1丁目1番地", "電話番号": "0565-00-0001", "有効開始日": "20240401", "有効終了日": "",
}  # fmt: skip


def person(**changes):
    return GOOD | changes


class Desk:
    def __init__(self, app, acting):
        self.app, self.acting, self.uploads = app, acting, Uploads.of(app.config)

    def check(self, *people, as_of=AS_OF, whole=True, source="住宅", raw=None):
        content = raw or ledgers.text(*people, header=COLUMNS).encode("cp932")
        with self.acting("dan", "intake:upload") as by:
            self.id = intakes.upload(io.BytesIO(content), file_name="関係者.csv", as_of=as_of, source=source, whole=whole,
                                     profile="related", uploads=self.uploads, by=by).id  # fmt: skip
        self.perform()
        return self.see()

    def load(self, *people, **known):
        self.check(*people, **known)
        with self.acting("dan", "intake:load") as by:
            intakes.load(self.id, uploads=self.uploads, by=by)
        self.perform()
        return self.see().totals.get("loaded")

    def perform(self):
        with self.app.app_context():
            jobs.perform(str(self.see().ticket_id))

    def see(self):
        with self.acting("dan", "intake:show"):
            return db.session.get_one(Intake, self.id)


@pytest.fixture
def desk(app, acting):
    return Desk(app, acting)


def kept(admin, number="0000000001"):
    rows = admin.execute(
        "select r.relation, r.name, r.kana, r.postcode, r.address, r.phone, r.valid_from, r.valid_until, r.protected from city.related r"
        " join city.debtor d on d.id = r.debtor_id where d.number = %s order by r.name, r.valid_from", [number])  # fmt: skip
    return rows.fetchall()


def verdicts(admin):
    rows = admin.execute("select line, verdict, array_to_string(reasons, '|') from city.intake_line order by line")
    return [(line, f"{verdict} {reasons}".strip()) for line, verdict, reasons in rows]


def test_the_cast_has_the_debtor(admin):
    assert admin.execute("select source, number from city.debtor where number = '0000000001'").fetchone() == (
        "01",
        "0000000001",
    )


def test_every_record_has_its_verdict(desk, admin):
    faults = [
        ({}, "accepted"),
        ({"続柄区分": "2", "氏名": "甲"}, "accepted"),
        ({"続柄区分": "０３", "氏名": "甲"}, "accepted"),
        ({"続柄区分": "送付先", "氏名": "甲"}, "accepted"),
        ({"続柄区分": "母"}, "rejected bad_relation"),
        ({"続柄区分": ""}, "rejected bad_relation"),
        ({"続柄区分": "5"}, "rejected bad_relation"),
        ({"宛名番号": ""}, "rejected missing_debtor_no"),
        ({"宛名番号": "0000099999"}, "rejected unknown_debtor"),
        ({"取込元": "02"}, "rejected unknown_debtor"),
        ({"氏名": "　"}, "rejected missing_name"),
        ({"有効開始日": "20250231"}, "rejected bad_date"),
        ({"有効終了日": "令和元年4月1日", "氏名": "乙"}, "rejected bad_date"),
        ({"有効開始日": "20240401", "有効終了日": "20240331", "氏名": "乙"}, "rejected bad_date"),
        ({"有効終了日": "R07.05.31", "氏名": "丙"}, "accepted"),
        ({"住所": "9903-6293-4150"}, "rejected individual_number"),
        ({"電話番号": "990362934150", "氏名": "丁"}, "accepted"),
        ({"氏名": "", "続柄区分": "x", "有効開始日": "x"}, "rejected bad_date|bad_relation|missing_name"),
    ]
    intake = desk.check(*(person(**changes) for changes, _ in faults))
    assert (intake.state, intake.lines, intake.encoding) == ("checked", len(faults), "cp932")
    assert verdicts(admin) == [(n, verdict) for n, (_, verdict) in enumerate(faults, 2)]
    accepted = sum(verdict == "accepted" for _, verdict in faults)
    assert intake.totals["loadable"] == [accepted, 0]
    assert sum(count for count, _ in intake.totals["verdicts"].values()) == len(faults)
    assert kept(admin) == []


def test_repeats_and_contradictions(desk, admin):
    desk.check(person(), person(), person(氏名="甲"), person(氏名="甲", 住所="よそ"), person(氏名="甲", 有効開始日=""))
    assert verdicts(admin) == [
        (2, "accepted"), (3, "accepted"), (4, "rejected duplicate"), (5, "rejected duplicate"), (6, "accepted"),
    ]  # fmt: skip
    assert desk.see().totals["loadable"] == [2, 0]


def test_what_is_good_is_loaded_once(desk, admin):
    people = [person(), person(), person(氏名="甲", 続柄区分="4", 有効終了日="20270331")]
    assert desk.load(*people)["related"] == 2
    assert kept(admin) == [
        ("guarantor", "森　一", "モリ ハジメ", "4710000", "豊川野市本町1丁目1番地", "0565-00-0001", date(2024, 4, 1), None, False),
        ("mailing", "甲", "モリ ハジメ", "4710000", "豊川野市本町1丁目1番地", "0565-00-0001", date(2024, 4, 1), date(2027, 3, 31), False),
    ]  # fmt: skip
    again = desk.load(*people)
    assert (again["related"], again["related_changed"], again["unchanged"], again["ended"]) == (0, 0, 2, 0)
    assert len(kept(admin)) == 2
    assert not desk.uploads.has(desk.id)


def test_an_increment_changes_and_adds_and_ends_nobody(desk, admin):
    desk.load(person(), person(氏名="甲"))
    done = desk.load(person(住所="豊川野市西町9"), person(氏名="乙"), whole=False, as_of=date(2026, 11, 24))
    assert (done["related"], done["related_changed"], done["ended"]) == (1, 1, 0)
    assert [(row[1], row[4], row[7]) for row in kept(admin)] == [
        ("乙", GOOD["住所"], None), ("森　一", "豊川野市西町9", None), ("甲", GOOD["住所"], None),
    ]  # fmt: skip


def test_a_whole_file_ends_whom_the_source_no_longer_names_and_nobody_elses(desk, admin, app, acting):
    desk.load(person(), person(氏名="甲"), person(氏名="乙", 有効終了日="20260101"))
    desk.load(person(氏名="丙"), source="奨学金")
    debtor = admin.execute("select id from city.debtor where number = '0000000001'").fetchone()[0]
    admin.execute("insert into city.related (id, debtor_id, relation, name, by_id, at) values (%s, %s, 'heir', '手', %s, now())",
                  [uuid7(), debtor, cast.id_("dan")])  # fmt: skip
    done = desk.load(person(), person(氏名="手", 続柄区分="2", 有効開始日="", 住所="よそ"), as_of=date(2026, 11, 24))
    assert (done["unchanged"], done["ended"], done["kept"], done["related"]) == (1, 1, 1, 0)
    ends = {row[1]: row[7] for row in kept(admin)}
    assert ends == {"森　一": None, "甲": date(2026, 11, 23), "乙": date(2026, 1, 1), "丙": None, "手": None}
    assert {row[1]: row[4] for row in kept(admin)}["手"] is None, "what the desk wrote stands"
    back = desk.load(person(), person(氏名="甲"), as_of=date(2026, 11, 25))
    assert (back["related_changed"], back["unchanged"]) == (1, 1)
    assert {row[1]: row[7] for row in kept(admin)}["甲"] is None


def test_an_older_whole_file_changes_nobody(desk, admin):
    desk.load(person(住所="新"))
    done = desk.load(person(住所="旧"), person(氏名="甲"), as_of=date(2026, 10, 31))
    assert (done["kept"], done["related"], done["related_changed"], done["ended"]) == (1, 1, 0, 0)
    assert {row[1]: row[4] for row in kept(admin)} == {"森　一": "新", "甲": GOOD["住所"]}


def test_beside_a_protected_debtor_keys_alone_are_kept(desk, admin):
    admin.execute("update city.debtor set protected = true, name = null, kana = null, birth = null, sex = null, postcode = null,"
                  " address = null, building = null, phone1 = null, phone2 = null where number = '0000000001'")  # fmt: skip
    people = [person(), person(氏名="甲"), person(氏名="乙", 続柄区分="送付先")]
    done = desk.load(*people)
    assert (done["related"], done["keys_only"]) == (3, 3)
    rows = kept(admin)
    assert sorted(row[0] for row in rows) == ["guarantor", "guarantor", "mailing"]
    assert {(row[1:6], row[8]) for row in rows} == {((None,) * 5, False)}
    again = desk.load(*people)
    assert (again["related"], again["unchanged"], again["ended"]) == (0, 3, 0)
    # once two people lifted it, names come again, and the keys without one end
    admin.execute("update city.debtor set protected = false where number = '0000000001'")
    desk.load(*people, as_of=date(2026, 11, 24))
    assert sorted((row[1] or "", row[7]) for row in kept(admin)) == [
        ("", date(2026, 11, 23))] * 3 + [("乙", None), ("森　一", None), ("甲", None)]  # fmt: skip


def test_protecting_a_debtor_forgets_those_beside_him_and_the_next_file_does_not_tell_again(desk, admin, acting):
    desk.load(person(), person(氏名="甲"))
    debtor = admin.execute("select person_id from city.debtor where number = '0000000001'").fetchone()[0]
    with acting("dan", "person:protect") as by:
        persons.protect(debtor, by=by)
    assert admin.execute("select count(*) from city.load_image where noun = 'related'").fetchone() == (0,)
    done = desk.load(person(), person(氏名="甲"))
    assert (done["related"], done["unchanged"], done["keys_only"]) == (0, 2, 2)
    assert {row[1:6] for row in kept(admin)} == {(None,) * 5}


def test_a_related_person_under_protection_of_his_own_stays_nameless(desk, admin):
    desk.load(person(), person(氏名="甲"))
    admin.execute("update city.related set protected = true, name = null, kana = null, postcode = null, address = null, phone = null"
                  " where name = '甲'")  # fmt: skip
    done = desk.load(person(), person(氏名="甲"))
    assert (done["related"], done["unchanged"], done["keys_only"]) == (0, 2, 1)
    assert [row[1] for row in kept(admin)] == ["森　一", None]
    desk.load(person(), person(氏名="甲"), person(氏名="乙"))
    assert [(row[1], row[8]) for row in kept(admin)] == [("森　一", False), (None, True), (None, True)], (
        "which of the two it is nobody can say"
    )


def test_what_an_undo_puts_back_is_kept(desk, admin):
    desk.load(person(), person(氏名="甲"))
    desk.load(person(住所="新"), as_of=date(2026, 11, 24))
    images = admin.execute("select before->>'name', before->>'address' from city.load_image where intake_id = %s and noun = 'related'"
                           " order by 1", [desk.id]).fetchall()  # fmt: skip
    assert images == [("森　一", GOOD["住所"]), ("甲", GOOD["住所"])]


def test_a_load_taken_back_leaves_everybody_as_he_was(desk, admin):
    desk.load(person(), person(氏名="甲"))
    before = kept(admin)
    november = "update city.intake set loaded_at = loaded_at - interval '1 hour' where id = %s"
    admin.execute(november, [desk.id])
    admin.execute("update city.related set at = at - interval '1 hour'")
    desk.load(person(住所="新"), person(氏名="乙"), as_of=date(2026, 11, 24))
    assert kept(admin) != before
    with desk.acting("dan", "intake:undo") as by:
        intake_undoing.ask(desk.id, by=by)
    desk.perform()
    assert desk.see().state == "undone"
    assert kept(admin) == before


def test_a_debtor_who_went_meanwhile_stops_the_load(desk, admin):
    desk.check(person(), person(氏名="甲"))
    with desk.acting("dan", "intake:load") as by:
        intakes.load(desk.id, uploads=desk.uploads, by=by)
    admin.execute("update city.debtor set number = '0000000777' where number = '0000000001'")
    desk.perform()
    assert desk.see().state == "loading"
    assert kept(admin, "0000000777") == []


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            ledgers.text(ledgers.record()).encode("cp932"),
            "見出しに次の項目がありません：続柄区分、電話番号、有効開始日、有効終了日",
        ),
        (b"a,b,c\n1,2,3\n", "1行目に関係者の見出しがありません。"),
        (ledgers.text(header=(*COLUMNS, "氏名")).encode("cp932"), "見出しに同じ項目が2つあります：氏名"),
    ],
)
def test_another_file_is_refused_at_the_door(desk, raw, sentence):
    with pytest.raises(intakes.UnreadableFile) as refused:
        desk.check(raw=raw)
    assert str(refused.value) == sentence


def test_any_order_of_files_ends_as_the_last_whole_one_says(desk, admin):
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    for day in range(1, 6):
        people = {
            name: person(氏名=name, 住所=dice.choice("東西南北"))
            for name in dice.sample("甲乙丙丁戊", dice.randint(1, 5))
        }
        desk.load(*people.values(), as_of=date(2026, 11, day))
    open_ = {row[1]: row[4] for row in kept(admin) if row[7] is None}
    assert open_ == {name: row["住所"] for name, row in people.items()}
