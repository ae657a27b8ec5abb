"""Names out to the law team, answers in; nobody else sees them, and they go when the question is closed."""

import csv
import io
import uuid

import pytest

from tests import cast, stock

LAW = str(cast.id_("law_contract"))
HARA, HAYASHI = cast.id_("free"), cast.id_("recalled")
ASKED = {"engagement": LAW, "due_on": "2026-12-04", "decision_no": "債管第290号"}


@pytest.fixture
def checked(admin):
    admin.execute("update shared.engagement set conflict_check = true where id = %s", [LAW])


@pytest.fixture
def batch(as_, admin, checked):
    """原 and 林 are asked about."""
    answer = as_("dan").send("/conflicts/questions", **ASKED)
    assert answer.status_code == 302
    return answer.location.split("/")[-1]


def rows(admin, *columns):
    return admin.execute(f"select {', '.join(columns)} from shared.conflict order by kana nulls last, id").fetchall()


def test_only_name_kana_and_birth_go_out_and_it_is_written_down(as_, admin, checked):
    dan = as_("dan")
    page = dan.get(f"/conflicts/questions/new?engagement={LAW}").text
    assert "2名" in page and "氏名・カナ氏名・生年月日だけ" in page and "弁護士法25条" in page
    assert dan.send("/conflicts/questions", **ASKED).status_code == 302
    assert rows(admin, "name", "kana", "birth::text", "result") == [
        ("林　七海", "ハヤシ　ナナミ", "1970-01-07", None), ("原　八郎", "ハラ　ハチロウ", "1970-01-09", None)]  # fmt: skip
    given = "select case_id, fields, receivables, decision_no, ground from city.disclosure where decision_no = '債管第290号'"
    entries = admin.execute(given).fetchall()
    assert len(entries) == 2 and entries[0][:4] == (None, ["name", "kana", "birth"], [], "債管第290号")
    assert "弁護士法25条" in entries[0][4]
    again = dan.send("/conflicts/questions", **ASKED)
    assert again.status_code == 422 and "確認を依頼する方がいません" in again.text


def test_a_protected_person_is_never_asked_about(as_, admin, checked):
    stock.fill(admin, 4, persons=80)
    admin.execute("update city.debtor set protected = true, name = null, kana = null, birth = null, postcode = null,"
                  " address = null, phone1 = null where person_id = %s", [HARA])  # fmt: skip
    assert as_("dan").send("/conflicts/questions", **ASKED).status_code == 302
    wrong = (
        "select count(*) from city.conflict_person n join city.debtor d on d.person_id = n.person_id where d.protected"
    )
    assert admin.execute(wrong).fetchone() == (0,)
    assert len(rows(admin, "name")) > 5


def test_the_lawyer_answers_one_by_one(as_, admin, batch):
    lena = as_("lena")
    assert "受任前の確認" in lena.get("/conflicts").text
    page = lena.get(f"/conflicts/{batch}").text
    assert "原　八郎" in page and "未回答" in page and "学校給食費" not in page
    (hayashi,), (hara,) = rows(admin, "id")
    sent = {f"result-{hara}": "conflict", f"note-{hara}": "相手方の代理人", f"result-{hayashi}": ""}
    assert lena.send(f"/conflicts/{batch}/answers", **sent).status_code == 302
    assert rows(admin, "result", "note", "answered_by") == [
        (None, None, None),
        ("conflict", "相手方の代理人", cast.id_("lena")),
    ]
    assert "結果を選んでください" in lena.send(f"/conflicts/{batch}/answers").text
    assert lena.send(f"/conflicts/{batch}/answers", **{f"result-{hara}": "perhaps"}).status_code == 400
    assert lena.send(f"/conflicts/{batch}/answers", **{"result-x": "clear"}).status_code == 400
    assert lena.send(f"/conflicts/{batch}/answers", **{f"result-{uuid.uuid4()}": "clear"}).status_code == 404
    assert lena.send(f"/conflicts/{batch}/remainder").status_code == 302
    assert [result for (result,) in rows(admin, "result")] == ["clear", "conflict"]
    assert (
        lena.send(f"/conflicts/{batch}/answers", **{f"result-{hara}": "clear"}).status_code == 302
    )  # she may think better of it


def test_a_note_alone_is_kept_and_what_was_not_touched_stays_a_colleagues(as_, admin, batch):
    lena = as_("lena")
    (hayashi,), (hara,) = rows(admin, "id")
    lena.send(f"/conflicts/{batch}/answers", **{f"result-{hara}": "clear", f"result-{hayashi}": "clear"})
    page = lena.get(f"/conflicts/{batch}").text
    assert f'name="was-{hara}" value="clear"' in page and '<option value="clear" selected>' in page
    admin.execute("update shared.conflict set result = 'conflict' where id = %s", [hayashi])  # a colleague, meanwhile
    shown = {f"result-{key}": "clear" for key in (hara, hayashi)} | {f"was-{key}": "clear" for key in (hara, hayashi)}
    shown |= {f"noted-{key}": "" for key in (hara, hayashi)} | {f"note-{hayashi}": "", f"note-{hara}": "同姓同名の別人"}
    assert lena.send(f"/conflicts/{batch}/answers", **shown).status_code == 302
    assert rows(admin, "result", "note") == [("conflict", None), ("clear", "同姓同名の別人")]


