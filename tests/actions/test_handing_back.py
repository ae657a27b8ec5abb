"""Handing back and over when several do it at once, and what the web cannot ask."""

import threading

import pytest

from portal.actions import cares, holds, recalls, referrals, returns, reviews
from portal.rules.hardship import Sheet
from portal.rules.lifecycles import NotNow
from tests import cast

SHEET = Sheet(boxes=("income",), words="困っています", urgency="high", consent="none")
CASES = [cast.id_(case) for case in ("mori_north", "kato_north", "abe_north")]


def at_once(*acts):
    """Runs all at the same moment; answers what each raised, or None."""
    barrier, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        barrier.wait(10)
        try:
            act()
        except Exception as error:
            raised[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_of_two_returns_at_once_one_is_stored(acting, admin):
    case = CASES[0]

    def send(who):
        with acting(who, "return:send") as agent:
            returns.send(case, reason="refused", by=agent)

    raised = at_once(lambda: send("alma"), lambda: send("ann"))
    assert sorted(map(type, raised), key=str) == sorted([type(None), returns.AlreadySent], key=str)
    assert len(admin.execute("select from shared.return").fetchall()) == 1


@pytest.mark.parametrize("case", CASES)
def test_a_return_and_a_recall_at_once_never_wait_for_each_other_for_ever(acting, admin, case):
    def send():
        with acting("alma", "return:send") as alma:
            returns.send(case, reason="refused", by=alma)

    def recall():
        with acting("dan", "case:recall") as dan:
            recalls.recall(case, reason="決裁", by=dan)

    raised = at_once(send, recall)
    assert raised[1] is None
    assert raised[0] is None or type(raised[0]).__name__ == "NoResultFound"
    assert admin.execute("select state from shared.casefile where id = %s", [case]).fetchone() == ("recalled",)


def test_of_two_decisions_at_once_one_is_stored(acting, admin):
    def decide():
        with acting("lena", "review:decide") as lena:
            reviews.decide(cast.id_("ueda_law"), decision="lawsuit", reasons="x", by=lena)

    assert sorted(type(error).__name__ for error in at_once(decide, decide)) == ["NoneType", "NotNow"]
    assert len(admin.execute("select from shared.review").fetchall()) == 1


def test_of_two_receipts_at_once_one_is_stored(acting, admin):
    with acting("alma", "referral:send") as alma:
        sent = referrals.send(CASES[0], sheet=SHEET, noticed_by="call", by=alma).id

    def receive():
        with acting("wim", "referral:receive") as wim:
            cares.receive(sent, by=wim)

    assert sorted(type(error).__name__ for error in at_once(receive, receive)) == ["NoneType", "NotNow"]


def test_nothing_is_stored_of_a_faulty_sheet(acting, admin):
    with pytest.raises(referrals.Faulty), acting("alma", "referral:send") as alma:
        referrals.send(CASES[0], sheet=Sheet((), "", "high", "none"), noticed_by="call", by=alma)
    assert not admin.execute("select from city.hold").fetchall()


def test_a_closed_case_is_neither_returned_nor_referred(acting, admin):
    admin.execute("update shared.casefile set state = 'closed' where id = %s", [CASES[0]])
    admin.commit()
    for act in (
        lambda alma: returns.send(CASES[0], reason="done", by=alma),
        lambda alma: referrals.send(CASES[0], sheet=SHEET, noticed_by="call", by=alma),
    ):
        with pytest.raises(NotNow), acting("alma", "return:send") as alma:
            act(alma)


def test_lifting_all_of_a_person(acting, admin):
    for who, case in (("alma", "abe_north"), ("lena", "abe_law")):
        with acting(who, "return:send") as partner:
            returns.send(cast.id_(case), reason="disputed", by=partner)
    with acting("dan", "hold:lift") as dan:
        assert len(holds.live(cast.id_("abe"))) == 2
        assert holds.lift(cast.id_("abe"), reason="まとめて", by=dan) == 2
        assert holds.lift(cast.id_("abe"), reason="まとめて", by=dan) == 0
    assert not admin.execute("select from shared.casefile where held_at is not null").fetchall()


def test_the_desks_own_hold_outlives_the_returns(acting, admin):
    with acting("alma", "return:send") as alma:
        back = returns.send(cast.id_("abe_north"), reason="disputed", by=alma).id
    admin.execute(
        "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)"
        " values (gen_random_uuid(), %s, 'desk', gen_random_uuid(), %s, %s, now())",
        [cast.id_("abe"), cast.id_("city"), cast.id_("dan")],
    )
    admin.commit()
    with acting("dan", "return:answer") as dan:
        returns.ask_back(back, answer="続けてください", by=dan)
    assert admin.execute("select held_at is null from shared.casefile where id = %s", [CASES[2]]).fetchone() == (False,)
