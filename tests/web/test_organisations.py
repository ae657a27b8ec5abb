"""委託契約: partners and contracts, by the administrator alone."""

import uuid

from tests import cast

SOUTH = cast.id_("south")
TERMS = {"title": "令和8年度 催告業務委託", "contract_no": "R8-9", "starts": "2026-12-01", "ends": "2027-03-31",
         "weekday_from": "09:00", "weekday_until": "20:00", "weekend_from": "09:00", "weekend_until": "17:00"}  # fmt: skip


def count(admin, table):
    return admin.execute(f"select count(*) from shared.{table}").fetchone()[0]


def test_a_new_partner_and_its_contract(as_, admin):
    adi = as_("adi")
    made = adi.send("/organisations", kind="servicer", name=" 東サービサー ")
    assert made.status_code == 302
    page = adi.get(made.location)
    assert "委託契約はまだ登録されていません" in page.text
    assert adi.send(f"{made.location}/engagements", **TERMS).location == made.location
    assert "R8-9" in adi.get(made.location).text
    listed = adi.get("/organisations").text
    assert "東サービサー" in listed and "開始前" in listed and "全5件" in listed
    wrote = "select actor_id, noun from audit.event where verb = 'insert' order by seq"
    assert admin.execute(wrote).fetchall() == [(cast.id_("adi"), "organisation"), (cast.id_("adi"), "engagement")]


def test_only_a_law_team_looks_names_up_before_a_hand_over(as_, admin):
    adi = as_("adi")
    for org, kept in (("law", True), ("south", False)):
        page = adi.get(f"/organisations/{cast.id_(org)}/engagements/new").text
        assert ("引渡しの前に利益相反の確認を受ける" in page) == kept
        made = adi.send(f"/organisations/{cast.id_(org)}/engagements", **TERMS, conflict_check="y")
        assert ("利益相反の確認あり" in adi.get(made.location).text) == kept
        stored = "select conflict_check from shared.engagement where contract_no = 'R8-9' and org_id = %s"
        assert admin.execute(stored, [cast.id_(org)]).fetchone() == (kept,)


WRONG_PARTNERS = [
    ({"kind": "servicer", "name": "北コールセンター"}, "同じ名前の委託先がすでに登録されています。"),
    ({"kind": "servicer", "name": ""}, "入力してください。"),
    ({"name": "東"}, "種別を選んでください。"),
    ({"kind": "city", "name": "もう一つの市"}, "kind-error"),
]
WRONG_CONTRACTS = [
    ({"weekday_from": "07:59"}, "架電できる時間は8:00から21:00の間"),
    ({"weekend_until": "21:01"}, "架電できる時間は8:00から21:00の間"),
    ({"ends": "2026-11-30"}, "終了日は開始日以後にしてください。"),
    ({"starts": ""}, "日付を入力してください"),
    ({"weekday_from": "朝"}, "weekday_from-error"),
]


def test_what_cannot_be_says_why_and_writes_nothing(as_, admin):
    adi, before = as_("adi"), (count(admin, "organisation"), count(admin, "engagement"))
    tried = [("/organisations", form, sentence) for form, sentence in WRONG_PARTNERS]
    tried += [(f"/organisations/{SOUTH}/engagements", TERMS | form, sentence) for form, sentence in WRONG_CONTRACTS]
    for path, form, sentence in tried:
        answer = adi.send(path, **form)
        assert (answer.status_code, sentence in answer.text, "Not a valid" in answer.text) == (422, True, False), form
    assert (count(admin, "organisation"), count(admin, "engagement")) == before


def test_the_city_is_no_partner(as_):
    adi, city = as_("adi"), f"/organisations/{cast.id_('city')}"
    assert adi.get(city).status_code == adi.send(f"{city}/engagements", **TERMS).status_code == 404


def test_nobody_else_and_nobodys_id(as_):
    paths = [
        "/organisations",
        "/organisations/new",
        f"/organisations/{SOUTH}",
        f"/organisations/{SOUTH}/engagements/new",
    ]
    for who in ("alma", "sora", "lena", "dan", "wim", "auda"):
        assert {as_(who).get(path).status_code for path in paths} == {403}
        assert as_(who).send("/organisations", kind="servicer", name="東").status_code == 403
    assert {as_("adi").get(path).status_code for path in paths} == {200}
    assert as_("adi").get(f"/organisations/{uuid.UUID(int=7)}").status_code == 404
    assert as_("adi").send(f"/organisations/{uuid.UUID(int=7)}/engagements", **TERMS).status_code == 404


def test_a_city_without_partners(as_, admin):
    admin.execute("delete from shared.organisation where kind <> 'city'")
    assert "委託先はまだ登録されていません。" in as_("adi").get("/organisations").text
