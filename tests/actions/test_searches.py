"""本人を探す: by what the desk knows, folded, over every source; paged; and never more than can be looked at."""

import uuid
from datetime import date

import pytest
import sqlalchemy as sa

from portal.actions import searches
from portal.actions.searches import Sought
from portal.db import db
from portal.models.receivables import Debtor
from tests import cast

MORI, ABE, UEDA, FREE = (cast.id_(key) for key in ("mori", "abe", "ueda", "free"))


def find(acting, size=50, after=None, **known):
    with acting("dan", "person:find"):
        return searches.find(Sought(**known), size=size, after=after)


@pytest.mark.parametrize(("known", "person"), [
    ({"number": "0000000004"}, ABE), ({"kana": "ｱﾍﾞ"}, ABE), ({"kana": "あべし"}, ABE), ({"kana": "アヘ　シロー"}, ABE),
    ({"name": "阿部四"}, ABE), ({"name": "部　四"}, ABE), ({"name": "五月"}, UEDA), ({"name": "月"}, None), ({"name": "花森"}, None),
    ({"phone": "0104"}, ABE), ({"phone": "090-0000-0104"}, ABE), ({"phone": "０００００１０４"}, ABE), ({"phone": "0900"}, None),
    ({"birth": date(1970, 1, 4)}, ABE), ({"kana": "ア", "birth": date(1970, 1, 4)}, ABE), ({"kana": "モ", "birth": date(1970, 1, 4)}, None),
    ({"number": "0000000004", "source": "02"}, None), ({"name": "%部"}, None), ({"kana": "%"}, None), ({"name": "__"}, None),
])  # fmt: skip
def test_found(acting, known, person):
    assert list(find(acting, **known).persons) == ([person] if person else [])


def test_a_variant_character_is_found_by_the_everyday_one(acting, admin):
    admin.execute("update city.debtor set name = '髙﨑　花子' where person_id = %s", [MORI])
    assert list(find(acting, name="高崎").persons) == [MORI]


def test_a_second_telephone(acting, admin):
    admin.execute("update city.debtor set phone2 = '+81 90-0000-7777' where person_id = %s", [MORI])
    assert list(find(acting, phone="09000007777").persons) == [MORI]


def test_protected_only_by_number(acting, admin):
    protected = cast.id_("protected")
    assert list(find(acting, number="0000000008").persons) == [protected]
    with acting("dan", "person:find"):
        line = searches.lines([protected])[0]
        assert line.protected and line.named is None


def test_pages(acting, admin):
    """Every person once, in the order of their kana, a person of two numbers too."""
    admin.execute(
        "insert into city.debtor (id, person_id, source, number, name, kana, birth)"
        " select gen_random_uuid(), person_id, '02', number, name, 'ワ　' || kana, '1970-01-01' from city.debtor where birth is not null"
    )
    admin.execute("update city.debtor set birth = '1970-01-01' where birth is not null")
    seen, after = [], None
    while True:
        found = find(acting, size=3, after=after, birth=date(1970, 1, 1))
        seen += found.persons
        if (after := found.after) is None:
            break
    assert found.count == len(seen) == len(set(seen)) == 8
    kana = dict(admin.execute("select person_id, min(kana_key) from city.debtor group by 1").fetchall())
    assert [kana[person] for person in seen] == sorted(kana[person] for person in seen)


def test_too_many(acting, monkeypatch):
    monkeypatch.setattr(searches, "MOST", 3)
    found = find(acting, name="森")
    assert found.count == 1
    found = find(acting, source="01")
    assert (found.count, list(found.persons)) == (None, [])


def test_lines(acting, admin):
    with acting("dan", "person:find"):
        abe, free = searches.lines([ABE, FREE])
    assert (abe.id, abe.claims, abe.balance, abe.placed, abe.named.number) == (ABE, 1, 40_000, 2, "0000000004")
    assert (free.claims, free.placed) == (1, 0)


def test_by_index(acting, admin):
    """Under the wall too an index answers each question; in so small a city PostgreSQL is told not to read it whole."""
    admin.execute(
        "with p as (insert into city.person (id) select gen_random_uuid() from generate_series(1, 2000) returning id)"
        " insert into city.debtor (id, person_id, source, number, name, kana, birth, phone1, phone2)"
        " select gen_random_uuid(), id, '09', n::text, '試験' || n, 'シケン' || n, date '1950-01-01' + n::int,"
        " '0565' || lpad(n::text, 6, '0'), '0566' || lpad(n::text, 6, '0')"
        " from (select id, row_number() over () n from p) x"
    )
    admin.execute("analyze city.debtor")
    asked = {
        "debtor_number": Sought(number="471"), "debtor_kana": Sought(kana="シケン47"), "debtor_signs": Sought(name="森花"),
        "debtor_phone1": Sought(phone="000471"), "debtor_phone2": Sought(phone="000471"), "debtor_birth": Sought(birth=date(1960, 5, 5)),
    }  # fmt: skip
    with acting("dan", "person:find"):
        for index, sought in asked.items():
            query = sa.select(Debtor.person_id).where(*sought.conditions())
            bound = db.session.connection()
            bound.exec_driver_sql("set local enable_seqscan = off")
            words = query.compile(dialect=bound.dialect)
            plan = "\n".join(bound.exec_driver_sql(f"explain {words}", words.params).scalars())
            assert index in plan, plan


def test_bad_page(acting):
    found = find(acting, size=5, after=("ン", uuid.UUID(int=0)), source="01")
    assert list(found.persons) == []
