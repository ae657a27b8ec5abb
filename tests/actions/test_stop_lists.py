"""催告停止者リスト: keys of people placed or held, whatever the reason, and nothing else."""

import stat

import pytest

from portal import daily
from portal.actions import persons, stop_lists
from portal.adapters import stop_list_files
from tests import cast

PLACED = ["0000000001", "0000000002", "0000000003", "0000000004", "0000000005", "0000000006"]


def keys(acting, source="01"):
    with acting("dan", "stoplist:export"):
        return [number for _, number in stop_lists.export(source)]


def test_who_is_placed(acting):
    assert keys(acting) == PLACED


def test_who_is_held_and_who_is_protected_look_the_same(acting, admin):
    with acting("dan", "hold:place") as dan:
        persons.stop(cast.id_("free"), by=dan)
    with acting("dan", "person:protect") as dan:
        persons.protect(cast.id_("recalled"), by=dan)
    assert keys(acting) == [*PLACED, "0000000007", "0000000009"]
    text = stop_list_files.content([("01", "0000000007")]).decode("utf-8-sig")
    assert text == "取込元,宛名番号\r\n01,0000000007\r\n"


def test_a_person_stands_there_under_every_number_at_each_source(acting, admin):
    admin.execute("insert into city.debtor (id, person_id, source, number) values (gen_random_uuid(), %s, '77', '42')",
                  [cast.id_("mori")])  # fmt: skip
    assert keys(acting, "77") == ["42"] and keys(acting) == PLACED
    with acting("dan", "stoplist:show"):
        assert stop_lists.sources() == [("01", 6), ("77", 1)]


def test_it_is_an_export_in_the_trail(acting, admin):
    keys(acting)
    row = admin.execute(
        "select noun, verb, action, cardinality(ids) from audit.event order by at desc limit 1"
    ).fetchone()
    assert row == ("person", "export", "stoplist:export", 6)


@pytest.fixture
def folder(app, tmp_path):
    app.config["STOP_LIST_DIR"] = tmp_path / "lists"
    return tmp_path / "lists"


def perform(app):
    with app.app_context():
        return daily.perform("stoplist:write")


def test_every_day_the_files_are_replaced(app, folder, admin, november):
    admin.execute("insert into city.debtor (id, person_id, source, number) values (gen_random_uuid(), %s, '../77', '42')",
                  [cast.id_("mori")])  # fmt: skip
    assert perform(app) and not perform(app)
    assert sorted(path.name for path in folder.iterdir()) == ["stop-list-..%2F77.csv", "stop-list-01.csv"]
    assert (folder / "stop-list-01.csv").read_bytes().decode("utf-8-sig").splitlines()[1:] == [
        f"01,{n}" for n in PLACED
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    admin.execute(
        "update city.placement set ended_at = now(), end_reason = 'x' where person_id = %s", [cast.id_("mori")]
    )
    admin.execute("delete from city.debtor where source = '../77'")
    november.move_to("2026-11-26T01:00:00+09:00")
    assert perform(app)
    assert [path.name for path in folder.iterdir()] == ["stop-list-01.csv"]
    assert len((folder / "stop-list-01.csv").read_bytes().splitlines()) == 6


def test_without_a_folder_nothing_is_written(app, admin):
    assert perform(app)
    assert admin.execute("select count(*) from audit.event where verb = 'export'").fetchone() == (0,)
