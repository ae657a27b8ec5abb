"""関係者: the city's own, each under its own protection, gone with a protected debtor, never seen by a partner."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound, ProgrammingError

from portal.actions import persons, related
from portal.db import db
from tests import cast

MORI, KATO = cast.id_("mori"), cast.id_("kato")
KNOWN = {"name": "加藤　次郎", "kana": "ｶﾄｳ ｼﾞﾛｳ", "phone": "0565-00-0102", "address": "豊川野市栄町1"}


def add(acting, debtor="mori_debtor", relation="guarantor", **known):
    with acting("dan", "related:add") as dan:
        return related.add(cast.id_(debtor), relation, by=dan, **(known or KNOWN)).id


def stored(admin):
    return admin.execute(
        "select relation, name, kana, address, phone, protected, valid_until from city.related"
    ).fetchall()


def test_entered_changed_and_ended(acting, admin):
    made = add(acting)
    with acting("dora", "related:change") as dora:
        related.change(made, by=dora, **KNOWN | {"phone": None})
    with acting("dora", "related:end") as dora:
        related.end(made, by=dora)
    assert stored(admin) == [("guarantor", KNOWN["name"], KNOWN["kana"], KNOWN["address"], None, False, cast.TODAY)]


def test_over_is_over(acting, admin):
    made = add(acting)
    admin.execute("update city.related set valid_until = '2026-01-31'")
    for verb, action in ((related.change, "related:change"), (related.end, "related:end")):
        with pytest.raises(related.Over), acting("dan", action) as dan:
            verb(made, by=dan)


def test_not_ended_before_it_began(acting, admin):
    made = add(acting, **KNOWN, valid_from=date(2027, 4, 1))
    with acting("dan", "related:end") as dan:
        related.end(made, by=dan)
    assert stored(admin)[0][6] == date(2027, 4, 1)


def test_a_protected_one_keeps_the_key(acting, admin):
    made = add(acting)
    with acting("dan", "related:protect") as dan:
        related.protect(made, by=dan)
    assert stored(admin) == [("guarantor", None, None, None, None, True, None)]
    with pytest.raises(related.KeysOnly), acting("dan", "related:change") as dan:
        related.change(made, by=dan, **KNOWN)


def test_a_protected_debtor_takes_them_along(acting, admin):
    add(acting)
    with acting("dan", "person:protect") as dan:
        persons.protect(MORI, by=dan)
    assert stored(admin) == [("guarantor", None, None, None, None, False, None)]
    with pytest.raises(related.KeysOnly):
        add(acting)


def test_listed_under_every_number(acting, admin):
    add(acting)
    add(acting, debtor="kato_debtor", relation="mailing", address="豊川野市栄町9")
    admin.execute("update city.debtor set person_id = %s where person_id = %s", [MORI, KATO])
    with acting("dan", "person:show"):
        found = related.of_person(MORI)
        assert [(row.Related.relation, row.Debtor.number) for row in found] == [
            ("guarantor", "0000000001"), ("mailing", "0000000002"),
        ]  # fmt: skip


@pytest.mark.parametrize(("known", "found"), [
    (KNOWN, True), (KNOWN | {"phone": None, "address": "豊川野市本町2丁目1番地"}, True), (KNOWN | {"phone": None}, False),
    (KNOWN | {"kana": "カトウ　サブロウ"}, False), (KNOWN | {"kana": None}, False),
])  # fmt: skip
def test_a_debtor_too(acting, known, found):
    made = add(acting, **known)
    with acting("dan", "person:show"):
        rows = [row.Related for row in related.of_person(MORI)]
        assert related.debtors_too(rows, MORI) == ({made: KATO} if found else {})
        assert related.debtors_too([], MORI) == {}


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda"])
def test_nobody_else_reads_them(acting, who):
    add(acting)
    with pytest.raises(ProgrammingError), acting(who, "home:show"):
        db.session.execute(sa.text("select * from city.related"))


def test_nobody(acting):
    with pytest.raises(NoResultFound), acting("dan", "related:add") as dan:
        related.add(cast.id_("nobody"), "heir", by=dan, name="名　無")