def test_answers_by_file(as_, admin, batch):
    lena = as_("lena")
    header, *lines = csv.reader(io.StringIO(lena.get(f"/conflicts/{batch}/file").data.decode("utf-8-sig"), newline=""))
    assert header == ["番号", "氏名", "カナ氏名", "生年月日", "結果", "備考"] and len(lines) == 2
    lines[0][4], lines[1][4], lines[1][5] = "なし", "該当", "顧問先の役員"
    assert send_file(lena, batch, [header, *lines]).status_code == 302
    known = dict(rows(admin, "name", "result"))
    assert known == {lines[0][1]: "clear", lines[1][1]: "conflict"}
    noted = "select cardinality(ids) from audit.event where verb = 'export' and noun = 'conflict'"
    assert admin.execute(noted).fetchone() == (2,)


def send_file(client, batch, lines, encoding="cp932"):
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    sent = (io.BytesIO(out.getvalue().encode(encoding)), "answers.csv")
    return client.post(f"/conflicts/{batch}/results", data={"csrf_token": client.csrf(), "file": sent})


HEAD = ["番号", "結果"]


@pytest.mark.parametrize(("lines", "sentence"), [
    ([HEAD, ["3", "なし"]], "2行目の番号が、この名簿にありません。"), ([HEAD, ["1", "たぶん"]], "2行目の結果は"),
    ([HEAD, ["1", "なし"], ["1", "該当"]], "同じ番号が二度あります。"), ([["a", "b"], ["1", "なし"]], "見出しに「番号」と「結果」がありません。"),
    ([HEAD, ["-1", "なし"]], "この名簿にありません"), ([], "ファイルを読み取れません"),
])  # fmt: skip
def test_a_strange_file_is_refused_whole(as_, admin, batch, lines, sentence):
    answer = send_file(as_("lena"), batch, lines)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert [result for (result,) in rows(admin, "result")] == [None, None]


def test_rows_of_kana(as_, batch):
    lena = as_("lena")
    assert "原　八郎" in lena.get(f"/conflicts/{batch}?kana=ハ").text
    assert "原　八郎" not in lena.get(f"/conflicts/{batch}?kana=ア").text
    assert lena.get(f"/conflicts/{batch}?kana=x&show=y").status_code == 200


def test_the_answer_decides_who_may_go(as_, admin, batch):
    lena, dan = as_("lena"), as_("dan")
    page = dan.get(f"/placements/new?engagement={LAW}").text
    assert "利益相反の確認が済んだ方だけ" in page and "原" not in page.split("この条件")[1]
    assert "利益相反の確認が済んでいません" in dan.get(f"/exclusions?engagement={LAW}&reason=conflict_unchecked").text
    (hayashi,), (hara,) = rows(admin, "id")
    lena.send(f"/conflicts/{batch}/answers", **{f"result-{hayashi}": "conflict", f"result-{hara}": "clear"})
    assert "全1名・1件・合計90,000円" in dan.get(f"/placements/new?engagement={LAW}").text
    assert "利益相反のため" in dan.get(f"/exclusions?engagement={LAW}&reason=conflict").text
    result = dan.get(f"/conflicts/asked/{batch}").text
    assert "該当あり" in result and "林" in result
    assert (
        "2 / 2名" in result and "原" not in dan.get(f"/conflicts/asked/{batch}?show=conflict").text.split("<table")[1]
    )


def test_closed_the_names_are_gone_and_the_answers_stay(as_, admin, batch):
    lena, dan = as_("lena"), as_("dan")
    lena.send(f"/conflicts/{batch}/remainder")
    assert dan.send(f"/conflicts/asked/{batch}/closure").status_code == 302
    assert rows(admin, "name", "kana", "birth", "result") == [(None, None, None, "clear")] * 2
    assert "氏名等は消えています" in lena.get(f"/conflicts/{batch}").text
    assert "原" not in lena.get(f"/conflicts/{batch}").text
    assert lena.get(f"/conflicts/{batch}/file").status_code == 404
    assert lena.send(f"/conflicts/{batch}/remainder").status_code == 409
    assert dan.send(f"/conflicts/asked/{batch}/closure").status_code == 409
    assert "全2名" in dan.get(f"/placements/new?engagement={LAW}").text


