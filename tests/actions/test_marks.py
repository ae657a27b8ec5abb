"""注意事項 by hand: counted at once everywhere, felt by cases at partners, ended with the holds they placed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal.actions import candidates, holds, marks, persons
from portal.actions.candidates import Choice
from portal.db import db
from portal.rules.movements import EFFECTS
from portal.rules.placeability import BY_HAND, Target
from tests import cast

ABE, FREE = cast.id_("abe"), cast.id_("free")
NORTH = Target("call_centre", cast.TODAY)


def set_(acting, person, code, reason="電話での申出"):
    with acting("dan", "mark:set") as dan:
        return marks.set_by_hand(person, code, reason=reason, by=dan)


def why(acting, person):
    with acting("dan", "placement:select"):
        found = candidates.ledger(Choice(persons=(person,)), NORTH)
        return db.session.execute(sa.select(found.c.reasons)).scalar_one()


@pytest.mark.parametrize("code", BY_HAND)
def test_counted_at_once(acting, admin, code):
    assert why(acting, FREE) == []
    set_(acting, FREE, code)
    assert code in why(acting, FREE)
    mark = admin.execute("select id from city.mark").fetchone()[0]
    with acting("dora", "mark:end") as dora:
        marks.end(mark, reason="確認済み", by=dora)
    assert why(acting, FREE) == []


@pytest.mark.parametrize("code", BY_HAND)
def test_cases_at_partners_feel_it(acting, admin, code):
    effect = set_(acting, ABE, code)
    assert effect == EFFECTS[code]
    states = admin.execute(
        "select state, held_at is not null from shared.casefile where id = any(%s)",
        [[cast.id_("abe_north"), cast.id_("abe_law")]],
    ).fetchall()
    assert states == ([("recalled", False)] * 2 if effect == "recalled" else [("open", True)] * 2)


def test_who_when_and_why(acting):
    set_(acting, ABE, "disputed", reason="金額の異議")
    with acting("dan", "person:show"):
        mark, setter, ender = marks.of_person(ABE)[0]
        assert (mark.code, mark.reason, setter, ender) == ("disputed", "金額の異議", "段田　実", None)
        assert marks.of_person(FREE) == []


def test_ending_lifts_its_own_hold_only(acting, admin):
    with acting("dan", "hold:place") as dan:
        persons.stop(ABE, by=dan)
    set_(acting, ABE, "disputed")
    mark = admin.execute("select id from city.mark").fetchone()[0]
    with acting("dora", "mark:end") as dora:
        marks.end(mark, reason="解決", by=dora)
    left = admin.execute("select kind, lifted_at is null from city.hold order by kind").fetchall()
    assert left == [("desk", True), ("mark", False)]
    with pytest.raises(marks.EndedAlready), acting("dora", "mark:end") as dora:
        marks.end(mark, reason="再度", by=dora)


def test_its_hold_is_not_lifted_by_itself(acting, admin):
    set_(acting, ABE, "disputed")
    hold = admin.execute("select id from city.hold").fetchone()[0]
    with pytest.raises(holds.Blocked), acting("dan", "hold:lift") as dan:
        holds.resume(hold, reason="再開", by=dan)


def test_refused(acting):
    set_(acting, ABE, "disputed")
    for person, code, error in (
        (ABE, "disputed", marks.MarkedAlready), (ABE, "protected_address", KeyError), (cast.id_("nobody"), "disputed", NoResultFound),
    ):  # fmt: skip
        with pytest.raises(error):
            set_(acting, person, code)
