"""受領確認・受任の回答: confirmed in bulk, declined or asked one by one, answered or taken back by the desk."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal.actions import acceptances, recalls
from portal.db import db
from portal.models.casefiles import Tombstone
from portal.models.plans import Acceptance
from tests import cast

MORI, KATO, UEDA = (cast.id_(case) for case in ("mori_north", "kato_north", "ueda_law"))

WAITING = "select count(*) from pg_locks where not granted"


def said(acting, who, case, decision, note=None):
    with acting(who, "acceptance:give") as by:
        return acceptances.give(case, decision=decision, note=note, by=by).id


def test_all_are_confirmed_at_once(acting):
    with acting("sora", "acceptance:give") as sora:
        assert acceptances.totals() == {
            "unheard": (3, 70_000),
            "waiting": (0, 0),
            "answered": (0, 0),
            "accepted": (0, 0),
        }
        assert acceptances.receive([MORI], by=sora) == 1
        assert acceptances.unheard([MORI, KATO]) == {KATO}
        assert acceptances.receive(by=sora) == 2
        assert acceptances.receive(by=sora) == 0
        assert acceptances.totals()["accepted"] == (3, 70_000)
    with acting("lena", "acceptance:list"):
        assert acceptances.totals()["unheard"][0] == 2  # the law team's own


def test_the_other_partners_files_are_not_there(acting):
    with acting("sora", "acceptance:give") as sora:
        assert acceptances.receive([cast.id_("ito_south")], by=sora) == 0
        with pytest.raises(NoResultFound):
            acceptances.give(cast.id_("ito_south"), decision="accepted", by=sora)


def test_asked_answered_accepted(acting):
    asked = said(acting, "lena", UEDA, "asked", "債権の原因が分かる資料はありますか。")
    with acting("lena", "acceptance:give") as lena:
        assert acceptances.totals()["waiting"][0] == 1
        with pytest.raises(acceptances.WaitsForTheCity):
            acceptances.give(UEDA, decision="accepted", by=lena)
    with acting("dan", "acceptance:answer") as dan:
        acceptances.answer(asked, answer="申込書の写しを送ります。", by=dan)
        with pytest.raises(acceptances.AnsweredAlready):
            acceptances.answer(asked, answer="もう一度", by=dan)
    with acting("lena", "acceptance:give") as lena:
        assert acceptances.totals()["answered"][0] == 1
        ((word, who, answerer),) = acceptances.history(UEDA)
        assert (word.answer, who, answerer) == ("申込書の写しを送ります。", "蓮見　令奈", None)
        acceptances.give(UEDA, decision="accepted", by=lena)
        with pytest.raises(acceptances.AcceptedAlready):
            acceptances.give(UEDA, decision="declined", note="やはり", by=lena)


@pytest.mark.parametrize(("decision", "outcome"), [("declined", "returned"), ("asked", "recalled")])
def test_what_the_desk_takes_back(acting, decision, outcome):
    given = said(acting, "sora", MORI, decision, "当方の別の依頼者の方です。")
    with acting("dan", "acceptance:answer") as dan:
        assert acceptances.take_back(given, reason="他の委託先へ引き渡します。", by=dan).state == outcome
    with acting("sora", "tombstone:list"):
        assert db.session.get_one(Tombstone, MORI).outcome == outcome
    with acting("dan", "inbox:show"):
        row = db.session.get_one(Acceptance, given)
        assert (row.org_id, row.answer) == (cast.id_("city"), "他の委託先へ引き渡します。")


def test_a_recall_answers_what_still_waits(acting):
    given = said(acting, "sora", MORI, "declined", "担当できません。")
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="引揚げ", by=dan)
        with pytest.raises(acceptances.AnsweredAlready):
            acceptances.answer(given, answer="遅れて", by=dan)


def test_two_confirm_the_same_and_one_word_stands(acting):
    """Somebody confirms all while another does: each file has one word."""
    ready = threading.Event()

    def other():
        with acting("sora", "acceptance:give") as sora:
            ready.set()
            acceptances.receive(by=sora)

    with acting("sora", "acceptance:give") as sora:
        assert acceptances.receive(by=sora) == 3
        thread = threading.Thread(target=other)
        thread.start()
        ready.wait()
        while thread.is_alive() and not db.session.scalar(sa.text(WAITING)):
            thread.join(0.01)
    thread.join()
    with acting("dan", "inbox:show"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Acceptance)) == 3
