"""The law as shown is the law as enforced."""

from portal.access import words
from portal.access.policy import ACTIONS, EVERYBODY, FUNCTIONS, ROWS
from tests.pages import Page

PARTS = ["/permissions", "/permissions/tables", "/permissions/functions"]


def test_the_auditor_and_the_administrator_read_it(as_):
    for who in ("alma", "sora", "lena", "dan", "wim", "auda", "adi"):
        asked = as_(who)
        assert {asked.get(path).status_code for path in PARTS} == {200 if who in ("auda", "adi") else 403}


def test_every_action_table_and_function_stands_there(as_):
    auda = as_("auda")
    actions, tables, functions = (auda.get(path).text for path in PARTS)
    assert all(name in actions and action.label in actions for name, action in ACTIONS.items())
    assert all(row.table in tables for row in ROWS)
    assert all(signature.split("(")[0] in functions for signature in FUNCTIONS)


def test_the_marks_are_the_laws(as_):
    text = as_("adi").get("/permissions").text
    asked = sum(len(EVERYBODY if a.public else set(a.roles) & set(EVERYBODY)) for a in ACTIONS.values())
    assert text.count(">○</td>") == asked


def test_one_role_alone(as_):
    text = as_("auda").get("/permissions/tables?role=welfare").text
    assert "福祉へつながれた案件のもののみ" in text and "city.receivable" not in text
    assert Page(text).ids["city"] == 1
    assert as_("auda").get("/permissions/tables?role=nonsense").status_code == 200


def test_everything_in_the_law_has_plain_words():
    conditions = {r.rows for r in ROWS} | {r.check for r in ROWS if r.check}
    assert not conditions - set(words.CONDITIONS), "write the condition into portal/access/words.py in Japanese"
    assert not {c for r in ROWS for c in r.cols} - set(words.COLUMNS), "name the column in portal/access/words.py"
    assert not {r.table for r in ROWS} - set(words.TABLES), "name the table in portal/access/words.py"
    assert {f.split("(")[0] for f in FUNCTIONS} == set(words.FUNCTIONS), "name the function in portal/access/words.py"
