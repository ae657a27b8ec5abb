"""flask intake load: the same path as on screen, all in one transaction."""

import pytest

from tests import cast
from tests.desk import MORI, claims, debtor, ledger, record
from tests.ledgers import DATA


@pytest.fixture
def bring(app, tmp_path):
    """`bring(record(), "--full")`; answers the result of the command."""

    def run(*given):
        path = tmp_path / "台帳.csv"
        path.write_bytes(ledger(*(g for g in given if isinstance(g, dict))))
        return load(app, path, *(g for g in given if isinstance(g, str)))

    yield run
    assert not (tmp_path / "uploads").exists() or not list((tmp_path / "uploads").iterdir()), "no upload stays behind"


def load(app, path, *more):
    return app.test_cli_runner().invoke(args=["intake", "load", str(path), "--as-of", "2026-11-23", *more])


def intakes(admin):
    return admin.execute("select state, by_id from city.intake where id <> %s", [cast.id_("intake")]).fetchall()


def test_the_sample_is_loaded_with_its_control_totals(app, admin):
    result = load(app, DATA / "ledger_sample_cp932.csv")
    assert result.exit_code == 0, result.output
    for line in ("件数　1,500件", "新しい債権　840件", "変わらない債権　0件"):
        assert line in result.stdout.splitlines(), result.stdout
    assert intakes(admin) == [("loaded", cast.id_("nightly"))]
    again = load(app, DATA / "ledger_sample_cp932.csv")
    assert {"新しい債権　0件", "変わった債権　0件", "台帳に変わりはありません。"} <= set(again.stdout.splitlines())


def test_new_changed_unchanged_kept_and_vanished(bring):
    assert "新しい債権　3件" in bring(record(9001), record(9002), record(9003)).stdout
    said = bring(record(9001), record(9002, 収納額="1"), record(9004), "--full").stdout.splitlines()
    assert {
        "新しい債権　1件",
        "変わった債権　1件",
        "変わらない債権　1件",
        "より新しい内容が取込み済みの債権　0件",
    } <= set(said)
    assert "このファイルにない債権（市の判断待ち）　10件" in said, "one of ours and nine of the cast"


def test_a_case_at_a_partner_reacts(bring, admin):
    assert "引き揚げた異動　1件" in bring(MORI | {"生活保護": "1"}).stdout
    state = admin.execute("select state from shared.casefile where id = %s", [cast.id_("mori_north")])
    assert state.fetchone() == ("recalled",)
    entry = "select actor_id, action from audit.event where noun = 'tombstone'"
    assert admin.execute(entry).fetchall() == [(cast.id_("nightly"), "intake:load")]


def test_a_lost_mark_is_one_sentence_and_nothing_written(bring, admin):
    bring(record(支援措置="1"))
    before = intakes(admin)
    result = bring(record(), record(9002))
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("1人の支援措置の印が")
    assert (intakes(admin), claims(admin, 9002), debtor(admin, 9001)["protected"]) == (before, [], True)
    assert bring(record(), record(9002), "--confirm-unprotect").exit_code == 0
    assert (debtor(admin, 9001)["protected"], debtor(admin, 9001)["name"]) == (False, "河井　秋")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", "名前,所在\r\n山田,本町\r\n".encode("cp932")])
def test_what_cannot_be_read_is_one_sentence_and_nothing_written(app, admin, tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    result = load(app, path)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (2, 1, "")
    assert intakes(admin) == []


def test_a_file_that_is_not_there(app, tmp_path):
    assert load(app, tmp_path / "none.csv").exit_code == 2


def test_the_day_must_be_said(app, tmp_path):
    assert app.test_cli_runner().invoke(args=["intake", "load", str(tmp_path / "x.csv")]).exit_code == 2