def test_every_night_names_whose_day_is_long_gone_are_erased(app, as_, admin, batch, november):
    from portal import daily

    for day, left in (("2027-01-03", 2), ("2027-01-04", 0)):
        november.move_to(f"{day}T03:00:00+09:00")
        with app.app_context():
            assert daily.perform("conflict:close")
        assert sum(name is not None for (name,) in rows(admin, "name")) == left


@pytest.mark.parametrize(("form", "sentence"), [
    ({"due_on": ""}, "回答期限を入力してください"), ({"due_on": "2026-11-24"}, "回答期限は今日以後の日"), ({"decision_no": ""}, "起案番号を入力してください。"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nobody_is_named(as_, admin, checked, form, sentence):
    answer = as_("dan").send("/conflicts/questions", **ASKED | form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert rows(admin, "id") == []


def test_of_a_plan(as_, admin, checked):
    dan = as_("dan")
    rules = {f"share-{LAW}": "1", "draw": "random", "seed": "7", f"share-{cast.id_('north_contract')}": "0",
             f"share-{cast.id_('south_contract')}": "0"}  # fmt: skip
    made = dan.send("/plans", **rules, title="弁護士", persons=2, yen=160_000).location
    plan = made.split("/")[-1]
    assert "引渡しの前に利益相反の確認を受けます" in dan.get(made).text
    unchecked = dan.send(f"{made}/notice", noticed_on="2026-11-25")
    assert unchecked.status_code == 422 and "利益相反の確認が済んでいない方がいます" in unchecked.text
    assert "2名" in dan.get(f"/conflicts/questions/new?plan={plan}&engagement={LAW}").text
    assert dan.send("/conflicts/questions", **ASKED, plan=plan).status_code == 302
    assert len(rows(admin, "id")) == 2


def test_a_batch_that_is_not_there_and_a_contract_without_a_check(as_):
    dan, lena, nobody = as_("dan"), as_("lena"), cast.id_("nobody")
    assert dan.get("/conflicts/questions/new").status_code == 302
    assert dan.send("/conflicts/questions", **ASKED).status_code == 302
    for path in (f"/conflicts/{nobody}", f"/conflicts/{nobody}/file", "/conflicts/1"):
        assert lena.get(path).status_code == 404
    for path in (f"/conflicts/{nobody}/remainder", f"/conflicts/{nobody}/answers"):
        assert lena.send(path, **{f"result-{nobody}": "clear"}).status_code == 404
    assert dan.get(f"/conflicts/asked/{nobody}").status_code == 404
    assert dan.send(f"/conflicts/asked/{nobody}/closure").status_code == 404
    assert "確認をお願いしている方はいません" in lena.get("/conflicts").text
    assert "依頼した確認はありません" in dan.get("/conflicts/asked").text


def test_lawyers_of_another_team_see_nothing(as_, admin, batch):
    """Lena moves to another law team of the same city: the questions to her old team are not there."""
    admin.execute("insert into shared.organisation (id, kind, name, active_from) values (%s, 'law_team', '別の弁護士', '2026-04-01')",
                  [cast.id_("other_law")])  # fmt: skip
    admin.execute("insert into shared.engagement (id, org_id, title, contract_no, starts, ends) values"
                  " (gen_random_uuid(), %s, 'x', 'x', '2026-04-01', '2027-03-31')", [cast.id_("other_law")])  # fmt: skip
    admin.execute("update shared.account set org_id = %s where id = %s", [cast.id_("other_law"), cast.id_("lena")])
    admin.execute(
        "update gate.session set org_id = %s where account_id = %s", [cast.id_("other_law"), cast.id_("lena")]
    )
    lena = as_("lena")
    assert "確認をお願いしている方はいません" in lena.get("/conflicts").text
    assert lena.get(f"/conflicts/{batch}").status_code == 404
    assert lena.send(f"/conflicts/{batch}/remainder").status_code == 404


@pytest.mark.parametrize("who", ["alma", "sora", "bo", "wim", "auda", "adi"])
def test_nobody_else(as_, batch, who):
    client = as_(who)
    for path in ("/conflicts", f"/conflicts/{batch}", f"/conflicts/{batch}/file", "/conflicts/asked", f"/conflicts/asked/{batch}",
                 "/conflicts/questions/new"):  # fmt: skip
        assert client.get(path).status_code == 403
    for path in (
        f"/conflicts/{batch}/answers",
        f"/conflicts/{batch}/remainder",
        f"/conflicts/asked/{batch}/closure",
        "/conflicts/questions",
    ):
        assert client.send(path).status_code == 403


def test_desk_and_lawyer_each_have_their_own_doors(as_, batch):
    assert as_("lena").get("/conflicts/asked").status_code == 403
    assert as_("dan").get(f"/conflicts/{batch}").status_code == 403
    assert as_("dan").send(f"/conflicts/{batch}/remainder").status_code == 403
